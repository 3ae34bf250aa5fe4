"""What a refusal of the credential says, and to whom: not to steps that nobody carries out."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from rules.values import Kind
from storage import alarms, stops, unanchored
from tests.faults.office import Office, open_office
from tests.faults.test_outages import REMOVES
from tests.faults.test_refused_credentials import FEW, Watchman, asked_for
from tests.faults.truth import holds, put
from vendors.axolo import Axolo
from workflow import ends
from workflow.clock import HOUR, MINUTE
from workflow.stops import Stops

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
    await office.gives_nothing()
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
    calls = watchman.calls
    await watchman.minutes(1)
    assert await watchman.count("STP010W") == FEW
    assert await watchman.count("VND002I") == 0
    assert watchman.calls > calls
    watchman.restore()
    await watchman.minutes(2)
    assert await watchman.count("VND002I") == 1
    assert (await office.request(fresh)).state == "completed"


async def test_while_nothing_is_given_a_removal_asks_and_no_grant_takes_it_the_minute(
    office: Office,
) -> None:
    watchman, leaver = Watchman(office, "axiom"), office.hire()
    for vendor in REMOVES:
        put(office, vendor, office.login(leaver), leaver.email)
    joiners = await asked_for(office, FEW, "engineer")
    watchman.revoke()
    await watchman.looks()
    number = await office.approved(leaver, Kind.OFFBOARD)
    await watchman.looks()
    await office.gives_nothing()
    watchman.stops = Stops(office.means)
    watchman.restore()
    await watchman.minutes(2)
    assert (await office.request(number)).state == "completed"
    assert holds(office, "axiom", office.login(leaver), leaver.email) == 0
    assert [holds(office, "axiom", "", one.email) for one, _ in joiners] == [0] * FEW


async def test_while_nothing_is_given_a_stop_with_grants_alone_stays_until_a_removal_asks(
    office: Office,
) -> None:
    watchman, leaver = Watchman(office, "axiom"), office.hire()
    put(office, "axiom", office.login(leaver), leaver.email)
    await asked_for(office, FEW, "engineer")
    watchman.revoke()
    await watchman.looks()
    await office.gives_nothing()
    watchman.stops = Stops(office.means)
    calls = watchman.calls
    await watchman.minutes(FEW)
    assert watchman.calls == calls
    assert await watchman.count("VND002I") == 0
    watchman.restore()
    number = await office.approved(leaver, Kind.OFFBOARD)
    await watchman.looks()
    assert (await watchman.step(number)).state == "done"
    assert await watchman.count("VND002I") == 1


async def test_a_grant_that_is_kept_back_while_it_is_its_turn_passes_the_turn_on(
    office: Office,
) -> None:
    watchman, leaver = Watchman(office, "axiom"), office.hire()
    put(office, "axiom", office.login(leaver), leaver.email)
    await asked_for(office, 1, "engineer")
    watchman.revoke()
    await watchman.looks()
    office.clock.now += MINUTE
    await watchman.stops.once()
    await office.gives_nothing()
    watchman.stops = Stops(office.means)
    watchman.stops._renewed.clear()
    watchman.restore()
    await office.works(office.clock.now)
    await watchman.looks()
    assert await office.means.database.read(stops.standing)
    number = await office.approved(leaver, Kind.OFFBOARD)
    await office.works(office.clock.now)
    assert (await watchman.step(number)).state == "done"


async def test_nobody_is_told_that_nothing_was_done_where_a_removal_was_refused_halfway(
    office: Office,
) -> None:
    leaver, axolo = office.hire(), office.means.vendors["axolo"]
    put(office, "axolo", office.login(leaver), leaver.email)
    assert isinstance(axolo, Axolo)
    axolo._organizations *= 2
    number = await office.approved(leaver, Kind.OFFBOARD)
    office.server.axolo.faults.latency(0, times=1)
    office.server.axolo.faults.status(401, None)
    await office.works(office.clock.now)
    assert holds(office, "axolo", office.login(leaver), leaver.email) == 0
    assert (await office.steps(number))["axolo"].stopped_at is not None
    manager = office.server.cast.manager.id
    answer = await office.service.cancel(number, manager, "cancel")
    assert answer.sentence.endswith("Axolo. Whether it was done there is unknown.")
    assert "Nothing was done" not in answer.sentence
