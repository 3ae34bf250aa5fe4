"""Approve and deny at the same moment in one process: the use case itself makes one decision."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from rules.values import Verdict
from storage.database import Database
from storage.engine import create_engine
from tests.integration.decider import click, service_on
from tests.integration.facts import everything
from tests.integration.naive import pending
from workflow.drafts import Answer

ROUNDS = 200


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    database.close()


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
