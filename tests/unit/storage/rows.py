"""Rows to put into a database: everything that must be given, and nothing that matters."""

import hashlib
import itertools

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import RequestState, StepState
from storage import made_good, requests
from storage.audit import Fact
from storage.models import METADATA, Step
from storage.requests import Row
from tests.terms import one_stage

NOW = 1_800_000_000_000_000
SECOND = 1_000_000

_NUMBERS = itertools.count(1)


def request_row(**values: str | int | None) -> Row:
    """Return a pending request about somebody new, with these columns changed."""
    number, terms = next(_NUMBERS), str(values.get("terms", one_stage("U0LEAD").text()))
    return {
        "ref": f"request-{number}",
        "team_id": "T0HOME",
        "kind": "onboard",
        "state": RequestState.PENDING.value,
        "version": 0,
        "requester": "U0ASKS",
        "subject": f"U0NEW{number}",
        "profile": "engineer",
        "reason": "",
        "terms": terms,
        "confidential": False,
        "policy_digest": hashlib.sha256(terms.encode()).hexdigest(),
        "created_at": NOW,
        "expires_at": NOW + SECOND,
        "look_at": 0,
        **values,
    }


def add_request(connection: Connection, **values: str | int | None) -> int:
    """Insert a request and return its number."""
    number = requests.insert(connection, request_row(**values))
    assert number is not None, "somebody has an open request already"
    return number


def force_request(connection: Connection, **values: str | int | None) -> None:
    """Insert a request, whatever the database says to it."""
    row = dict(request_row(**values))
    connection.execute(sa.insert(METADATA.tables["request"]).values(row))


def add_step(connection: Connection, number: int, **values: str | int | None) -> Step:
    """Insert a step of a request and return it."""
    row: Row = {
        "ref": f"step-{next(_NUMBERS)}",
        "request_number": number,
        "vendor": "axiom",
        "title": "Axiom",
        "state": StepState.WAITING.value,
        "access": "{}",
        "effect": "create",
        "planned": "Create it.",
        "risks": "",
        "detail": "",
        "attempts": 0,
        "tries": 0,
        "updated_at": NOW,
        **values,
    }
    requests.insert_steps(connection, [row])
    return next(one for one in requests.steps_of(connection, number) if one.ref == row["ref"])


def end_step(
    connection: Connection, number: int, to: StepState, **values: str | int | None
) -> None:
    """Insert a step of a request that is under way, and have it end."""
    step = add_step(connection, number, **{"state": "running", **values})
    assert requests.move_step(connection, step, to, fact(number, "STP002I"))
    made_good.mark(connection, step, to, NOW)


def fact(number: int | None, code: str = "REQ008I", actor: str = "aboard") -> Fact:
    """Return a fact about a request."""
    return Fact(code, NOW, actor, number)
