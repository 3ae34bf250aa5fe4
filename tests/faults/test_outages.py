"""Vendors that are away for two hours: the others go on, and whoever leaves is not forgotten."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from random import Random

import pytest

from rules.values import Kind
from sandbox.slack.model import User
from storage import alarms, messages
from tests.faults.office import Office, open_office
from tests.faults.truth import VENDORS, holds, put
from workflow.clock import MINUTE

LEAVERS = int(os.environ.get("ABOARD_LEAVERS", "3"))
COMPANY = 50
"""So many people a company has: vendors list all of them whenever one is looked for."""
TWO_HOURS = 120 * MINUTE
SOON = 2 * MINUTE
"""So long after it is due, at most, somebody hears of it."""
A_LOOK = MINUTE
"""So often the timers look, at least."""
BRIEF = 4
"""Attempts while which a vendor is away only for a moment."""
REMOVES = ("ambition", "axiom", "axolo", "ixon")
"""The vendors that take an account away when they are asked to."""
GOOD = ("done", "unchanged", "invited", "unverified")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


async def timers_look(office: Office) -> None:
    """Let the timers do all that is due."""
    while await office.timers.once() is not None:
        pass


async def time_passes(office: Office, length: int) -> None:
    """Let time pass: what is to run runs, and the timers look as they do."""
    end = office.clock.now + length
    while office.clock.now < end:
        until = min(end, office.clock.now + A_LOOK)
        await office.works(until)
        office.clock.now = max(office.clock.now, until)
        await timers_look(office)


@dataclass
class Leaver:
    """Somebody whose accounts are to be taken away, by a request of this number."""

    user: User
    number: int


async def leaves(office: Office) -> Leaver:
    """Have somebody's removal be approved, who has an account at four vendors."""
    user = office.hire()
    for vendor in REMOVES:
        put(office, vendor, office.login(user), user.email)
    return Leaver(user, await office.approved(user, Kind.OFFBOARD))


async def reminded(office: Office, number: int) -> set[str]:
    """Return who was told that a removal is overdue."""
    told = await office.means.database.read(
        partial(messages.of_request, number=number, kind="overdue.1")
    )
    return {one.channel for one in told if one.wanted > one.shown}


async def lacks(office: Office, one: Leaver) -> str | None:
    """Return what is wrong with a removal when its time has come; None where it is in order."""
    state = (await office.request(one.number)).state
    left = {name: holds(office, name, office.login(one.user), one.user.email) for name in REMOVES}
    if state == "completed":
        return f"#{one.number} is done, and they have {left}" if any(left.values()) else None
    told = await reminded(office, one.number)
    named = {office.server.cast.manager.id, office.server.cast.lead.id}
    if state != "completed_with_errors" or not named <= told:
        return f"#{one.number} is {state}, and {sorted(told)} were told"
    return None


@pytest.mark.timeout(900)
async def test_whoever_leaves_is_removed_or_named_people_are_reminded_in_time() -> None:
    random = Random("leavers")  # noqa: S311 - it has to be the same again
    for first in range(0, LEAVERS, COMPANY):
        async with open_office() as office:
            people = [await leaves(office) for _ in range(first, min(first + COMPANY, LEAVERS))]
            await _all_leave(office, people, random.sample(REMOVES, 3))


async def _all_leave(office: Office, people: list[Leaver], away: list[str]) -> None:
    """Have two vendors be away for two hours and one for a moment, and follow what comes of it."""
    for place, vendor in enumerate(away):
        times = None if place < 2 else BRIEF
        office.server.vendors[vendor].faults.down(times)
    waits = office.settings.catalog.rhythm.overdue_after[0]
    due = int(waits.total_seconds() * 1_000_000)
    await time_passes(office, due + 2 * SOON)
    wrong = [told for one in people if (told := await lacks(office, one))]
    assert not wrong, wrong[:5]
    assert [one for one in people if await reminded(office, one.number)]
    await time_passes(office, TWO_HOURS - (due + 2 * SOON))
    for vendor in away:
        office.server.vendors[vendor].faults.clear()
    await _seen_to(office, people)


async def _seen_to(office: Office, people: list[Leaver]) -> None:
    """Have the manager press Retry wherever it says so, and see that it is the end of it."""
    for one in people:
        for step in (await office.steps(one.number)).values():
            if step.state not in GOOD:
                await office.retries(step)
    await office.works()
    for one in people:
        assert (await office.request(one.number)).state == "completed"
        assert await lacks(office, one) is None
    await time_passes(office, SOON)
    left = await office.means.database.read(
        partial(alarms.due, now=office.clock.now + 2 * TWO_HOURS, limit=LEAVERS)
    )
    assert [alarm for alarm in left if alarm.kind == "overdue"] == []


@pytest.mark.parametrize("away", VENDORS)
async def test_one_vendor_is_away_for_two_hours_and_the_others_go_on(
    office: Office, away: str
) -> None:
    user = office.hire()
    number = await office.approved(user)
    office.server.vendors[away].faults.down()
    began = office.clock.now
    await time_passes(office, SOON)
    steps = await office.steps(number)
    assert {name for name, step in steps.items() if step.state not in GOOD} == {away}
    await time_passes(office, began + TWO_HOURS - office.clock.now)
    assert (await office.request(number)).state == "completed_with_errors"
    assert holds(office, away, office.login(user), user.email) == 0
    office.server.vendors[away].faults.clear()
    assert "again" in await office.retries((await office.steps(number))[away])
    await office.works()
    assert (await office.request(number)).state == "completed"
    assert [holds(office, one, office.login(user), user.email) for one in VENDORS] == [1] * 5
