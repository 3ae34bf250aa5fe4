"""Many people are looked up in the list of members, and nobody has to be in it."""

from collections import Counter
from datetime import timedelta

import pytest

from commands import members
from sandbox.slack.model import User
from tests.e2e.crowds import Crowd, asked
from tests.e2e.story import Story

MANY, FEW = 14, 3
ONE_BY_ONE = ("users.info", "users.lookupByEmail")


@pytest.fixture(autouse=True)
async def strangers(story: Story) -> None:
    """Nothing that another story found out about anybody counts any more."""
    await story.world.later(timedelta(hours=2))


@pytest.fixture
def crowd(story: Story) -> list[User]:
    return [story.people.member() for _ in range(MANY)]


async def test_many_are_looked_up_by_one_call_before_the_card_and_one_after_the_approval(
    story: Story, crowd: list[User]
) -> None:
    before = _calls(story)
    batch, card = await asked(story, crowd)
    assert (_calls(story) - before)["users.list"] == 1
    await story.world.later(timedelta(seconds=31))
    await story.press(card, "Approve", who=story.approver)
    await batch.card("Completed")
    made = _calls(story) - before
    assert made["users.list"] == 2
    assert sum(made[one] for one in ONE_BY_ONE) < MANY, made


async def test_a_few_are_looked_up_one_by_one(story: Story) -> None:
    before = _calls(story)
    await asked(story, [story.people.member() for _ in range(FEW)])
    made = _calls(story) - before
    assert made["users.list"] == 0
    assert made["users.lookupByEmail"] == FEW


async def test_whoever_was_deactivated_is_found_by_no_address(
    story: Story, crowd: list[User]
) -> None:
    crowd[2].deleted = True
    batch = Crowd(story)
    assert await batch.pastes(*(batch.row(one) for one in crowd)) is None
    await batch.card("Waiting for approval", f"onboard {MANY - 1} people")
    await batch.answer("Line 4", "Slack knows nobody with this e-mail address")


@pytest.mark.parametrize("fault", ["refused", "limited", "broken"])
async def test_where_slack_gives_no_list_everybody_is_asked_for_alone(
    story: Story, crowd: list[User], fault: str
) -> None:
    faults, refused = story.world.server.slack.faults, {"ok": False, "error": "limit_required"}
    if fault == "refused":
        faults.status(200, body=refused, only="/users.list")
    elif fault == "limited":
        faults.rate_limit(seconds=30, only="/users.list")
    else:
        faults.html(502, only="/users.list")
    before = _calls(story)
    await asked(story, crowd)
    made = _calls(story) - before
    assert made["users.list"] == 0
    assert made["users.lookupByEmail"] == MANY


async def test_a_list_that_is_too_long_is_not_read_again_for_an_hour(
    story: Story, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "PAGE", 1)
    before = _calls(story)
    batch, card = await asked(story, crowd)
    await story.world.later(timedelta(seconds=31))
    await story.press(card, "Approve", who=story.approver)
    await batch.card("Completed")
    assert (_calls(story) - before)["users.list"] == members.PAGES


def _calls(story: Story) -> Counter[str]:
    return Counter(one.method for one in story.slack.calls)
