"""An attempt that the engine gave up before it began is noticed, and its step goes on."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from rules.catalog import ApprovalRule, Catalog
from rules.states import RequestState, StepState
from storage import requests
from storage.models import Step
from tests.integration.engines import VENDOR, Engine, started
from tests.life.town import Town
from tests.unit.storage.rows import NOW, add_request, add_step
from workflow.clock import MINUTE
from workflow.events import Bells
from workflow.means import Means
from workflow.timers import Timers

RULE = ApprovalRule(("U0LEAD",), 1, timedelta(hours=72))
LOST = "breaks-at-once"
"""The engine of these tests breaks every attempt of a step that is called so."""


@dataclass
class Later:
    """A clock that is moved."""

    now: int = NOW + 3 * MINUTE

    def __call__(self) -> int:
        return self.now


async def test_a_step_whose_attempt_never_began_is_attempted_again_and_again(url: str) -> None:
    clock = Later()
    async with started(url) as engine:
        await engine.database.write(_approved)
        await engine.enqueue(LOST)
        timers = Timers(_means(engine, clock), engine.runner)
        for tries in (1, 2, 3):
            engine.runner.wake(VENDOR)
            await engine.attempts.until_began(LOST, tries)
            await engine.until_gone(LOST)
            clock.now += 3 * MINUTE
            await timers.once()
        assert {one.number for one in engine.attempts.of(LOST)} == {1}


async def test_of_two_who_notice_at_once_one_has_it_attempted_again(url: str) -> None:
    clock = Later()
    async with started(url) as engine:
        await engine.database.write(_approved)
        await engine.enqueue(LOST)
        engine.runner.wake(VENDOR)
        await engine.attempts.until_began(LOST)
        await engine.until_gone(LOST)
        timers = Timers(_means(engine, clock), engine.runner)
        step = await engine.database.read(partial(requests.step_by_ref, ref=LOST))
        assert step is not None
        for _ in range(2):
            await timers._revive(step)
            clock.now += 1
        engine.runner.wake(VENDOR)
        await engine.attempts.until_began(LOST, 2)
        await engine.until_gone(LOST)
        assert len(engine.attempts.of(LOST)) == 2


async def test_a_step_that_ended_while_it_was_looked_at_had_lost_nothing(url: str) -> None:
    clock = Later()
    async with started(url) as engine:
        await engine.database.write(_approved)
        step = await engine.database.read(partial(requests.step_by_ref, ref=LOST))
        assert step is not None
        await engine.database.write(partial(_end, step=step, at=clock.now))
        with capture_logs() as logs:
            await Timers(_means(engine, clock), engine.runner)._revive(step)
        assert not logs
        assert not await engine.runner.alive(LOST)


def _approved(connection: Connection) -> None:
    number = add_request(connection, state=RequestState.APPROVED.value)
    add_step(connection, number, ref=LOST, updated_at=NOW)


def _end(connection: Connection, step: Step, at: int) -> None:
    requests.amend_step(connection, step, {"state": StepState.DONE.value, "updated_at": at})


def _means(engine: Engine, clock: Later) -> Means:
    return Means(
        engine.database, Town(), {}, Catalog({}, RULE), clock, lambda: "ref", engine.runner,
        Bells(), "C0",
    )  # fmt: skip
