"""Somebody asks on behalf of another: all that is told names both, and neither of them decides."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar, fields
from tests.e2e.papers import Papers
from tests.e2e.people import People
from tests.e2e.rules import POLICY, SALES, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, mention
from tests.e2e.world import OUT_OF_DATE
from workflow.certificate import examine

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


@pytest.fixture
def boss(people: People) -> User:
    """Somebody who has another one ask."""
    return people.member()


async def fills_in(story: Story, ada: User, boss: User, **more: str) -> dict[str, str] | None:
    """Fill in the form on somebody's behalf; return what is said beside its fields."""
    await story.opens("/onboard", mention(ada))
    values = {"github": story.people.login(ada), "principal": boss.id, **more}
    return await story.slack.submit(story.asker, values)


async def asks_for(story: Story, ada: User, boss: User, **more: str) -> Message:
    """Ask on somebody's behalf, and wait for the card."""
    assert await fills_in(story, ada, boss, **more) is None
    return await story.card(ada)


def both(story: Story, boss: User) -> str:
    return f"@{story.asker.real_name} on behalf of @{boss.real_name}"


async def test_card_and_answers_name_both(story: Story, ada: User, boss: User) -> None:
    card = await asks_for(story, ada, boss)
    assert both(story, boss) in story.text(card)
    for who in (story.asker, boss):
        await story.hears(who, f"Asked by {both(story, boss)}", "Waiting for approval")
    await story.press(card, "Approve")
    for who in (story.asker, boss):
        await story.direct(who, f"#{story.number(card)}", "is done.")
    why = await story.asks(f"why {story.number(card)}", who=boss)
    assert f"Request received by {both(story, boss)}" in why


