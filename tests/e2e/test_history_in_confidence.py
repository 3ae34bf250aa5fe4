"""What is confidential stays so in the history, in exports and in certificates."""

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.papers import Papers
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, mention

POLICY = """
[[rules]]
name = "quiet-leave"
when = { action = "offboard" }
stages = [{ title = "The lead", approvers = ["U0AMARA001"] }]
confidential = true
"""

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


@pytest.fixture
def papers(story: Story) -> Papers:
    return Papers(story)


async def left(story: Story, ada: User) -> Message:
    """Take somebody off again in confidence; return the card that the lead has alone."""
    lead = story.world.server.cast.lead
    await story.onboarded(ada)
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Their secret"}) is None
    card = await story.card(ada, told=lead)
    await story.press(card, "Approve", who=lead)
    await story.reads(card, "Completed")
    return card


async def test_other_approvers_find_it_nowhere(story: Story, ada: User, papers: Papers) -> None:
    card = await left(story, ada)
    number = story.number(card)
    said = await story.asks(f"history {mention(ada)}", who=story.approver)
    assert "Onboard" in said
    assert "Offboard" not in said
    assert "nothing" in await story.asks(f"history {number}", who=story.approver)
    await story.asks(f"export {mention(ada)}", who=story.approver)
    rows = await papers.rows(story.approver)
    assert [one["kind"] for one in rows] == ["onboard"]
    said = await story.asks(f"evidence {mention(ada)}", who=story.approver)
    assert "There is no finished offboarding" in said
    assert len(papers.of(story.approver)) == 1


async def test_whoever_asked_finds_it(story: Story, ada: User, papers: Papers) -> None:
    number = story.number(await left(story, ada))
    said = await story.asks(f"history {mention(ada)}")
    assert f"#{number}  " in said
    await story.asks(f"evidence {mention(ada)}")
    await papers.newest(story.asker)


async def test_its_own_approver_gets_the_certificate_from_the_card(
    story: Story, ada: User, papers: Papers
) -> None:
    card, lead = await left(story, ada), story.world.server.cast.lead
    had = len(papers.of(lead))
    await story.press(card, "Evidence", who=lead)
    file = await papers.newest(lead, than=had)
    assert ada.email.encode() in (file.content or b"")
