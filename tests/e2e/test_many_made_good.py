"""What later requests see to of a batch is asked of nobody any more, wherever it is shown."""

from sandbox.slack.model import Message
from tests.e2e.crowds import asked
from tests.e2e.papers import Papers
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.test_home import has, home_of

NEEDED = "Needs attention"
SEEN_TO = "Ended with errors, seen to otherwise since"


async def test_whom_a_later_request_has_seen_to_needs_no_attention_of_a_batch(
    story: Story, people: People
) -> None:
    ada, bea = people.member(), people.member()
    axiom = story.world.server.axiom
    axiom.faults.status(400, times=None)
    crowd, card = await asked(story, [ada, bea])
    await story.press(card, "Approve")
    await story.reads(card, f"{NEEDED} · Batch", f"{NEEDED}: 2")
    answer = await crowd.answer(f"{NEEDED} · Batch")
    axiom.faults.clear()
    await story.onboarded(ada)
    await story.reads(card, f"{NEEDED} · Batch", f"{NEEDED}: 1", f"{SEEN_TO}: 1")
    assert _asks_about(story, card, bea.real_name)
    assert not _asks_about(story, card, ada.real_name)
    await story.onboarded(bea)
    for told in (card, answer):
        text = await story.reads(told, f"{SEEN_TO} · Batch", f"{SEEN_TO}: 2")
        assert NEEDED not in text
    await home_of(story, story.asker)
    await story.until(has(story, story.asker, "Several people, asked by you", f"{SEEN_TO} · Batch"))
    await story.press(card, "List")
    file = await Papers(story).newest(story.approver)
    assert file.content is not None
    listed = file.content.decode()
    assert NEEDED not in listed
    assert listed.count(SEEN_TO) == 2
    assert listed.count("failed, seen to otherwise since") == 2


def _asks_about(story: Story, card: Message, name: str) -> bool:
    """Tell whether a batch's card names somebody among those who need attention."""
    _, _, listed = story.text(card).partition("Home has the buttons")
    return name in listed
