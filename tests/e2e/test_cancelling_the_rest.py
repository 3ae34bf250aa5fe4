"""After an approval, what has not started may be cancelled; what was attempted once is not touched.

A vendor's queue is held, as it is while many people come on board at once.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from dbos import DBOS, WorkflowHandleAsync
from sqlalchemy.engine import Connection

from sandbox.slack.model import Message, User
from storage import audit
from tests.e2e.calendar import Calendar, fields
from tests.e2e.story import Story, labels
from workflow.dequeuing import queue_of
from workflow.runner import Runner

REST = "Cancel what has not started"
HELD = 600.0


@pytest.fixture
def held() -> Iterator[set[str]]:
    """Vendors whose work waits in the queue; a test says which."""
    vendors, enqueue = set[str](), Runner.enqueue

    def late(self: Runner, connection: Connection, vendor: str, *work: Any) -> None:  # noqa: ANN401 - handed on
        ref, number, *delays = work
        wait = HELD if vendor in vendors else next(iter(delays), 0.0)
        enqueue(self, connection, vendor, ref, number, wait)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runner, "enqueue", late)
        yield vendors


async def let_go(vendor: str) -> None:
    """Have what waits in a vendor's queue start now, and wait until the queue is empty."""
    for one in await DBOS.list_workflows_async(queue_name=queue_of(vendor), status="DELAYED"):
        await DBOS.set_workflow_delay_async(one.workflow_id, delay_seconds=0.0)
        handle: WorkflowHandleAsync[None] = await DBOS.retrieve_workflow_async(one.workflow_id)
        await handle.get_result()


async def half_way(story: Story, subject: User) -> Message:
    """Have Axolo done while Axiom's work still waits."""
    card = await story.onboarding(subject)
    await story.press(card, "Approve")
    await story.until(lambda: "accepted" in story.line(card, "Axolo"))
    return card


async def test_what_has_not_started_is_cancelled_and_the_rest_stands(
    story: Story, ada: User, held: set[str]
) -> None:
    held.add("axiom")
    card = await half_way(story, ada)
    await story.press(card, REST)
    text = await story.reads(card, "Partly done, the rest cancelled")
    assert "cancelled before it started" in story.line(card, "Axiom")
    assert "accepted, cannot be verified" in story.line(card, "Axolo")
    assert REST not in labels(card)
    assert not any(label.startswith("Retry") for label in labels(card))
    assert text.count("approved by") == 1
    await story.hears(story.approver, "Cancelled in request", "Axiom")
    await story.direct(story.asker, "is partly done")
    await let_go("axiom")
    assert story.at_axiom(ada) is None
    assert story.created_at_axiom(ada) == []
    assert story.at_axolo(ada)


async def test_where_nothing_has_started_the_request_is_cancelled(
    story: Story, ada: User, held: set[str]
) -> None:
    held.update({"axiom", "axolo"})
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.until(lambda: REST in labels(card))
    told = await story.asks(f"cancel {story.number(card)}")
    assert "Axolo, Axiom" in told
    await story.reads(card, "Cancelled")
    for vendor in ("axiom", "axolo"):
        await let_go(vendor)
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)


async def test_what_was_attempted_once_is_not_cancelled(story: Story, ada: User) -> None:
    axiom = story.world.server.axiom
    card = await story.onboarding(ada)
    axiom.faults.down()
    await story.press(card, "Approve")
    await story.reads(card, "waiting for another try", "accepted, cannot be verified")
    assert REST not in labels(card)
    told = await story.asks(f"cancel {story.number(card)}")
    assert "has started already" in told
    axiom.faults.clear()
    await story.reads(card, "Completed")


async def test_who_is_leaving_does_not_stop_it_nor_does_a_stranger(
    story: Story, ada: User, held: set[str]
) -> None:
    await story.onboarded(ada)
    story.world.server.cast.group.users.append(ada.id)
    held.add("axiom")
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.until(lambda: REST in labels(card))
    bea = story.people.member()
    await story.press(card, REST, who=ada)
    await story.hears(ada, "This is about you, so somebody else has to cancel it")
    await story.press(card, REST, who=bea)
    await story.hears(bea, "Only the requester or an approver can cancel this")
    await let_go("axiom")
    await story.until(lambda: "verified" in story.line(card, "Axiom"))
    assert story.at_axiom(ada) is None


async def test_the_audit_says_who_cancelled_what(story: Story, ada: User, held: set[str]) -> None:
    held.add("axiom")
    card = await half_way(story, ada)
    await story.press(card, REST, who=story.asker)
    await story.reads(card, "Partly done")
    number = story.number(card)
    database = story.world.aboard.means.database
    events = await database.read(lambda one: audit.of_request(one, number))
    [event] = [one for one in events if one.code == "STP012I"]
    assert (event.vendor, event.actor) == ("axiom", story.asker.id)
    assert [one.code for one in events if one.code.startswith("REQ")][-1] == "REQ010W"
    assert "cancelled before it started" in (await story.asks(f"why {number}")).casefold()


async def test_the_end_of_an_access_is_not_cancelled_half_way(
    story: Story, ada: User, held: set[str]
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    card = await calendar.asks(ada, until=end)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    held.add("axiom")
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    await story.until(lambda: "accepted" in story.line(leaving, "Axolo"))
    assert REST not in labels(leaving)
    told = await story.asks(f"cancel {story.number(leaving)}")
    assert "This is the end of an access" in told
    await let_go("axiom")
    await story.reads(leaving, "Completed")
    assert story.at_axiom(ada) is None


async def all_called_off(story: Story, card: Message, held: set[str]) -> None:
    """Approve a card, and cancel it before anything of it has started."""
    held.update({"axiom", "axolo"})
    await story.press(card, "Approve")
    await story.until(lambda: REST in labels(card))
    await story.press(card, REST)
    await story.reads(card, "Cancelled")
    held.clear()


async def test_what_was_called_off_whole_ends_nothing_later(
    story: Story, ada: User, held: set[str]
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    await all_called_off(story, await calendar.asks(ada, until=end), held)
    await story.onboarded(ada)
    await calendar.until(end, ada)
    await story.world.at_rest()
    assert len([one for one in story.cards() if ada.email in story.text(one)]) == 2
    assert story.at_axiom(ada) == "user"


async def test_an_extension_that_was_called_off_leaves_the_end_as_it_was(
    story: Story, ada: User, held: set[str]
) -> None:
    calendar = Calendar(story)
    end, later = calendar.wall(10, "18:00", ada), calendar.wall(40, "18:00", ada)
    card = await calendar.asks(ada, until=end)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.press(card, "Extend", who=story.asker)
    story.slack.opened(story.asker)
    assert await story.slack.submit(story.asker, fields(until=later)) is None
    await all_called_off(story, await story.card(ada), held)
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None
