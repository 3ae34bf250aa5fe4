"""Slack refuses, is slow, or lost the card: decisions stand, and the word arrives another way."""

from datetime import timedelta
from itertools import pairwise

from sandbox.slack.model import User
from tests.e2e.channels import without_the_bot
from tests.e2e.story import REQUESTS, Story, mention
from tests.e2e.world import PUT_OFF, paced

ROUNDS = 10
POST = "chat.postMessage"


def posted_at(story: Story, channel: str) -> list[float]:
    """Return when something was posted into a channel since the story began."""
    place, began = story.slack.channel(channel), float(story.began)
    posts = [call for call in story.slack.calls if call.method == POST and call.error is None]
    return [call.at for call in posts if call.at > began and call.arguments["channel"] == place]


async def test_an_ask_is_recorded_while_slack_answers_nothing_not_even_who_we_are(
    story: Story, ada: User
) -> None:
    story.world.server.slack.faults.down(only="auth.test")
    answer = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    assert "is recorded" in answer.text
    await story.card(ada)


async def test_a_pause_that_slack_asks_for_is_kept_and_nothing_is_lost(
    story: Story, ada: User
) -> None:
    story.world.server.slack.faults.rate_limit(seconds=30, only=POST)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: not story.world.server.slack.faults.active("rate_limit"))
    await story.hears(story.asker, "Waiting for approval")
    for _ in range(3):
        await story.world.aboard.delivery.once()
    assert posted_at(story, REQUESTS) == []
    await story.world.later(timedelta(seconds=30))
    card = await story.card(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


async def test_messages_follow_each_other_no_faster_than_slack_allows(story: Story) -> None:
    with paced(timedelta(seconds=1)):
        for one in [story.people.member() for _ in range(3)]:
            await story.types("/onboard", f"{mention(one)} {story.people.login(one)}")
        await story.until(lambda: len(posted_at(story, REQUESTS)) > 2)
    moments = posted_at(story, REQUESTS)
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert min(pauses) > 0.5  # what was sent a second apart may be held up on its way


async def test_a_slack_that_is_down_for_a_while_gets_the_card_afterwards(
    story: Story, ada: User
) -> None:
    story.world.server.slack.faults.down(only="chat.")
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: _struck(story))
    story.world.server.slack.faults.clear()
    await story.world.later(timedelta(minutes=5))
    card = await story.card(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.hears(story.asker, "Waiting for approval")


def _struck(story: Story) -> bool:
    """Tell whether the bot has asked GitHub and Axiom, so that only Slack is missing."""
    return any(call.at > float(story.began) for call in story.world.server.axiom.journal.calls)


async def test_a_vendor_works_on_while_slack_is_down_and_the_card_catches_up(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    story.world.server.slack.faults.down(only="chat.")
    await story.press(card, "Approve")
    await story.until(lambda: story.at_axiom(ada) and story.at_axolo(ada))
    await story.world.at_rest()
    assert "Waiting for approval" in story.text(card)
    story.world.server.slack.faults.clear()
    await story.world.later(timedelta(minutes=5))
    await story.reads(card, "Completed", f"approved by @{story.approver.real_name}")
    await story.direct(story.asker, "is done.")


async def test_a_channel_without_the_bot_sends_the_card_to_every_approver(
    story: Story, ada: User
) -> None:
    with without_the_bot(story, REQUESTS):
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        approvers = [story.approver, story.world.server.cast.lead, *story.world.server.cast.ops]
        cards = [await story.card(ada, told=one) for one in approvers]
        await story.press(cards[0], "Approve")
        for card in cards:
            await story.reads(card, "Completed", f"approved by @{story.approver.real_name}")
        assert story.at_axiom(ada) == "user"
        await story.direct(story.asker, "is done.")


async def test_a_channel_that_slack_does_not_find_sends_the_card_to_every_approver(
    story: Story, ada: User
) -> None:
    with without_the_bot(story, REQUESTS, private=True):
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        card = await story.card(ada, told=story.approver)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")


async def test_the_channel_gets_its_card_when_the_bot_is_back(story: Story, ada: User) -> None:
    with without_the_bot(story, REQUESTS):
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        copy = await story.card(ada, told=story.approver)
    await story.world.later(PUT_OFF)
    card = await story.card(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.reads(copy, "Completed")


async def test_a_card_that_the_bot_may_not_change_any_more_goes_on_in_direct_messages(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    with without_the_bot(story, REQUESTS, private=True):
        await story.denies(card, "Not yet")
        copy = await story.card(ada, told=story.approver)
        assert "Denied" in story.text(copy)
    await story.world.later(PUT_OFF)
    await story.reads(card, "Denied", "Not yet")


async def test_a_refusing_channel_sends_the_card_elsewhere_after_slack_was_down_as_well(
    story: Story, ada: User
) -> None:
    with without_the_bot(story, REQUESTS):
        story.world.server.slack.faults.down(1, only=POST)
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        await story.until(lambda: not story.world.server.slack.faults.active("down"))
        await story.world.later(timedelta(minutes=1))
        card = await story.card(ada, told=story.approver)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")


async def test_work_that_ends_while_its_card_moves_elsewhere_is_recorded(story: Story) -> None:
    people = [story.people.member() for _ in range(ROUNDS)]
    cards = [await story.onboarding(one) for one in people]
    with without_the_bot(story, REQUESTS, private=True):
        for one, card in zip(people, cards, strict=True):
            await story.press(card, "Approve")
            await story.reads(await story.card(one, told=story.approver), "Completed")


async def test_a_deleted_card_is_posted_again(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    story.slack.state.messages.delete(card)
    await story.press(shown, "Approve")
    again = await story.card(ada)
    await story.reads(again, "Completed", f"approved by @{story.approver.real_name}")


async def test_a_channel_that_was_archived_sends_the_card_to_every_approver(
    story: Story, ada: User
) -> None:
    place = story.slack.state.directory.channel(story.slack.channel(REQUESTS))
    place.is_archived = True
    try:
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        card = await story.card(ada, told=story.approver)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
    finally:
        place.is_archived = False


async def test_an_answer_in_a_channel_without_the_bot_comes_directly(
    story: Story, ada: User
) -> None:
    engineering = story.slack.state.directory.channel(story.slack.channel("#engineering"))
    engineering.members.append(story.asker.id)
    with without_the_bot(story, "#engineering"):
        text = f"{mention(ada)} {story.people.login(ada)}"
        await story.types("/onboard", text, channel="#engineering")
        plan = await story.direct(story.asker, "Waiting for approval")
        assert "Create an account with the role user" in plan


async def test_a_click_is_answered_through_its_own_address_where_nothing_else_works(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    with without_the_bot(story, REQUESTS):
        await story.press(card, "Approve")
        await story.hears(story.approver, "You approved request")


async def test_work_goes_on_where_the_answer_to_a_post_is_lost(story: Story, ada: User) -> None:
    story.world.server.slack.faults.lose_answer(only=POST)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    first = await story.card(ada)
    await story.world.later(timedelta(minutes=1))
    second = await story.card(ada)
    await story.press(first, "Approve")
    await story.reads(second, "Completed")
    assert len(story.created_at_axiom(ada)) == 1
