"""A removal that is due, or asked for, does not wait for a grant that waits for a credential."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from rules.values import Kind
from sandbox.slack.model import User
from storage.models import Request
from tests.faults.office import EVERYTHING, Office, open_office
from tests.faults.test_outages import GOOD, REMOVES, reminded, time_passes, timers_look
from tests.faults.test_refused_credentials import Watchman, asked_for
from tests.faults.truth import holds
from workflow.clock import HOUR, as_datetime
from workflow.drafts import Answer, Receipt, Refusal, RequestDraft
from workflow.invitations import Invitations

DAY = 24 * HOUR


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


def wall(office: Office, days: int) -> str:
    return (as_datetime(office.clock.now) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


async def approved(office: Office, asked: RequestDraft) -> int:
    """Have something be asked for and approved; nothing is done yet."""
    receipt = await office.service.submit(asked)
    assert isinstance(receipt, Receipt), receipt
    number = receipt.number
    await office.preparer.once()
    await office.approves(number)
    return number


def draft(office: Office, user: User, kind: Kind = Kind.ONBOARD) -> RequestDraft:
    cast, profile = office.server.cast, EVERYTHING if kind is Kind.ONBOARD else None
    return RequestDraft(
        kind, user.team_id, cast.manager.id, user.id, office.login(user), profile, "",
        cast.requests, office._delivery(),
    )  # fmt: skip


async def days(watchman: Watchman, number: int) -> None:
    """Let days pass, at whose end the loops have their turns."""
    office = watchman.office
    for _ in range(number):
        office.clock.now += DAY
        await watchman.minutes(2)
        await office.preparer.once()
        await watchman.looks()


async def cancels(office: Office, number: int) -> Answer:
    return await office.service.cancel(number, office.server.cast.manager.id, office._delivery())


def held(office: Office, user: User) -> set[str]:
    return {one for one in REMOVES if holds(office, one, office.login(user), user.email)}


async def removal_of(office: Office, number: int) -> Request:
    """Return the request that followed another one."""
    removal = await office.request(number + 1)
    assert removal.kind == Kind.OFFBOARD
    return removal


async def test_an_end_comes_although_the_access_still_waits_for_a_vendor(office: Office) -> None:
    watchman, user = Watchman(office, "ixon"), office.hire()
    number = await approved(office, replace(draft(office, user), until=wall(office, 2)))
    watchman.revoke()
    await watchman.minutes(2)
    assert held(office, user) == {*REMOVES} - {"ixon"}
    await days(watchman, 3)
    assert held(office, user) == set()
    assert (await office.request(number)).state == "partly_done"
    assert (await office.steps(number))["ixon"].state == "cancelled"
    removal = await removal_of(office, number)
    assert removal.state == "running"
    assert await watchman.count("TIM003W") == 0
    watchman.restore()
    await days(watchman, 1)
    assert (await office.steps(number + 1))["ixon"].state in GOOD
    assert held(office, user) == set()


async def test_what_may_have_been_given_is_called_unknown_and_removed(office: Office) -> None:
    watchman, user = Watchman(office, "axiom"), office.hire()
    number = await approved(office, replace(draft(office, user), until=wall(office, 1)))
    office.server.axiom.faults.status(401, None, only="POST /axiom/v2/users")
    await watchman.looks()
    assert (await watchman.step(number)).unsettled_at is not None
    office.clock.now += DAY
    await timers_look(office)
    step = await watchman.step(number)
    assert (step.state, step.next_at, step.stopped_at) == ("unknown", None, None)
    assert (await office.request(number)).state == "completed_with_errors"
    await days(watchman, 1)
    assert (await removal_of(office, number)).state == "completed_with_errors"
    assert held(office, user) == set()


async def test_a_planned_removal_begins_although_grants_are_kept_back_for_an_anchor(
    office: Office,
) -> None:
    watchman, user = Watchman(office, "axiom"), office.hire()
    await approved(office, draft(office, user))
    await office.works(office.clock.now)
    removal = await approved(
        office, replace(draft(office, user, Kind.OFFBOARD), starts=wall(office, 2))
    )
    await office.gives_nothing()
    number = await approved(office, draft(office, user))
    await days(watchman, 1)
    assert {one.state for one in (await office.steps(number)).values()} == {"waiting"}
    await days(watchman, 2)
    assert (await office.request(number)).state == "cancelled"
    assert (await office.steps(removal))["axiom"].state in GOOD
    assert held(office, user) == set()
    await office.gives_again()
    await days(watchman, 1)
    assert held(office, user) == set()


async def test_whoever_wants_somebody_removed_cancels_what_waits_and_asks_then(
    office: Office,
) -> None:
    watchman = Watchman(office, "axiom")
    [(user, number)] = await asked_for(office, 1)
    office.server.axiom.faults.status(401, None, only="POST /axiom/v2/users")
    await watchman.minutes(2)
    refusal = await office.service.submit(draft(office, user, Kind.OFFBOARD))
    assert isinstance(refusal, Refusal)
    assert f"/aboard cancel {number}" in refusal.sentence
    said = (await cancels(office, number)).sentence
    assert said == f"Given up in request #{number}: Axiom. Whether it was done there is unknown."
    assert await office.asks(user, Kind.OFFBOARD) == number + 1


async def test_a_request_of_which_everything_waits_ends_with_its_cancelling(
    office: Office,
) -> None:
    watchman = Watchman(office, "axiom")
    [(_, number)] = await asked_for(office, 1, "engineer")
    watchman.revoke()
    office.server.axolo.faults.status(401, None)
    await watchman.minutes(1)
    assert (await office.request(number)).state == "running"
    assert (await cancels(office, number)).counted
    assert (await office.request(number)).state == "cancelled"


async def test_a_planned_removal_that_waits_for_work_under_way_is_overdue_meanwhile(
    office: Office,
) -> None:
    watchman, user = Watchman(office, "axiom"), office.hire()
    removal = await approved(
        office, replace(draft(office, user, Kind.OFFBOARD), starts=wall(office, 1))
    )
    office.clock.now += DAY - HOUR
    await approved(office, draft(office, user))
    office.clock.now += HOUR
    for _ in range(3):
        await timers_look(office)
        office.clock.now += HOUR
    assert (await office.request(removal)).state == "scheduled"
    assert await watchman.count("REM004W") == 1


async def test_a_removal_that_still_goes_on_when_an_invitation_is_accepted_is_asked_about(
    office: Office,
) -> None:
    """The invitation has a later number; what the removal comes to is known after its end."""
    watchman, user = Watchman(office, "ixon"), office.hire()
    office.server.ixon.faults.down()
    removal = await approved(
        office, replace(draft(office, user, Kind.OFFBOARD), starts=wall(office, 1))
    )
    office.server.ixon.faults.clear()
    given = await approved(office, draft(office, user))
    await office.works(office.clock.now)
    assert (await watchman.step(given)).state == "invited"
    office.clock.now += DAY
    office.server.ixon.faults.refuse_before(None, only="DELETE /ixon")
    await timers_look(office)
    await office.works(office.clock.now)
    assert (await watchman.step(removal)).next_at is not None
    office.server.ixon.accept(user.email)
    while await Invitations(office.means).once() is not None:
        pass
    assert (await watchman.step(given)).state == "done"
    await office.works()
    step = await watchman.step(removal)
    assert (step.state, step.next_at, step.made_good_by) == ("unknown", None, None)
    assert "ixon" in held(office, user)
    await time_passes(office, HOUR)
    assert office.server.cast.lead.id in await reminded(office, removal)
