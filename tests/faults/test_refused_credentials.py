"""A vendor that refuses the credential: a hundred wait, one a minute asks, and nobody is lost."""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pytest

from rules.values import Kind
from sandbox.faults import Faults
from sandbox.slack.model import User
from storage import stops, watch
from storage.models import Step
from tests.faults.office import EVERYTHING, Office, open_office
from tests.faults.test_outages import GOOD, REMOVES, timers_look
from tests.faults.test_slack_in_trouble import cards, speaks
from tests.faults.truth import VENDORS, holds, put
from workflow import telling
from workflow.attempts import Attempts
from workflow.calling_off import GIVEN_UP
from workflow.clock import MINUTE, SECOND
from workflow.stops import WAITS, Stops
from workflow.unanchored import Sentry

MANY, FEW = int(os.environ.get("ABOARD_REFUSED", "100")), 3
A_WHILE = 10
"""Minutes for which a credential is refused."""
A_LOOK = 5 * SECOND
EVERY_FACT = 100_000
MEMBERSHIPS = "POST /ambition/api/v1/group_membership/"
REFUSED = "Axiom does not accept the credential"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


class Watchman:
    """Lets time pass as the loops of a bot do, and counts the steps that a vendor refused."""

    def __init__(self, office: Office, vendor: str) -> None:
        self.office, self.vendor = office, vendor
        self.stops = Stops(office.means)
        self.refused: list[int] = []
        """How many were, minute by minute."""

    def revoke(self) -> None:
        """Have the vendor refuse the credential from now on."""
        self.office.server.vendors[self.vendor].faults.status(401, None)

    def restore(self) -> None:
        """Have the vendor accept it again."""
        self.office.server.vendors[self.vendor].faults.clear()

    @property
    def calls(self) -> int:
        """How many calls the vendor has got so far."""
        return len(self.office.server.vendors[self.vendor].journal.calls)

    async def minutes(self, number: int) -> None:
        """Let time pass."""
        for _ in range(number):
            before = await self.count("STP013W")
            end = self.office.clock.now + MINUTE
            while self.office.clock.now < end:
                self.office.clock.now += A_LOOK
                await self.looks()
            await timers_look(self.office)
            self.refused.append(await self.count("STP013W") - before)

    async def looks(self) -> None:
        """Have one round of the loop done, and what is to run."""
        while await self.stops.once() is not None:
            pass
        await self.office.works(self.office.clock.now)

    async def count(self, code: str) -> int:
        """Return how often something happened."""
        facts = await self.office.means.database.read(
            partial(watch.facts_after, seq=0, limit=EVERY_FACT)
        )
        return sum(one.code == code for one in facts)

    async def step(self, number: int) -> Step:
        """Return a request's step at the vendor."""
        return (await self.office.steps(number))[self.vendor]


async def asked_for(
    office: Office, many: int, profile: str = EVERYTHING
) -> Sequence[tuple[User, int]]:
    """Have as many people as that be approved; nothing is done yet."""
    people = [office.hire() for _ in range(many)]
    return [(one, await office.approved(one, profile=profile)) for one in people]


async def refused(
    office: Office, vendor: str = "axiom", *, many: int = FEW, profile: str = "engineer"
) -> tuple[Watchman, Sequence[tuple[User, int]]]:
    """Have people be approved whose vendor refuses the credential from now on."""
    watchman, everybody = Watchman(office, vendor), await asked_for(office, many, profile)
    watchman.revoke()
    return watchman, everybody


async def states(office: Office, everybody: Sequence[tuple[User, int]]) -> set[str]:
    """Return how the requests of these people stand."""
    return {(await office.request(number)).state for _, number in everybody}


@pytest.mark.timeout(900)
async def test_a_hundred_wait_while_one_a_minute_asks_and_all_are_done_afterwards(
    office: Office,
) -> None:
    watchman, everybody = await refused(office, many=MANY)
    calls = watchman.calls
    await office.works(office.clock.now)
    assert watchman.calls == calls + 1
    await watchman.minutes(A_WHILE)
    assert set(watchman.refused) == {1}
    assert watchman.calls == calls + 1 + A_WHILE
    waiting = [await watchman.step(number) for _, number in everybody]
    assert {one.state for one in waiting} == {"waiting"}
    assert {one.stopped_at is not None for one in waiting} == {True}
    assert await states(office, everybody) == {"running"}
    assert {(await office.steps(number))["axolo"].state for _, number in everybody} == {
        "unverified"
    }
    watchman.restore()
    await watchman.minutes(2)
    assert await states(office, everybody) == {"completed"}
    counted = [holds(office, "axiom", office.login(one), one.email) for one, _ in everybody]
    assert counted == [1] * MANY
    told = [await watchman.count(code) for code in ("STP004E", "VND001W", "VND002I")]
    assert told == [0, 1, 1]


