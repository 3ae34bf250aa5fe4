"""Approve and deny at the same moment in one process: the use case itself makes one decision."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from rules.catalog import ApprovalRule, Catalog
from rules.values import Verdict
from storage.database import Database
from storage.engine import create_engine
from tests.integration.facts import everything
from tests.integration.naive import NOW, pending
from workflow.directory import Resident
from workflow.drafts import Answer, Click
from workflow.events import Bells
from workflow.means import Means
from workflow.service import Service

ROUNDS = 200
PEOPLE = ("U0LEAD", "U0OPS", "U0THIRD")
RULE = ApprovalRule(PEOPLE, 1, timedelta(hours=72))


class Everybody:
    """A directory in which everybody is a member."""

    async def resident(self, slack_id: str) -> Resident | None:
        return Resident(slack_id, "T0", f"{slack_id.lower()}@acme.example", slack_id, "Doe")

    async def members(self, group_id: str) -> frozenset[str]:
        raise LookupError(f"there is no group {group_id}")


@dataclass
class Remembering:
    """A queue that remembers what it was given."""

    enqueued: list[tuple[str, int]] = field(default_factory=list)

    def enqueue(
        self, _: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        assert (vendor, delay) == ("axiom", 0.0)
        self.enqueued.append((step, number))

    def wake(self, vendor: str) -> None:
        assert vendor == "axiom"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    database.close()


def service_on(database: Database) -> Service:
    numbers = itertools.count(1)
    means = Means(
        database, Everybody(), {}, Catalog({}, RULE), lambda: NOW - 1,
        lambda: f"ref{next(numbers)}", Remembering(), Bells(), "C0REQUESTS",
    )  # fmt: skip
    return Service(means)


def click(ref: str, who: str, verdict: Verdict) -> Click:
    return Click(ref, who, verdict, "", f"{who} {verdict} {ref}")


async def test_of_two_clicks_at_once_one_counts(database: Database) -> None:
    service, answers = service_on(database), dict[str, tuple[Answer, ...]]()
    engine = create_engine(database.url)
    for number in range(ROUNDS):
        pending(engine, f"U0RACE{number}")
    engine.dispose()
    for ref in [f"U0RACE{number}" for number in range(ROUNDS)]:
        answers[ref] = await asyncio.gather(
            service.decide(click(ref, "U0LEAD", Verdict.APPROVE)),
            service.decide(click(ref, "U0OPS", Verdict.DENY)),
            service.decide(click(ref, "U0THIRD", Verdict.APPROVE)),
        )
    cases = await database.read(everything)
    assert [sum(one.counted for one in said) for said in answers.values()] == [1] * ROUNDS
    assert [len(case.dossier.decisions) for case in cases] == [1] * ROUNDS
    assert [len(case.codes("DEC001I", "DEC002I")) for case in cases] == [1] * ROUNDS
    states = Counter(case.request.state for case in cases)
    assert states["approved"] + states["denied"] == ROUNDS
    late = [one.sentence for said in answers.values() for one in said if not one.counted]
    assert {sentence for sentence in late if "already" not in sentence} == set()


async def test_a_click_that_arrives_twice_at_once_counts_once(database: Database) -> None:
    service = service_on(database)
    engine = create_engine(database.url)
    for number in range(20):
        pending(engine, f"U0TWICE{number}")
    engine.dispose()
    for number in range(20):
        same = click(f"U0TWICE{number}", "U0LEAD", Verdict.APPROVE)
        said = await asyncio.gather(*(service.decide(same) for _ in range(4)))
        assert sum(one.counted for one in said) == 1
    cases = await database.read(everything)
    assert {len(case.dossier.decisions) for case in cases} == {1}
