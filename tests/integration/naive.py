"""The control of the decision races: a decision as a careless program would make it.

It reads, sees that the request waits, and writes. Between the two somebody else does the same.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from rules.states import RequestState
from storage import requests
from storage.engine import create_engine
from storage.models import METADATA
from tests.terms import one_stage

NOW = 1_800_000_000_000_000
DECISIONS = METADATA.tables["decision"]


def pending(engine: Engine, subject: str) -> int:
    """Insert a request that waits for a decision."""
    row: requests.Row = {
        "ref": subject, "team_id": "T0", "kind": "onboard", "state": RequestState.PENDING.value,
        "version": 0, "requester": "U0BOSS", "subject": subject, "profile": "engineer",
        "reason": "", "terms": one_stage("U0LEAD", "U0OPS", "U0THIRD").text(),
        "confidential": False, "policy_digest": "0f",
        "created_at": NOW, "expires_at": NOW, "look_at": NOW * 2,
    }  # fmt: skip
    with engine.begin() as connection:
        number = requests.insert(connection, row)
    assert number is not None
    return number


def decisions_of_two(url: str, rounds: int) -> list[int]:
    """Have two people decide at once, so many times; return how many decisions each time made."""
    engines = [create_engine(url) for _ in range(2)]
    counts = []
    with ThreadPoolExecutor(2) as threads:
        for number in [pending(engines[0], f"U0NAIVE{one}") for one in range(rounds)]:
            barrier = Barrier(2)
            list(threads.map(_decide, engines, [number] * 2, ["U0LEAD", "U0OPS"], [barrier] * 2))
            with engines[0].begin() as connection:
                counts.append(len(requests.decisions_of(connection, number)))
    for engine in engines:
        engine.dispose()
    return counts


def _decide(engine: Engine, number: int, who: str, barrier: Barrier) -> None:
    barrier.wait()
    with engine.execution_options(reading=True).begin() as connection:
        found = requests.by_number(connection, number)
    if found is None or found.state != RequestState.PENDING:
        return
    table = METADATA.tables["request"]
    with engine.begin() as connection:
        mine = sa.update(table).where(table.c.number == number)
        connection.execute(mine.values(state=RequestState.APPROVED.value))
        row = {
            "request_number": number, "approver": who, "verdict": "approve", "reason": "",
            "plan_digest": "", "rule": "approver", "at": NOW,
        }  # fmt: skip
        connection.execute(sa.insert(DECISIONS).values(row))
