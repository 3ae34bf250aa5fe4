"""Rules say who approves what: in stages, by themselves, for some requesters only."""

import pytest

from sandbox.slack.model import User
from tests.e2e.channels import without_the_bot
from tests.e2e.rules import BOARD, POLICY, SALES, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import REQUESTS, Story, labels, mention
from tests.e2e.world import PUT_OFF

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def test_the_second_stage_is_asked_after_the_first(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, cem = groups.board()
    card = await story.onboarding(ada, "director")
    await story.hears(story.asker, "Needs 1 approval, then 2 approvals from The board")
    assert "0 of 1 approval from IT operations; then The board" in story.text(card)
    await story.press(card, "Approve")
    await story.hears(story.approver, "The board decides next")
    await story.reads(card, "0 of 2 approvals from The board")
    await story.nothing_happened(card, ada)
    await story.press(card, "Approve", who=bea)
    await story.reads(card, "1 of 2 approvals from The board")
    await story.press(card, "Approve", who=cem)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_nobody_decides_before_their_stage_or_after_it(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, _ = groups.board()
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve", who=bea)
    await story.hears(bea, "IT operations decides now, and you are not among them")
    await story.press(card, "Deny", who=bea)
    assert story.slack.modal(bea) is None
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    late = story.people.approver()
    await story.press(card, "Approve", who=late)
    await story.hears(late, "The board decides now, and you are not among them")
    await story.nothing_happened(card, ada)


async def test_somebody_of_both_stages_counts_once(story: Story, ada: User, groups: Groups) -> None:
    groups.board()
    groups.join(BOARD, story.approver)
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    await story.reads(card, "0 of 2 approvals from The board")
    await story.press(card, "Approve")
    await story.hears(story.approver, "You have already decided")
    assert "0 of 2 approvals from The board" in story.text(card)


async def test_whoever_is_needed_for_a_later_stage_is_kept_for_it(
    story: Story, ada: User, groups: Groups
) -> None:
    groups.board(1)
    groups.join(BOARD, story.approver)
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    await story.hears(story.approver, "A later stage has nobody but you")
    await story.nothing_happened(card, ada)
    await story.press(card, "Approve", who=story.people.approver())
    await story.reads(card, "0 of 2 approvals from The board")
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals from The board")


async def test_a_second_account_of_an_approver_is_no_second_person(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, cem = groups.board()
    groups.join(BOARD, story.people.member())
    cem.email = bea.email.replace("@", "+two@")
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    await story.press(card, "Approve", who=bea)
    await story.reads(card, "1 of 2 approvals from The board")
    await story.press(card, "Approve", who=cem)
    await story.hears(cem, "You have already decided")
    await story.nothing_happened(card, ada)


async def test_one_denial_in_the_last_stage_ends_it(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, _ = groups.board()
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    await story.denies(card, "Not now", who=bea)
    await story.reads(card, "Denied", "Not now")
    assert story.at_axiom(ada) is None


async def test_where_a_stage_lacks_people_nobody_is_asked(story: Story, ada: User) -> None:
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} director")
    await story.hears(story.asker, "Nobody is left who could approve this: 3 needed")


async def test_a_profile_that_is_approved_by_its_rule_waits_for_nobody(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada, "reader")
    text = await story.reads(card, "Completed")
    assert "approved by Aboard" in text
    assert story.at_axiom(ada) == "read-only"
    why = await story.asks(f"why {story.number(card)}")
    assert "Rule: `readers`." in why
    assert "Approved by the rule `readers`, and by nobody" in why


async def test_what_is_risky_is_not_approved_by_a_rule(story: Story, ada: User) -> None:
    story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    card = await story.onboarding(ada, "reader")
    assert "Waiting for approval" in story.text(card)
    assert "0 of 1 approval" in story.text(card)
    assert story.at_axiom(ada) == "admin"


async def test_only_those_whom_a_rule_lets_ask_may_ask(
    story: Story, ada: User, groups: Groups
) -> None:
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} rep")
    await story.hears(story.asker, "The rule sellers lets only some people ask for this")
    groups.join(SALES, story.asker)
    card = await story.onboarding(ada, "rep")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_each_part_of_a_request_is_approved_by_its_own_people(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, _ = groups.board()
    card = await story.onboarding(ada, "keeper")
    await story.press(card, "Approve")
    await story.reads(card, "0 of 1 approval from The board")
    await story.nothing_happened(card, ada)
    await story.press(card, "Approve", who=bea)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "admin"
    assert story.at_axolo(ada)


async def test_why_names_the_rules_their_stages_and_who_was_asked(
    story: Story, ada: User, groups: Groups
) -> None:
    groups.board()
    card = await story.onboarding(ada, "keeper")
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    said = await story.asks(f"why {story.number(card)}")
    assert "Rules: `approval`, `axiom-admins`." in said
    assert "2. The board (`axiom-admins`): 1 of @" in said
    assert f"@{story.approver.real_name} approved" in said
    assert "under the rule `approval`" in said
    assert "The next stage is asked" in said


async def test_a_card_that_the_channel_cannot_have_goes_to_those_alone_whose_turn_it_is(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, cem = groups.board()
    story.world.server.cast.group.users.extend([ada.id, story.asker.id])
    told = [story.approver, story.people.approver()]
    with without_the_bot(story, REQUESTS):
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} director")
        first, _ = [await story.card(ada, told=one) for one in told]
        assert _cards(story, bea, cem, ada, story.asker) == []
        await story.press(first, "Approve")
        await story.reads(first, "from The board")
        await story.world.later(PUT_OFF)
        copies = [await story.card(ada, told=one) for one in (bea, cem)]
        for copy, one in zip(copies, (bea, cem), strict=True):
            await story.press(copy, "Approve", who=one)
        await story.reads(copies[0], "Completed")
        assert _cards(story, ada, story.asker) == []


def _cards(story: Story, *people: User) -> list[str]:
    """Return the cards that stand in these people's direct messages."""
    shown = [one for who in people for one in story.slack.direct_messages(who)]
    return [story.text(one) for one in shown if "Details" in labels(one)]


async def test_the_form_shows_what_somebody_has_to_those_alone_who_may_ask(
    story: Story, ada: User, groups: Groups
) -> None:
    groups.join(SALES, story.asker)
    await story.onboarded(ada, "rep")
    seen = story.text(await story.opens("/offboard", mention(ada)))
    assert "Axiom" in seen
    form = await story.opens("/offboard", mention(ada), who=story.people.member())
    assert "Axiom" not in story.text(form)


async def test_a_form_is_not_filled_in_for_a_guest(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    login = story.people.login(ada)
    for command in ("/onboard", "/offboard"):
        assert login in str((await story.opens(command, mention(ada))).content)
    guest = story.people.member()
    guest.is_restricted = True
    for command in ("/onboard", "/offboard"):
        assert login not in str((await story.opens(command, mention(ada), who=guest)).content)
