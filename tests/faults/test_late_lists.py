"""A vendor's lists show late what was written: an answer that got lost leads to no second write.

Four vendors make something for somebody, the answer is lost, and their lists show it only some
seconds later, up to half a minute. `ABOARD_LATE_LISTS` is how often that is tried.
"""

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Protocol

import pytest

from sandbox.slack.model import User
from tests.faults import wire as wire_of_faults
from tests.faults.office import Office, open_office
from tests.faults.test_unknown_outcomes import CREATIONS, GOOD
from tests.faults.truth import VENDORS, holds
from tests.faults.wire import Wire, tapped
from vendors.registry import BUILT_IN
from workflow.clock import SECOND

TRIED = int(os.environ.get("ABOARD_LATE_LISTS", "4"))
LONGEST = 30
LOST = ("reset after the work", "silent after the work", "500 after the work")
NEVER_DONE = "reset before the work"
SEEN_BY_LISTS = tuple(one for one in VENDORS if BUILT_IN[one].traits.find)


class Late(Protocol):
    """What the lists of a simulator miss for so many reads."""

    unseen_reads: int


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


@pytest.mark.timeout(600)
async def test_an_answer_that_got_lost_and_a_list_that_is_late_make_nothing_twice(
    office: Office,
) -> None:
    wrong = list[str]()
    for seed in range(TRIED):
        random = Random(seed)  # noqa: S311 - it has to be the same again
        seconds = LONGEST * seed / max(1, TRIED - 1)
        with tapped(office, random) as wire:
            twice = await _twice(office, wire, random.choice(LOST), seconds)
        wrong += [f"{seconds:.1f} s late: {one}" for one in twice]
    assert not wrong, "\n".join(wrong[:20])


async def test_what_never_arrived_is_written_once_two_looks_have_shown_nothing(
    office: Office,
) -> None:
    user = office.hire()
    number = await office.approved(user)
    began = office.clock()
    with tapped(office, Random(1)) as wire:  # noqa: S311 - it has to be the same again
        for vendor in SEEN_BY_LISTS:
            wire.writes[vendor] = [NEVER_DONE]
        await office.works(began + 20 * SECOND)
        steps = await office.steps(number)
        assert {steps[one].state for one in SEEN_BY_LISTS} == {"unknown"}
        assert all((steps[one].next_at or 0) >= began + LONGEST * SECOND for one in SEEN_BY_LISTS)
        await office.works()
    assert await _ends(office, number) == {"good"}
    assert {holds(office, one, office.login(user), user.email) for one in SEEN_BY_LISTS} == {1}


async def test_whoever_presses_retry_at_once_makes_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_of_faults, "LIES", (b'"yes"',))
    user = office.hire()
    number = await office.approved(user)
    with tapped(office, Random(2)) as wire, _late(office, wire, user, LONGEST):  # noqa: S311 - as above
        wire.writes["ixon"] = [LOST[0]]
        wire.looks["ixon"] = ["a yes that lies"]
        await office.works(office.clock() + 5 * SECOND)
        step = (await office.steps(number))["ixon"]
        assert (step.state, step.next_at) == ("unknown", None)
        assert "Trying IXON again" in await office.retries(step)
        await office.works()
        assert wire.done["ixon", CREATIONS["ixon"]] == 1
    assert (await office.steps(number))["ixon"].state == "invited"


async def test_a_bot_that_waits_for_no_list_invites_somebody_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = replace(BUILT_IN["ixon"].traits, settle=0)
    monkeypatch.setattr(BUILT_IN["ixon"], "traits", hasty)
    with tapped(office, Random(3)) as wire:  # noqa: S311 - as above
        twice = await _twice(office, wire, LOST[0], LONGEST)
    assert any(one.startswith("ixon: ") and " 2 there" in one for one in twice), twice


async def _twice(office: Office, wire: Wire, fault: str, seconds: float) -> list[str]:
    """Return what was made twice, or not settled, where answers are lost and lists are late."""
    user = office.hire()
    number = await office.approved(user)
    with _late(office, wire, user, seconds):
        for vendor in SEEN_BY_LISTS:
            wire.writes[vendor] = [fault]
        await office.works()
    steps = await office.steps(number)
    return [
        f"{vendor}: {steps[vendor].state}, {has} there: {steps[vendor].detail}"
        for vendor in SEEN_BY_LISTS
        if (has := holds(office, vendor, office.login(user), user.email)) != 1
        or wire.done[vendor, CREATIONS.get(vendor, "")] > 1
        or steps[vendor].state not in GOOD
    ]


async def _ends(office: Office, number: int) -> set[str]:
    steps = await office.steps(number)
    return {"good" if steps[one].state in GOOD else steps[one].detail for one in SEEN_BY_LISTS}


@contextmanager
def _late(office: Office, wire: Wire, user: User, seconds: float) -> Iterator[None]:
    """Have the lists show what is made for somebody only so many seconds after it was made."""
    made = dict[type[Late], int]()

    def looks_on() -> None:
        for one in _theirs(office, user.email):
            since = made.setdefault(type(one), office.clock())
            one.unseen_reads = int(office.clock() - since < seconds * SECOND)

    wire.looked_on = looks_on
    yield
    wire.looked_on = lambda: None


def _theirs(office: Office, mail: str) -> Iterable[Late]:
    """Yield all that the vendors' simulators have for somebody."""
    server = office.server
    yield from (one for one in server.axiom.organization.users.values() if one.email == mail)
    yield from (one for one in server.ixon.company.invites.values() if one.email == mail)
    yield from (one for one in server.ambition.instance.accounts.values() if one.email == mail)
    platform = server.appxite.platform.users.values()
    yield from (one for one in platform if one.profile.email == mail)
