"""What a refusal of the credential says, and to whom: not to steps that nobody carries out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from rules.values import Kind
from storage import alarms, stops, unanchored
from tests.faults.office import Office, open_office
from tests.faults.test_outages import REMOVES
from tests.faults.test_refused_credentials import FEW, Watchman, asked_for
from tests.faults.truth import put
from workflow import ends
from workflow.attempts import Attempts
from workflow.clock import HOUR, MINUTE

DAY = 24 * HOUR


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


async def cancelled(office: Office, number: int) -> None:
    """Have the manager cancel a request whose work is in the queues already."""
    manager = office.server.cast.manager.id
    answer = await office.service.cancel(number, manager, f"cancel-{number}")
    assert answer.counted, answer.sentence


async def test_what_was_cancelled_before_its_turn_is_not_kept_back_for_an_anchor(
    office: Office,
) -> None:
    [(_, number)] = await asked_for(office, 1, "engineer")
    await cancelled(office, number)
    database, watchman = office.means.database, Watchman(office, "axiom")
    grants = sa.table("unanchored", sa.column("id"), sa.column("since"))
    office.means = replace(office.means, grace=1)
    office.attempts = Attempts(office.means)
    await database.write(lambda one: one.execute(sa.insert(grants).values(id=1, since=1)))
    await office.works(office.clock.now)
    assert await watchman.count("STP015W") == 0
    assert not await database.read(partial(unanchored.kept_back, limit=9))


async def test_what_was_cancelled_before_its_turn_takes_nobody_the_turn_to_ask(
    office: Office,
) -> None:
    watchman = Watchman(office, "axiom")
    await asked_for(office, 1, "engineer")
    watchman.revoke()
    await watchman.looks()
    [(_, number)] = await asked_for(office, 1, "engineer")
    await cancelled(office, number)
    office.clock.now += MINUTE
    [stop] = await office.means.database.read(stops.standing)
    await office.works(office.clock.now)
    assert await office.means.database.read(stops.standing) == [stop]
    assert stop.probe is None


async def test_an_offboarding_that_was_cancelled_is_not_overdue_at_a_stopped_vendor(
    office: Office,
) -> None:
    watchman, leaver = Watchman(office, "axiom"), office.hire()
    for vendor in REMOVES:
        put(office, vendor, office.login(leaver), leaver.email)
    await asked_for(office, 1, "engineer")
    watchman.revoke()
    await watchman.looks()
    number = await office.approved(leaver, Kind.OFFBOARD)
    await cancelled(office, number)
    await office.works(office.clock.now)
    alarm = partial(alarms.of_request, number=number, kind=ends.OVERDUE)
    assert await office.means.database.read(alarm) is None


async def test_what_ends_without_asking_the_vendor_does_not_say_that_it_is_called_again(
    office: Office,
) -> None:
    watchman = Watchman(office, "axolo")
    await asked_for(office, FEW, "engineer")
    watchman.revoke()
    await watchman.looks()
    office.clock.now += 2 * DAY
    [(_, fresh)] = await asked_for(office, 1, "engineer")
    calls = len(office.server.axolo.journal.calls)
    await watchman.minutes(1)
    assert await watchman.count("STP010W") == FEW
    assert await watchman.count("VND002I") == 0
    assert len(office.server.axolo.journal.calls) > calls
    watchman.restore()
    await watchman.minutes(2)
    assert await watchman.count("VND002I") == 1
    assert (await office.request(fresh)).state == "completed"
