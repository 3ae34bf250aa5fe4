"""What a list of a thousand people takes of memory while it is looked through."""

import json
import tracemalloc
from collections.abc import Callable, Sequence

import pytest
from pydantic import TypeAdapter

from vendors.ambition_api import ListedAccount
from vendors.axiom_api import UserOnWire
from vendors.body import WireList, documented
from vendors.ixon_wire import Listed, User

PEOPLE = 1_000
ROOM = 800
"""Bytes for each: their words take about half of it. As models, they would take three times it."""


def _axiom(number: int) -> dict[str, object]:
    role = {"id": "user", "name": "user"}
    return {"id": f"{number:06}", "name": "Ada", "email": f"{number}@acme.example", "role": role}


def _ixon(number: int) -> dict[str, object]:
    group, role = {"publicId": "group0000000"}, {"publicId": "role00000000"}
    held = {"publicId": f"member{number:06}", "group": group, "role": role}
    named = {"publicId": f"person{number:06}", "type": "person", "memberships": [held]}
    return {**named, "emailAddress": f"{number}@acme.example"}


def _ambition(number: int) -> dict[str, object]:
    return {"username": f"{number}", "email": f"{number}@acme.example", "is_active": True}


SHAPES: dict[str, tuple[TypeAdapter[Sequence[object]], Callable[[int], dict[str, object]]]] = {
    "axiom": (TypeAdapter(WireList[UserOnWire]), _axiom),
    "ixon": (TypeAdapter(Listed[User]), _ixon),
    "ambition": (TypeAdapter(WireList[ListedAccount]), _ambition),
}


@pytest.mark.parametrize("vendor", list(SHAPES))
def test_a_person_in_a_vendors_list_takes_little_room(vendor: str) -> None:
    adapter, one = SHAPES[vendor]
    body = json.dumps([one(number) for number in range(PEOPLE)]).encode()
    tracemalloc.start()
    try:
        people = documented(body, adapter)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(people) == PEOPLE
    assert taken < ROOM * PEOPLE
