"""A call for many that has not begun: who is taken out of it, and what if it is lost."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from sandbox.slack.model import User
from storage import batch_calls, requests
from tests.e2e.story import Story
from tests.e2e.test_cancelling_the_rest import held, let_go
from tests.e2e.test_many_by_call import INVITE, Sellers, sellers
from tests.integration.holding import Holding
from workflow import batch_calling, batch_carrying
from workflow.attempts import Attempts
from workflow.runner import Runner

__all__ = ["held", "sellers"]

QUIET = timedelta(minutes=3)


async def number_of(story: Story, subject: User) -> int:
    """Return the number of the open request about somebody."""
    about = partial(requests.open_about, team_id=subject.team_id, subject=subject.id)
    found = await story.world.aboard.means.database.read(about)
    assert found is not None
    return requests.number_of(found)


async def call_at(story: Story, vendor: str, subject: User) -> str:
    """Return the call that somebody's step at a vendor belongs to."""
    number, database = await number_of(story, subject), story.world.aboard.means.database
    steps = await database.read(partial(requests.steps_of, number=number))
    [step] = [one.ref for one in steps if one.vendor == vendor]
    call = await database.read(partial(batch_calls.call_of, step=step))
    assert call
    return call


async def test_whose_part_was_cancelled_is_not_in_the_call(
    sellers: Sellers, held: set[str]
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    held.add("appxite")
    crowd, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.until(lambda: len(sellers.invites()) == 4 and sellers.without_ambition(0))
    out = sellers.all[2]
    number = await number_of(story, out)
    said = await story.asks(f"cancel {number}", who=story.asker)
    assert "AppXite" in said
    await let_go("appxite")
    await story.reads(card, "Needs attention · Batch")
    assert [sellers.told(one) for one in sellers.calls(appxite.journal)] == [3]
    assert sellers.vendors.appxite(out) is None
    result = await crowd.result()
    outcomes = [result[line]["outcome"] for line in sorted(result)]
    assert [outcomes[0], outcomes[1], outcomes[3]] == ["Completed"] * 3
    assert "Partly done" in outcomes[2]


async def test_when_a_call_was_lost_everybody_in_it_is_seen_to_alone(
    sellers: Sellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    enqueue = Runner.enqueue

    def losing(self: Runner, connection: Any, vendor: str, *work: Any) -> None:  # noqa: ANN401 - handed on
        if vendor != "appxite":
            enqueue(self, connection, vendor, *work)

    monkeypatch.setattr(Runner, "enqueue", losing)
    _, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.until(lambda: len(sellers.invites()) == 4 and sellers.without_ambition(0))
    monkeypatch.setattr(Runner, "enqueue", enqueue)
    assert sellers.calls(appxite.journal) == []
    await story.world.later(QUIET)
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(appxite.journal)] == [1, 1, 1, 1]
    assert {"lost its work" in one for one in story.world.errors} == {True}
    story.world.errors.clear()


async def test_a_call_that_begins_late_after_the_decision_is_not_taken_for_lost(
    sellers: Sellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    carry_on, put_together = batch_carrying.carry_on, batch_calling.put_together

    async def resting(*_: object) -> bool:
        return False

    monkeypatch.setattr(batch_carrying, "carry_on", resting)
    _, card = await sellers.asked()
    await story.press(card, "Approve")
    monkeypatch.setattr(batch_calling, "put_together", lambda *_, **__: ())
    story.world.clock.forward(QUIET)
    monkeypatch.setattr(batch_carrying, "carry_on", carry_on)
    await story.until(lambda: {story.at_axiom(one) for one in sellers.all} == {"user"})
    await story.world.aboard.timers.once()
    monkeypatch.setattr(batch_calling, "put_together", put_together)
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(appxite.journal)] == [4]


async def test_who_lost_a_call_leaves_everybody_in_it_to_whoever_took_it_over(
    sellers: Sellers, held: set[str]
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    held.add("appxite")
    _, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.until(lambda: len(sellers.invites()) == 4 and sellers.without_ambition(0))
    held.clear()
    attempts = Attempts(story.world.aboard.means)
    call = await call_at(story, "appxite", sellers.all[0])
    lost = Holding(appxite.faults, "GET", 1)
    lost.begin()
    late = asyncio.create_task(attempts.attempt(call, 1))
    await lost.until_held(1)
    at_it = Holding(appxite.faults, "GET", 1)
    at_it.begin()
    other = asyncio.create_task(attempts.attempt(call, 1))
    await at_it.until_held(1)
    lost.let_go()
    await late
    appxite.faults.rate_limit(only=INVITE)
    at_it.let_go()
    await other
    await story.reads(card, "Completed · Batch")
    assert [sellers.told(one) for one in sellers.calls(appxite.journal)] == [4, 4]
    await let_go("appxite")
