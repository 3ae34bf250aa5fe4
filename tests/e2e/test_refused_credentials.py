"""A vendor that refuses the credential: people read it, nobody loses anything, and it goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

import workflow.stops
from benchmarks.ports import HOST
from bot.status import Address, told
from sandbox.server import running
from sandbox.slack.model import Message, User
from sandbox.vendors.axiom_model import Token
from sandbox.vendors.journal import Journal
from storage import requests, stops
from storage.models import Step
from tests.e2e.calendar import Calendar
from tests.e2e.people import People
from tests.e2e.restarts import Bot, restartable
from tests.e2e.story import Story, labels
from tests.e2e.test_cancelling_the_rest import REST, held, let_go
from tests.e2e.test_ends import thread
from tests.e2e.test_many_by_call import INVITE, Sellers, sellers
from tests.e2e.turning import mounted
from tests.e2e.world import ShiftingClock, World, inhabited
from workflow.attempts import Attempts

__all__ = ["held", "sellers"]

WAITS = "waiting, the credential is refused"
ENDS = "The access of this person ends now: what still waited was called off."
A_MINUTE = timedelta(minutes=1)
SEVERAL = 3


async def refused(
    story: Story, subject: User, vendor: str = "Axiom", profile: str = "engineer"
) -> Message:
    """Have a request approved while a vendor refuses the credential."""
    card = await story.onboarding(subject, profile)
    story.world.server.vendors[vendor.lower()].faults.status(401, None)
    await story.press(card, "Approve")
    await story.until(lambda: WAITS in story.line(card, vendor))
    return card


async def a_minute_later(world: World) -> None:
    """Let the next one ask."""
    world.clock.forward(A_MINUTE)
    world.aboard.means.bells.stops.ring()


async def one_asks_in_vain(story: Story, journal: Journal) -> None:
    """Have one step ask a minute later, and wait until it has read that it is refused."""
    before, world = len(journal.calls), story.world
    await a_minute_later(world)
    await story.until(lambda: len(journal.calls) > before)
    while any(one.probe for one in await world.aboard.means.database.read(stops.standing)):
        await world._something_happens()


async def accepted(world: World) -> None:
    """Wait until every vendor is called again, and people know of it."""
    while await world.aboard.means.database.read(stops.standing):
        await a_minute_later(world)
        await world._something_happens()
    while await world.aboard.means.database.read(partial(stops.news, now=2**62)):
        world.clock.forward(A_MINUTE)
        await world._something_happens()


async def called_off(story: Story, card: Message, why: str = ENDS) -> None:
    """Wait until nothing waits any more; an end that comes while one asks looks again later."""
    while why not in story.text(card):
        await story.world.later(A_MINUTE)
        await story.world._something_happens()


def alerts(story: Story) -> list[str]:
    """Return what the channel was told of vendors since the story began."""
    said = [story.text(one) for one in story.cards()]
    return [one for one in said if "the credential (" in one or "is called again" in one]


async def told_of_both(story: Story) -> list[str]:
    """Wait until the channel was told that a vendor refuses the credential, and that it is over."""
    while len(alerts(story)) < 2:
        await a_minute_later(story.world)
        await story.world._something_happens()
    return alerts(story)


async def metrics_of(world: World) -> str:
    async with told(world.aboard, Address(HOST, 0)) as port, httpx.AsyncClient() as client:
        return (await client.get(f"http://{HOST}:{port}/metrics")).text


async def test_what_waits_for_a_vendor_goes_on_once_it_accepts_the_credential(
    story: Story, ada: User
) -> None:
    world, bea = story.world, story.people.member()
    card, other = await story.onboarding(ada), await story.onboarding(bea)
    axiom = world.server.axiom
    axiom.faults.status(401, None)
    await story.press(card, "Approve")
    await story.press(other, "Approve")
    for shown in (card, other):
        text = await story.reads(shown, WAITS, "goes on by itself", "accepted, cannot be verified")
        assert "Under way" in text
        assert "Next try" not in text
        assert not any(label.startswith("Retry") for label in labels(shown))
    [said] = await story.until(lambda: alerts(story))
    assert "Axiom does not accept the credential (AXIOM_TOKEN)" in said
    metrics = await metrics_of(world)
    assert 'aboard_vendor_stopped{vendor="axiom"} 1.0' in metrics
    assert 'aboard_vendor_stopped{vendor="axolo"} 0.0' in metrics
    assert 'aboard_degraded{reason="vendors"} 1.0' in metrics
    axiom.faults.clear()
    await a_minute_later(world)
    await story.reads(card, "Completed")
    await story.reads(other, "Completed")
    assert [story.at_axiom(one) for one in (ada, bea)] == ["user", "user"]
    await accepted(world)
    assert [("is called again" in one) for one in alerts(story)] == [False, True]
    assert 'aboard_vendor_stopped{vendor="axiom"} 0.0' in await metrics_of(world)


async def test_whoever_asked_reads_why_what_waits_is_called_off_when_the_access_ends(
    story: Story, ada: User
) -> None:
    calendar, vendors = Calendar(story), story.world.server.vendors
    end = calendar.before_long(ada)
    card = await calendar.asks(ada, until=end)
    for vendor in ("axiom", "axolo"):
        vendors[vendor].faults.status(401, None)
    await story.press(card, "Approve")
    await story.until(lambda: all(WAITS in story.line(card, one) for one in ("Axiom", "Axolo")))
    await calendar.until(end, ada)
    await called_off(story, card)
    await story.reads(card, "Cancelled", ENDS)
    await story.direct(story.asker, "is cancelled", ENDS)
    for vendor in ("axiom", "axolo"):
        vendors[vendor].faults.clear()
    await accepted(story.world)


async def test_whoever_asked_reads_why_the_rest_is_called_off_when_the_access_ends(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    end = calendar.before_long(ada)
    card = await calendar.asks(ada, until=end)
    story.world.server.axiom.faults.status(401, None)
    await story.press(card, "Approve")
    await story.until(lambda: WAITS in story.line(card, "Axiom"))
    await calendar.until(end, ada)
    await called_off(story, card)
    await story.reads(card, "Partly done", ENDS)
    await story.direct(story.asker, "is partly done", ENDS)
    story.world.server.axiom.faults.clear()
    await accepted(story.world)


async def test_a_card_is_told_once_in_its_thread_that_it_waits(story: Story, ada: User) -> None:
    card, axiom = await refused(story, ada), story.world.server.axiom
    await thread(story, card, "The vendor refused the credential")
    await thread(story, card, "Step ended at Axolo")
    replies = len(story.slack.replies(card))
    for _ in range(SEVERAL):
        await one_asks_in_vain(story, axiom.journal)
    assert len(story.slack.replies(card)) == replies
    axiom.faults.clear()
    await a_minute_later(story.world)
    said = await thread(story, card, "Request completed")
    assert said.count("The vendor refused the credential") == 1
    assert said.count("Step started at Axiom") == 1
    why = await story.asks(f"why {story.number(card)}")
    assert why.count("The vendor refused the credential") == 1
    await accepted(story.world)


async def test_a_card_is_told_nothing_of_who_asks_while_the_vendor_is_away_as_well(
    story: Story, ada: User
) -> None:
    card, axiom = await refused(story, ada), story.world.server.axiom
    await thread(story, card, "The vendor refused the credential")
    await thread(story, card, "Step ended at Axolo")
    replies = len(story.slack.replies(card))
    axiom.faults.clear()
    axiom.faults.down()
    for _ in range(SEVERAL):
        await one_asks_in_vain(story, axiom.journal)
        await story.reads(card, WAITS, "answered with HTTP 503. This waits, and goes on by itself")
    assert len(story.slack.replies(card)) == replies
    axiom.faults.clear()
    await a_minute_later(story.world)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"
    await accepted(story.world)


async def test_what_cannot_be_looked_up_waits_and_is_asked_for_once(
    story: Story, ada: User
) -> None:
    card = await refused(story, ada, "Axolo")
    await story.until(lambda: "done, verified" in story.line(card, "Axiom"))
    story.world.server.axolo.faults.clear()
    await a_minute_later(story.world)
    await story.reads(card, "Completed")
    assert [one.status for one in story.asked_of_axolo(ada)] == [401, 200]
    await accepted(story.world)


async def test_what_waits_is_cancelled_as_what_has_not_started(story: Story, ada: User) -> None:
    card = await refused(story, ada)
    await story.press(card, REST)
    await story.reads(card, "Partly done, the rest cancelled")
    assert "cancelled before it started" in story.line(card, "Axiom")
    story.world.server.axiom.faults.clear()
    await accepted(story.world)
    assert story.at_axiom(ada) is None


async def given_up(story: Story, subject: User, held: set[str]) -> Message:
    """Have a creation be cancelled that was not answered, and whose look was not let in."""
    card, axiom = await story.onboarding(subject), story.world.server.axiom
    held.add("axiom")
    axiom.faults.lose_answer(only="POST /axiom/v2/users")
    await story.press(card, "Approve")
    await story.until(lambda: REST in labels(card))
    await let_go("axiom")
    held.clear()
    await refused(story, story.people.member())
    await let_go("axiom")
    await story.until(lambda: "the credential is refused" in story.line(card, "Axiom"))
    await story.press(card, REST)
    await story.reads(card, "Needs attention", "Given up while it waited")
    return card


async def at_axiom(story: Story, number: int) -> Step:
    """Return the step at Axiom of a request."""
    steps = await story.world.aboard.means.database.read(partial(requests.steps_of, number=number))
    return next(one for one in steps if one.vendor == "axiom")


async def test_what_was_given_up_goes_through_the_queue_again_once_it_is_retried(
    story: Story, ada: User, held: set[str]
) -> None:
    card, axiom = await given_up(story, ada, held), story.world.server.axiom
    await story.press(card, "Retry Axiom")
    await story.until(lambda: WAITS in story.line(card, "Axiom"))
    axiom.faults.clear()
    await a_minute_later(story.world)
    await story.reads(card, "Completed")
    assert len(story.created_at_axiom(ada)) == 1
    await accepted(story.world)


async def test_what_was_given_up_is_not_attempted_by_work_that_is_recovered(
    story: Story, ada: User, held: set[str]
) -> None:
    card = await given_up(story, ada, held)
    before = await at_axiom(story, story.number(card))
    story.world.server.axiom.faults.clear()
    await accepted(story.world)
    await Attempts(story.world.aboard.means).attempt(before.ref, before.attempts + 1)
    after = await at_axiom(story, story.number(card))
    assert (after.state, after.attempts) == ("unknown", before.attempts)
    assert "Given up while it waited" in story.text(card)


async def test_where_all_was_cancelled_that_waited_nobody_reads_that_the_credential_is_good(
    story: Story, ada: User
) -> None:
    card = await refused(story, ada)
    await story.until(lambda: alerts(story))
    await story.press(card, REST)
    await story.reads(card, "Partly done, the rest cancelled")
    [_, said] = await told_of_both(story)
    assert "Nothing waits for Axiom any more" in said
    assert "AXIOM_TOKEN" in said
    assert "is called again" not in said
    later = await refused(story, story.people.member())
    story.world.server.axiom.faults.clear()
    await a_minute_later(story.world)
    await story.reads(later, "Completed")
    await accepted(story.world)
    assert "is called again" in alerts(story)[-1]


async def test_what_failed_before_and_is_retried_waits_likewise(story: Story, ada: User) -> None:
    axiom, bea = story.world.server.axiom, story.people.member()
    axiom.faults.status(400, only="POST /axiom/v2/users")
    failed = await story.onboarding(ada)
    await story.press(failed, "Approve")
    await story.reads(failed, "Needs attention", "Retry Axiom")
    card = await refused(story, bea)
    calls = len(axiom.journal.calls)
    await story.press(failed, "Retry Axiom")
    await story.until(lambda: WAITS in story.line(failed, "Axiom"))
    assert len(axiom.journal.calls) == calls
    axiom.faults.clear()
    await a_minute_later(story.world)
    await story.reads(failed, "Completed")
    await story.reads(card, "Completed")
    await accepted(story.world)


async def test_a_removal_waits_and_nobody_is_called_gone_meanwhile(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    story.world.server.axiom.faults.status(401, None)
    await story.press(card, "Approve")
    text = await story.reads(card, WAITS, "Under way")
    assert "Completed" not in text
    assert story.at_axiom(ada) == "user"
    story.world.server.axiom.faults.clear()
    await a_minute_later(story.world)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None
    await accepted(story.world)


@pytest.mark.parametrize(("in_vain", "written"), [(0, [1, 3]), (1, [1, 1, 2])])
async def test_people_who_are_asked_for_by_one_call_wait_and_go_on_by_one_call(
    sellers: Sellers, in_vain: int, written: list[int]
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    crowd, card = await sellers.asked()
    appxite.faults.status(401, None)
    await story.press(card, "Approve")
    await story.until(lambda: alerts(story))
    await story.until(lambda: sellers.without_ambition(0) and len(sellers.invites()) == 4)
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {None}
    for _ in range(in_vain):
        await one_asks_in_vain(story, appxite.journal)
    appxite.faults.clear()
    await a_minute_later(story.world)
    await story.reads(card, "Completed · Batch")
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {"New"}
    for row in (await crowd.result()).values():
        assert row["outcome"] == "Completed"
    assert sorted(map(sellers.told, sellers.calls(appxite.journal))) == written
    await accepted(story.world)


async def test_a_look_for_a_call_for_many_has_the_vendor_called_again_though_the_write_then_fails(
    sellers: Sellers, held: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story, appxite = sellers.story, sellers.story.world.server.appxite
    held.add("appxite")
    _, card = await sellers.asked()
    await story.press(card, "Approve")
    await story.until(lambda: len(sellers.invites()) == 4 and sellers.without_ambition(0))
    held.clear()
    other = await refused(story, story.people.member(), "AppXite", "seller")
    monkeypatch.setattr(workflow.stops, "_probe", nobody_else_asks)
    appxite.faults.clear()
    appxite.faults.down(1, only=INVITE)
    story.world.clock.forward(A_MINUTE)
    await let_go("appxite")
    assert sellers.told(sellers.calls(appxite.journal)[0]) == 1
    assert await story.world.aboard.means.database.read(stops.standing) == []
    await story.reads(card, "Completed · Batch")
    await story.reads(other, "Completed")
    assert {sellers.vendors.appxite(one) for one in sellers.all} == {"New"}
    await accepted(story.world)


def nobody_else_asks(*_: object, **__: object) -> bool:
    """Stand for a loop that looks later than the call for many is carried out."""
    return False


@pytest.mark.usefixtures("alone")
async def test_a_credential_that_is_replaced_in_its_file_is_tried_at_once(tmp_path: Path) -> None:
    async with running() as server:
        settings, files = mounted(server, tmp_path)
        async with inhabited(server, settings, ShiftingClock()) as world:
            people = People(world)
            story, ada = Story(world, people, people.member(), people.approver()), people.member()
            card = await story.onboarding(ada)
            server.axiom.tokens = {"another": Token("another")}
            await story.press(card, "Approve")
            await story.until(lambda: WAITS in story.line(card, "Axiom"))
            files["AXIOM_TOKEN"].write_text("another")
            await world.aboard.rotation.once()
            await story.reads(card, "Completed")
            assert story.at_axiom(ada) == "user"
            assert world.errors == []


@pytest.fixture
async def bot(database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    async with restartable(tmp_path, database_url) as bot:
        yield bot


@pytest.mark.usefixtures("alone")
async def test_whoever_starts_again_tries_at_once_and_finds_everything_that_waits(
    bot: Bot,
) -> None:
    async with bot() as world:
        people = People(world)
        story, ada = Story(world, people, people.member(), people.approver()), people.member()
        card = await refused(story, ada)
    async with bot() as again:
        story.world = again
        await story.until(lambda: WAITS in story.line(card, "Axiom"))
        assert story.at_axiom(ada) is None
        again.server.axiom.faults.clear()
    async with bot() as again:
        story.world = again
        await story.reads(card, "Completed")
        assert story.at_axiom(ada) == "user"
        assert len(story.created_at_axiom(ada)) == 1
