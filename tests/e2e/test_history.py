"""`/aboard history`: whatever is asked for, page by page, in place, and only what one may see."""

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.papers import Papers
from tests.e2e.story import Story, labels, mention


@pytest.fixture
def papers(story: Story) -> Papers:
    return Papers(story)


def numbers(text: str) -> list[str]:
    """Return the numbers of the requests that an answer lists."""
    return [line.split()[0] for line in text.splitlines() if line.startswith("#")]


async def test_a_person_narrows_it_down_to_what_was_about_them(story: Story, ada: User) -> None:
    first = await story.onboarded(ada)
    second = await story.offboarding(ada)
    said = await story.asks(f"history {mention(ada)}", who=story.approver)
    assert said.splitlines()[0] == f"History · about @{ada.real_name}"
    assert numbers(said) == [f"#{story.number(second)}", f"#{story.number(first)}"]


async def test_others_see_only_their_own_requests(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)
    mine = await story.asks(f"history {mention(ada)}")
    assert "Your requests" in mine
    assert f"#{story.number(card)}" in mine
    bea = story.people.member()
    assert await story.asks("history", who=bea) == "Your requests: nothing."
    about = await story.asks(f"history {mention(ada)}", who=bea)
    assert about == f"Your requests · about @{ada.real_name}: nothing."
    assert "nothing" in await story.asks(f"history {story.number(card)}", who=bea)


async def test_a_state_a_vendor_a_number_and_days_narrow_it_down(story: Story, ada: User) -> None:
    bea = story.people.member()
    done = await story.onboarded(ada)
    waits = await story.onboarding(bea, "analyst")
    both = [f"#{story.number(waits)}", f"#{story.number(done)}"]
    assert numbers(await story.asks("history")) == both
    assert numbers(await story.asks("history axiom")) == both
    assert numbers(await story.asks("history axolo")) == both[1:]
    assert numbers(await story.asks("history pending")) == both[:1]
    assert numbers(await story.asks("history Axolo completed")) == both[1:]
    assert numbers(await story.asks("history axolo pending")) == []
    assert numbers(await story.asks(f"history {story.number(done)}")) == both[1:]
    assert numbers(await story.asks("history 2020-01-01..")) == both
    assert numbers(await story.asks("history ..2020-01-01")) == []


async def test_what_is_not_understood_is_answered_with_what_would_be(story: Story) -> None:
    said = await story.asks("history yesterday")
    assert "I don't understand yesterday" in said.replace("`", "")
    assert "2026-03-01..2026-03-31" in said
    assert "one too many" in await story.asks("history pending denied")


async def denied(story: Story, subject: User) -> Message:
    card = await story.onboarding(subject, "analyst")
    await story.denies(card, "Not now")
    await story.reads(card, "Denied")
    return card


async def test_the_pages_are_turned_in_place(story: Story, papers: Papers) -> None:
    people = [story.people.member() for _ in range(11)]
    cards = [await denied(story, one) for one in people]
    expected = [f"#{story.number(card)}" for card in reversed(cards)]
    await story.asks("history denied")
    answer = papers.answer(story.asker)
    assert numbers(story.text(answer)) == expected[:10]
    assert labels(answer) == {"More"}
    await story.press(answer, "More", who=story.asker)
    await story.until(lambda: labels(answer) == {"Newest"})
    assert numbers(story.text(answer)) == expected[10:]
    assert "Your requests · ❌ Denied" in story.text(answer)
    await story.press(answer, "Newest", who=story.asker)
    await story.until(lambda: labels(answer) == {"More"})
    assert numbers(story.text(answer)) == expected[:10]
    assert papers.answer(story.asker) is answer, "nothing was said besides"


async def test_turning_a_page_is_ruled_on_anew(story: Story, papers: Papers) -> None:
    people = [story.people.member() for _ in range(11)]
    for one in people:
        story.asker = story.people.member()
        await story.onboarding(one, "analyst")
    await story.asks("history", who=story.approver)
    answer = papers.answer(story.approver)
    before = story.text(answer)
    story.people.dismiss()
    await story.press(answer, "More", who=story.approver)
    await story.until(lambda: story.text(answer) != before)
    assert story.text(answer).startswith("Your requests")
    story.approver.is_restricted = True
    story.people.dismiss()
    await story.press(answer, "Newest", who=story.approver)
    await story.hears(story.approver, "Guests can't do this")