async def test_neither_of_both_approves_or_denies(story: Story, ada: User) -> None:
    boss = story.people.approver()
    story.world.server.cast.group.users.append(story.asker.id)
    story.world.clock.forward(OUT_OF_DATE)
    card = await asks_for(story, ada, boss)
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this, so somebody else has to decide.")
    for label in ("Approve", "Deny"):
        await story.press(card, label, who=boss)
        await story.hears(boss, "This is asked on your behalf, so somebody else has to decide.")
    assert story.slack.modal(boss) is None
    await story.nothing_happened(card, ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


async def test_a_second_account_does_not_help(story: Story, ada: User, boss: User) -> None:
    alias = story.people.approver()
    alias.email = boss.email.replace("@", "+two@")
    story.world.clock.forward(OUT_OF_DATE)
    card = await asks_for(story, ada, boss)
    await story.press(card, "Approve", who=alias)
    await story.hears(alias, "This is asked on your behalf")
    await story.nothing_happened(card, ada)


async def test_whoever_is_asked_for_is_not_reminded_to_decide(story: Story, ada: User) -> None:
    boss = story.people.approver()
    await asks_for(story, ada, boss)
    await story.world.later(timedelta(hours=5))
    await story.direct(story.approver, "still waits for you", ada.email)
    await story.world.spoken()
    mine = [one for one in story.heard(boss) if ada.email in one]
    assert not [one for one in mine if "still waits for you" in one]


async def test_whoever_is_asked_for_calls_it_off_and_both_know(
    story: Story, ada: User, boss: User
) -> None:
    card = await asks_for(story, ada, boss)
    number = story.number(card)
    assert f"Request #{number} is cancelled" in await story.asks(f"cancel {number}", who=boss)
    await story.direct(story.asker, f"#{number}", "is cancelled")
    await story.reads(card, "Cancelled")


def _guest(user: User) -> None:
    user.is_restricted = True


def _bot(user: User) -> None:
    user.is_bot = True


def _deactivated(user: User) -> None:
    user.deleted = True


async def test_nobody_asks_on_behalf_of_somebody_who_could_not_ask(story: Story, ada: User) -> None:
    for make in (_guest, _bot, _deactivated):
        other = story.people.member()
        make(other)
        wrong = await fills_in(story, ada, other)
        assert wrong == {"principal": "You can ask on behalf of a full, active member of this "
                         "workspace only."}  # fmt: skip
    wrong = await fills_in(story, ada, story.asker)
    assert wrong == {"principal": "That is you. Leave this empty to ask for yourself."}
    wrong = await fills_in(story, ada, ada)
    assert wrong == {"principal": "That is the person concerned. Name somebody else, or nobody."}
    assert story.cards() == []


async def test_a_second_account_of_the_person_concerned_is_found_out(
    story: Story, ada: User, boss: User
) -> None:
    boss.email = ada.email.replace("@", "+two@")
    assert await fills_in(story, ada, boss) is None
    await story.hears(story.asker, "is not possible", "That is the person concerned.")
    assert story.cards() == []
    assert not [one for one in story.heard(boss) if "not possible" in one]


async def test_where_the_rules_let_only_some_people_ask_both_have_to_be_among_them(
    story: Story, ada: User, boss: User, groups: Groups
) -> None:
    groups.join(SALES, story.asker)
    assert await fills_in(story, ada, boss, profile="rep") is None
    await story.hears(story.asker, "is not possible", "sellers does not let the person ask")
    groups.leave(SALES, story.asker)
    groups.join(SALES, boss)
    assert await fills_in(story, ada, boss, profile="rep") is None
    await story.hears(story.asker, "is not possible", "sellers lets only some people ask")
    groups.join(SALES, story.asker)
    card = await asks_for(story, ada, boss, profile="rep")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_whoever_is_asked_for_finds_it_in_their_history_and_at_home(
    story: Story, ada: User, boss: User
) -> None:
    card = await asks_for(story, ada, boss)
    number = f"#{story.number(card)}"
    assert number in await story.asks("history", who=boss)
    assert (await story.slack.open_home(boss)).ok
    home = story.slack.home(boss)
    assert home
    assert f"by {both(story, boss)}" in story.text(home)
    assert number not in await story.asks("history", who=story.people.member())


async def test_the_export_names_both(story: Story, ada: User, boss: User) -> None:
    await asks_for(story, ada, boss)
    await story.asks(f"export {mention(ada)}", who=story.approver)
    (row,) = await Papers(story).rows(story.approver)
    assert (row["requester"], row["on_behalf_of"]) == (story.asker.id, boss.id)


async def test_a_removal_in_confidence_is_told_to_both_and_certified_for_both(
    story: Story, ada: User, boss: User, groups: Groups
) -> None:
    groups.board()
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    for one in groups.board():
        await story.reads(card, "The board")
        await story.press(card, "Approve", who=one)
    await story.reads(card, "Completed")
    await story.opens("/offboard", mention(ada))
    values = {"principal": boss.id, "reason": "Leaves"}
    assert await story.slack.submit(story.asker, values) is None
    secret = await story.card(ada, told=story.approver)
    assert boss.real_name not in "".join(story.text(one) for one in story.cards())
    await story.press(secret, "Approve")
    await story.direct(boss, f"#{story.number(secret)}", "is done.")
    await story.asks(f"evidence {mention(ada)}", who=boss)
    examined = examine((await Papers(story).newest(boss)).content or b"")
    assert examined.genuine, examined.sentence
    assert examined.facts is not None
    assert (examined.facts.asked_by, examined.facts.on_behalf_of) == (story.asker.id, boss.id)


async def test_both_are_told_before_an_access_ends_and_the_requester_extends_it_for_the_other(
    story: Story, ada: User, boss: User
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    card = await asks_for(story, ada, boss, **fields(until=end))
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await calendar.until(end, ada, less=timedelta(days=7) - timedelta(minutes=2))
    ends = f"The access of {ada.real_name} ends on"
    for who in (story.asker, boss):
        await story.direct(who, ends, "[Extend]")
    told = story.slack.direct_messages(story.asker)
    [notice] = [one for one in told if ends in story.text(one)]
    await story.press(notice, "Extend", who=story.asker)
    await story.until(lambda: story.slack.modal(story.asker))
    later = calendar.wall(60, "18:00", ada).text()[:10]
    assert await story.slack.submit(story.asker, {"until": later, "reason": "Goes on"}) is None
    assert both(story, boss) in story.text(await story.card(ada))


async def test_asking_again_keeps_the_name_for_the_requester_alone(
    story: Story, ada: User, boss: User
) -> None:
    card = await asks_for(story, ada, boss)
    await story.world.later(timedelta(hours=80))
    await story.reads(card, "Expired")
    await story.press(card, "Ask again", who=story.asker)
    form = await story.until(lambda: story.slack.modal(story.asker))
    assert form
    assert form.values["principal"]["value"]["selected_user"] == boss.id
    await story.press(card, "Ask again", who=boss)
    form = await story.until(lambda: story.slack.modal(boss))
    assert form
    assert form.values["principal"]["value"]["selected_user"] is None
