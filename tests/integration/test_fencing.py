"""A process that froze comes back after its work was taken over: it writes and records nothing.

`ABOARD_FREEZES` sets how often, at each of three places: after the look, after the write, and while
the one that took over is still at it. The process is frozen by a vendor whose answer is held back
while the clock goes on; the one that takes over does the attempt again, as the engine has it do.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from sandbox.slack.delivery import encoded
from storage import requests
from storage.models import Step
from tests.integration import clicks
from tests.integration.composed import Composed, composed
from tests.integration.facts import Case, about, until
from tests.integration.holding import Holding
from tests.integration.staff import Newcomer, hire
from workflow.attempts import Attempts
from workflow.clock import SECOND, system_clock
from workflow.runner import Runner

Recording = Callable[[str, object], None]
TIMES = int(os.environ.get("ABOARD_FREEZES", "5"))
SOON = 20.0
FROZEN = 60 * SECOND


@dataclass
class Shifted:
    """The real time, and what passed besides while somebody was frozen."""

    ahead: int = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead


@dataclass
class Office:
    """A bot, its clock, and what is done in it."""

    bot: Composed
    clock: Shifted
    hired: int = 0

    async def approved(self, hold: Holding) -> tuple[Newcomer, int]:
        """Have somebody approved, up to what is held; return them and the request's number."""
        self.hired += 1
        newcomer, server = hire(self.bot.server, self.hired), self.bot.server
        text, who = newcomer.command.replace("engineer", "analyst"), newcomer.manager.id
        await self.bot.command("/onboard", text, user_id=who)
        [case] = await self._until(newcomer, "pending")
        hold.begin()
        payload = clicks.approval(server, server.cast.lead, case.request.ref)
        assert (await self.bot.post(*encoded("interaction", payload))).status_code == 200
        await hold.until_held(1)
        return newcomer, case.number

    async def ended(self, newcomer: Newcomer) -> Case:
        """Wait until somebody's request has ended, and return it."""
        [case] = await self._until(newcomer, "completed")
        return case

    async def step(self, number: int) -> Step:
        """Read the step of a request."""
        database = self.bot.aboard.means.database
        [step] = await database.read(partial(requests.steps_of, number=number))
        return step

    async def taken_over(self, step: Step) -> None:
        """Have another process do the attempt again, long after it began."""
        self.clock.ahead += FROZEN
        await Attempts(self.bot.aboard.means).attempt(step.ref, step.attempts)

    async def thawed(self, step: Step) -> None:
        """Wait until nobody is at the step any more."""
        engine = self.bot.aboard.means.queue
        assert isinstance(engine, Runner)
        async with asyncio.timeout(SOON):
            while await engine.alive(step.ref):  # noqa: ASYNC110 - only its rows tell
                await asyncio.sleep(0.02)

    async def _until(self, newcomer: Newcomer, state: str) -> list[Case]:
        def there(cases: list[Case]) -> bool:
            return [case.request.state for case in cases] == [state]

        database, mine = self.bot.aboard.means.database, about(newcomer.user.id)
        return await until(database, there, SOON, mine)

    def created(self, newcomer: Newcomer) -> int:
        """Count how often Axiom was asked to create somebody."""
        posts = self.bot.server.axiom.journal.asked("POST", "/v2/users")
        return sum(newcomer.user.email in str(one.body) for one in posts)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = Shifted()
    async with composed(tmp_path, clock=clock) as bot:
        yield Office(bot, clock)


@pytest.mark.timeout(120 + 5 * TIMES)
async def test_who_lost_a_step_writes_nothing_and_records_nothing(
    office: Office, record_property: Recording
) -> None:
    for _ in range(TIMES):
        await _frozen_after_the_look(office)
        await _frozen_after_the_write(office)
        await _frozen_while_the_other_is_at_it(office)
    record_property("tried", 3 * TIMES)


async def _frozen_after_the_look(office: Office) -> None:
    hold = Holding(office.bot.server.axiom.faults, "GET", 1)
    newcomer, number = await office.approved(hold)
    await office.taken_over(step := await office.step(number))
    await _comes_back(office, hold, step)
    assert _ends_of(await office.ended(newcomer)) == ["done"]
    assert office.created(newcomer) == 1


async def _frozen_after_the_write(office: Office) -> None:
    hold = Holding(office.bot.server.axiom.faults, "POST", 1)
    newcomer, number = await office.approved(hold)
    await office.taken_over(step := await office.step(number))
    await _comes_back(office, hold, step)
    assert _ends_of(await office.ended(newcomer)) == ["done"]
    assert office.created(newcomer) == 1


async def _frozen_while_the_other_is_at_it(office: Office) -> None:
    faults = office.bot.server.axiom.faults
    hold = Holding(faults, "POST", 1)
    newcomer, number = await office.approved(hold)
    step, at_it = await office.step(number), Holding(faults, "GET", 1)
    at_it.begin()
    other = asyncio.create_task(office.taken_over(step))
    await at_it.until_held(1)
    await _comes_back(office, hold, step)
    assert (await office.step(number)).state == "running", "who lost it has not ended it"
    at_it.let_go()
    await other
    assert _ends_of(await office.ended(newcomer)) == ["done"]
    assert office.created(newcomer) == 1


async def _comes_back(office: Office, hold: Holding, step: Step) -> None:
    hold.let_go()
    await office.thawed(step)


def _ends_of(case: Case) -> list[str]:
    assert len(case.codes("STP001I")) == 2, "it was begun twice"
    return [one.outcome for one in case.events if one.code == "STP002I"]
