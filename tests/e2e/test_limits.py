"""Nobody asks for more than one person may: so much that waits, and so much within an hour.

`ABOARD_ASKS` sets how many asks come at one moment.
"""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from sandbox.slack.model import User
from storage import audit
from tests.e2e.crowds import Crowd
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, mention
from tests.e2e.test_policy_validity import A_DAY, approved_while_refused

AT_ONCE = int(os.environ.get("ABOARD_ASKS", "12"))
PENDING, HOURLY = 3, 5
POLICY = f"""
[people]
pending_at_most = {PENDING}
asks_an_hour = {HOURLY}
"""
TOO_MANY = (
    "3 requests of yours wait for a decision already, which is as many as one person may have. "
    "/aboard status lists them: cancel one, or wait until one is decided."
)
TOO_OFTEN = "You have asked 5 times within an hour, which is as often as one person may."
RECORDED = "is recorded"

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def asks(story: Story, subject: User, who: User | None = None) -> str:
    """Ask for somebody by a command, and return what is answered to nobody else."""
    said = f"{mention(subject)} {story.people.login(subject)} engineer"
    answer = await story.types("/onboard", said, who=who)
    return story.slack.readable(answer.text).replace("`", "")


async def asks_for_all(story: Story, many: int) -> list[User]:
    """Ask for so many people, one after the other, and return them."""
    people = [story.people.member() for _ in range(many)]
    for one in people:
        assert RECORDED in await asks(story, one)
    return people


async def asks_and_cancels(story: Story, many: int) -> None:
    for _ in range(many):
        said = await asks(story, story.people.member())
        number = said.split("#")[1].split()[0]
        assert "is cancelled" in await story.asks(f"cancel {number}")


async def test_where_so_much_waits_no_more_is_asked_until_something_is_decided(
    story: Story, ada: User
) -> None:
    first, *_ = await asks_for_all(story, PENDING)
    said = await asks(story, ada)
    assert TOO_MANY in said
    assert RECORDED not in said
    assert RECORDED in await asks(story, story.people.member(), story.people.member())
    card = await story.card(first)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert RECORDED in await asks(story, ada)


async def test_a_form_stays_open_with_all_that_was_filled_in(story: Story, ada: User) -> None:
    first, *_ = await asks_for_all(story, PENDING)
    await story.opens("/onboard", mention(ada))
    filled = {"github": story.people.login(ada), "reason": "Joins today"}
    assert await story.slack.submit(story.asker, filled) == {"subject": TOO_MANY}
    await story.denies(await story.card(first), "Not now")
    assert await story.slack.submit(story.asker) is None
    assert "Joins today" in story.text(await story.card(ada))


async def test_somebody_is_offboarded_however_many_onboardings_wait(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    await asks_for_all(story, PENDING)
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Leaves"}) is None
    await story.press(await story.card(ada), "Approve")
    await story.until(lambda: story.at_axiom(ada) is None)


async def test_of_offboardings_no_more_wait_either(story: Story, ada: User) -> None:
    for one in (story.people.member() for _ in range(PENDING)):
        await story.offboarding(one)
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Leaves"}) == {
        "subject": TOO_MANY.replace("requests", "offboardings")
    }
    assert RECORDED in await asks(story, ada)


async def test_many_who_are_asked_for_together_are_one_ask(story: Story, ada: User) -> None:
    crowd = Crowd(story)
    people = [story.people.member() for _ in range(PENDING + 1)]
    assert await crowd.pastes(*(crowd.row(one) for one in people)) is None
    card = await crowd.card("Waiting for approval", f"onboard {len(people)} people")
    await asks_for_all(story, PENDING - 1)
    assert TOO_MANY in await asks(story, ada)
    assert await crowd.pastes(crowd.row(ada)) == {"rows": TOO_MANY}
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert RECORDED in await asks(story, ada)


async def test_within_an_hour_one_asks_so_often_and_reads_when_to_go_on(
    story: Story, ada: User
) -> None:
    await asks_and_cancels(story, HOURLY - 1)
    await story.world.later(timedelta(minutes=30))
    await asks_and_cancels(story, 1)
    said = await asks(story, ada)
    assert TOO_OFTEN in said
    assert "You can go on from" in said
    beside = await Crowd(story).pastes(Crowd(story).row(ada))
    assert beside is not None
    assert f"{TOO_OFTEN} You can go on from" in beside["rows"]
    assert beside["rows"].endswith("UTC.")
    await story.world.later(timedelta(minutes=31))
    await asks_and_cancels(story, HOURLY - 1)
    assert TOO_OFTEN in await asks(story, ada)


async def test_of_many_asks_at_one_moment_no_more_pass(
    story: Story, record_property: Callable[[str, object], None]
) -> None:
    people = [story.people.member() for _ in range(AT_ONCE)]
    said = await asyncio.gather(*(asks(story, one) for one in people))
    assert sum(RECORDED in one for one in said) == PENDING
    assert sum(TOO_MANY in one for one in said) == len(people) - PENDING
    record_property("tried", len(people))


async def test_what_aboard_asks_again_by_itself_is_an_ask_of_nobody(
    story: Story, ada: User
) -> None:
    card = await approved_while_refused(story, ada)
    await story.world.later(A_DAY + timedelta(minutes=1))
    await story.press(card, "Retry Axiom")
    assert "Waiting for approval" in story.text(await story.card(ada))
    await asks_for_all(story, PENDING)
    assert TOO_MANY in await asks(story, story.people.member())


async def test_what_was_refused_is_on_record_with_its_number_and_no_row_for_each(
    story: Story,
) -> None:
    refused = 7
    await asks_for_all(story, PENDING)
    for _ in range(refused):
        assert TOO_MANY in await asks(story, story.people.member())
    await story.world.aboard.refusals.once()
    last = partial(audit.last_with, code="SEC003W")
    fact = await story.world.aboard.means.database.read(last)
    assert fact is not None
    assert (fact.actor, fact.outcome) == (story.asker.id, "denied")
    assert fact.detail == f"pending-at-most {refused}"