@pytest.mark.parametrize("vendor", VENDORS)
async def test_each_vendor_is_left_alone_while_the_others_go_on(
    office: Office, vendor: str
) -> None:
    watchman, everybody = await refused(office, vendor, profile=EVERYTHING)
    await office.works(office.clock.now)
    await watchman.minutes(A_WHILE)
    assert max(watchman.refused) == 1
    for _, number in everybody:
        steps = await office.steps(number)
        assert {name for name, one in steps.items() if one.state not in GOOD} == {vendor}
        assert (steps[vendor].state, steps[vendor].tries) == ("waiting", 0)
    watchman.restore()
    await watchman.minutes(3)
    for one, number in everybody:
        assert (await office.request(number)).state == "completed"
        assert [holds(office, name, office.login(one), one.email) for name in VENDORS] == [1] * 5


async def test_a_right_that_is_missing_for_one_call_stops_nobody_else(office: Office) -> None:
    [(_, first), (_, second)] = await asked_for(office, 2)
    office.server.axiom.faults.status(403, 1, only="POST /axiom/v2/users")
    await office.works()
    ended = {(await office.steps(number))["axiom"].state for number in (first, second)}
    assert ended == {"failed", "done"}


async def test_another_credential_is_tried_at_once_and_so_is_a_start(office: Office) -> None:
    watchman, everybody = await refused(office)
    await watchman.looks()
    watchman.stops.renewed("axiom", "another value")
    await watchman.looks()
    assert await watchman.count("STP013W") == 2
    watchman.stops = Stops(office.means)
    await watchman.looks()
    assert await watchman.count("STP013W") == 3
    watchman.restore()
    watchman.stops.renewed("axiom", "the right value")
    await watchman.looks()
    await watchman.looks()
    assert await states(office, everybody) == {"completed"}


async def test_a_vendor_that_is_away_has_not_accepted_the_credential(office: Office) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(1)
    watchman.restore()
    office.server.axiom.faults.down()
    before = watchman.calls
    await watchman.minutes(A_WHILE)
    assert watchman.calls - before <= A_WHILE
    assert await watchman.count("VND002I") == 0
    office.server.axiom.faults.clear()
    await watchman.minutes(2)
    assert await states(office, everybody) == {"completed"}


async def test_a_removal_waits_likewise_and_is_overdue_meanwhile(office: Office) -> None:
    watchman = Watchman(office, "axiom")
    user, number = await leaves(office)
    watchman.revoke()
    waits = office.settings.catalog.rhythm.overdue_after[0]
    await watchman.minutes(int(waits.total_seconds() // 60) + 2)
    assert (await office.request(number)).state == "running"
    assert await watchman.count("REM004W") == 1
    watchman.restore()
    await watchman.minutes(2)
    assert (await office.request(number)).state == "completed"
    assert holds(office, "axiom", office.login(user), user.email) == 0


async def test_what_a_process_dropped_that_died_while_it_asked_is_asked_by_another_step(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.looks()
    office.clock.now += MINUTE
    await watchman.stops.once()
    office.queue.entries.clear()
    watchman.restore()
    await watchman.minutes(2)
    done = [(await office.request(number)).state for _, number in everybody]
    assert done.count("completed") == FEW - 1
    await watchman.minutes(3)
    assert await states(office, everybody) == {"completed"}


async def test_an_answer_from_before_the_credential_was_accepted_stops_nobody(
    office: Office,
) -> None:
    watchman, everybody = await refused(office, many=2)
    await watchman.looks()
    late = await watchman.step(everybody[0][1])
    watchman.restore()
    await watchman.minutes(2)
    begun = partial(stops.begin, step=late, now=office.clock.now)
    assert not await office.means.database.write(begun)
    assert await office.means.database.read(stops.standing) == []


async def test_a_card_says_no_more_that_a_credential_is_refused_once_the_vendor_is_called_again(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(1)
    await speaks(office, MINUTE)
    assert [REFUSED in one for one in shown(office, everybody)] == [True] * FEW
    watchman.restore()
    office.clock.now += MINUTE
    await watchman.looks()
    await watchman.stops.once()
    await speaks(office, MINUTE)
    assert [(await watchman.step(number)).state for _, number in everybody].count("waiting") == 2
    assert [REFUSED in one for one in shown(office, everybody)] == [False] * FEW


def shown(office: Office, everybody: Sequence[tuple[User, int]]) -> list[str]:
    """Return what the channel reads of these people: their cards."""
    return [text for one, _ in everybody for text in cards(office, one)]


async def test_of_two_processes_one_asks(office: Office) -> None:
    watchman, _ = await refused(office)
    await watchman.looks()
    office.clock.now += MINUTE
    other = Stops(office.means)
    other._renewed.clear()
    seen = await office.means.database.read(stops.standing)
    await watchman.stops.once()
    await other.once()
    assert len(office.queue.entries) == 1
    taken = partial(stops.take, vendor="axiom", step="another", now=office.clock.now)
    assert not await office.means.database.write(taken)
    assert seen
    entry = office.queue.entries.pop()
    await Attempts(office.means).attempt(entry.step, entry.number)
    assert await watchman.count("STP013W") == 2


async def test_what_waits_for_a_vendor_that_is_switched_off_then_says_so(office: Office) -> None:
    watchman, everybody = await refused(office)
    await watchman.looks()
    others = {name: one for name, one in office.means.vendors.items() if name != "axiom"}
    office.means = replace(office.means, vendors=others)
    office.attempts, watchman.stops = Attempts(office.means), Stops(office.means)
    await watchman.minutes(2)
    steps = [await watchman.step(number) for _, number in everybody]
    assert {(one.state, one.stopped_at) for one in steps} == {("failed", None)}
    assert {"is switched off" in one.detail for one in steps} == {True}


async def test_what_is_kept_back_for_an_anchor_meanwhile_asks_when_it_is_let_go(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(1)
    sentry = Sentry(office.means, nobody_is_told)
    await office.gives_nothing()
    watchman.restore()
    calls = watchman.calls
    await watchman.minutes(FEW + 1)
    assert watchman.calls == calls
    await office.gives_again()
    await sentry.once()
    await sentry.once()
    await watchman.minutes(2)
    assert await states(office, everybody) == {"completed"}


async def leaves(office: Office) -> tuple[User, int]:
    """Have somebody who has something everywhere be approved to leave; nothing is done yet."""
    user = office.hire()
    for vendor in REMOVES:
        put(office, vendor, office.login(user), user.email)
    return user, await office.approved(user, Kind.OFFBOARD)


async def test_a_removal_asks_once_a_minute_and_at_once_while_nothing_is_given(
    office: Office,
) -> None:
    watchman, _ = await refused(office)
    await watchman.minutes(1)
    _, number = await leaves(office)
    await office.gives_nothing()
    watchman.stops = Stops(office.means)
    await watchman.minutes(1)
    asked = (await watchman.step(number)).attempts
    assert asked > 0
    await watchman.minutes(A_WHILE)
    assert (await watchman.step(number)).attempts == asked + A_WHILE
    watchman.restore()
    watchman.stops.renewed("axiom", "the right value")
    await watchman.looks()
    assert (await watchman.step(number)).state == "done"


async def test_a_removal_that_was_tried_before_the_refusal_asks_before_grants(
    office: Office,
) -> None:
    watchman, axiom = Watchman(office, "axiom"), office.server.axiom
    _, removal = await leaves(office)
    axiom.faults.down()
    await office.works(office.clock.now)
    axiom.faults.clear()
    await asked_for(office, FEW, "engineer")
    watchman.revoke()
    await office.works(office.clock.now + 10 * SECOND)
    assert (await watchman.step(removal)).attempts == 1
    assert (await watchman.step(removal)).stopped_at is not None
    await watchman.minutes(1)
    assert (await watchman.step(removal)).attempts == 2


async def test_a_vendor_that_lets_a_look_in_is_called_again_though_the_write_then_fails(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(1)
    watchman.restore()
    office.server.axiom.faults.down(1, only="POST /axiom/v2/users")
    await watchman.minutes(1)
    assert await office.means.database.read(stops.standing) == []
    assert await watchman.count("VND002I") == 1
    await watchman.minutes(1)
    assert await states(office, everybody) == {"completed"}


async def test_whoever_presses_retry_reads_in_the_thread_that_the_credential_is_refused(
    office: Office,
) -> None:
    watchman, [(_, number), _] = await refused(office, many=2)
    watchman.restore()
    office.server.axiom.faults.status(400, 1, only="POST /axiom/v2/users")
    await office.works(office.clock.now)
    assert (await watchman.step(number)).state == "failed"
    watchman.revoke()
    await asked_for(office, 1, "engineer")
    await office.works(office.clock.now)
    office.clock.now += MINUTE
    await office.retries(await watchman.step(number))
    before = await told(office, number)
    await office.works(office.clock.now)
    said = [("STP001I", "Axiom"), ("STP013W", "Axiom")]
    assert (await told(office, number))[len(before) :] == said
    await watchman.minutes(A_WHILE)
    assert (await watchman.step(number)).attempts > 2
    assert (await told(office, number))[len(before) :] == said


async def nobody_is_told(_stopped: bool) -> bool:  # noqa: FBT001 - as the sentry tells it
    return True


async def told(office: Office, number: int) -> list[tuple[str, str | None]]:
    """Return what the thread of a request's card is told: which facts, of which vendor."""
    read = partial(telling.lines, number=number, after=0, until=None)
    return [(one.code, one.title) for one in await office.means.database.read(read)]


AWAY: Mapping[str, tuple[str, Callable[[Faults], None]]] = {
    "is down": ("axiom", lambda faults: faults.down()),
    "drops connections": ("axiom", lambda faults: faults.refuse_before(None)),
    "is called too often": ("axiom", lambda faults: faults.rate_limit(None)),
    "is called too often, and shows nobody": ("axolo", lambda faults: faults.rate_limit(None)),
}
"""What keeps a vendor from saying whether it accepts the credential, and writes nothing."""


@pytest.mark.parametrize("away", AWAY)
async def test_a_thread_tells_nothing_of_who_asks_in_vain_while_the_vendor_is_away(
    office: Office, away: str
) -> None:
    vendor, keeps_away = AWAY[away]
    watchman, everybody = await refused(office, vendor)
    await watchman.minutes(FEW + 1)
    watchman.restore()
    keeps_away(office.server.vendors[vendor].faults)
    before = [await told(office, number) for _, number in everybody]
    calls = watchman.calls
    await watchman.minutes(A_WHILE)
    assert watchman.calls - calls == A_WHILE
    assert [await told(office, number) for _, number in everybody] == before
    for _, number in everybody:
        step = await watchman.step(number)
        assert (step.state, step.tries, step.stopped_at is None) == ("waiting", 0, False)
        assert step.detail.endswith(WAITS)
    assert await watchman.count("VND002I") == 0
    watchman.restore()
    await watchman.minutes(2)
    assert await states(office, everybody) == {"completed"}


async def test_whoever_wants_to_be_left_alone_for_longer_is_not_asked_before(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(1)
    watchman.restore()
    office.server.axiom.faults.rate_limit(1, seconds=A_WHILE * 60)
    await watchman.minutes(1)
    calls = watchman.calls
    await watchman.minutes(A_WHILE - 1)
    assert watchman.calls == calls
    await watchman.minutes(3)
    assert await states(office, everybody) == {"completed"}


async def test_what_may_have_been_written_while_a_vendor_is_away_is_told(office: Office) -> None:
    watchman, [(_, number)] = await refused(office, "axolo", many=1)
    await watchman.minutes(1)
    watchman.restore()
    office.server.axolo.faults.lose_answer()
    await watchman.minutes(1)
    step = await watchman.step(number)
    assert (step.state, step.next_at, step.stopped_at) == ("unknown", None, None)
    assert (await told(office, number))[-2:] == [("STP003W", "Axolo"), ("REQ007W", None)]


async def test_a_thread_is_told_of_a_first_attempt_that_is_refused_and_of_none_after_it(
    office: Office,
) -> None:
    watchman, everybody = await refused(office)
    await watchman.minutes(A_WHILE)
    for _, number in everybody:
        mine = [code for code, title in await told(office, number) if title == "Axiom"]
        assert [mine.count(one) for one in ("STP001I", "STP013W")] == [1, 1]
        assert (await watchman.step(number)).attempts > 1


async def test_nobody_claims_that_nothing_was_done_where_a_part_was_before_the_refusal(
    office: Office,
) -> None:
    watchman = Watchman(office, "ambition")
    [(one, number)] = await asked_for(office, 1)
    office.server.ambition.faults.status(400, 1, only=MEMBERSHIPS)
    await office.works()
    step = await watchman.step(number)
    assert step.state == "failed"
    assert holds(office, "ambition", office.login(one), one.email) == 1
    watchman.revoke()
    await office.retries(step)
    await watchman.minutes(2)
    assert (await watchman.step(number)).stopped_at is not None
    said = await office.service.cancel(number, office.server.cast.manager.id, "cancelled")
    assert said.sentence == (
        f"Given up in request #{number}: Ambition. Whether it was done there is unknown."
    )
    step = await watchman.step(number)
    assert (step.state, step.detail) == ("unknown", GIVEN_UP)
    assert (await office.request(number)).state == "completed_with_errors"
