"""Wherever the audit trail takes a fact no more, what it tells does not happen, and later it does.

`ABOARD_PLACES` sets at how many places that is tried.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from rules.moments import Wall
from sandbox.server import running
from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.people import People
from tests.e2e.storage_in_trouble import SOON, Refusing, begun, counted, trail_that_takes_no
from tests.e2e.story import Story, mention
from tests.e2e.world import ShiftingClock, World, inhabited, settings_of

pytestmark = pytest.mark.usefixtures("alone")

TRIED = int(os.environ.get("ABOARD_PLACES", "2"))
QUIET = timedelta(minutes=3)
ALL_OF_IT = timedelta(hours=72)
TURNS, LOOKS = 8, 30
"""So often time passes, and so many tenths of a second are waited then."""
ONBOARD, CREATE = "POST /axolo/v1/engineer/onboard", "POST /axiom/v2/users"
IN_STATE = "SELECT count(*) FROM request WHERE state = '{}'"
STEP_IN_STATE = "SELECT count(*) FROM step WHERE state = '{}'"


@dataclass
class Scene:
    """Somebody new, the card about them, and whether the trail takes everything again."""

    story: Story
    ada: User
    card: Message | None = None
    starts: Wall | None = None
    is_mended: bool = False

    @property
    def shown(self) -> Message:
        assert self.card is not None
        return self.card

    async def passes(self, length: timedelta) -> None:
        """Let time pass; what the clock wakes meets the refusal as well."""
        with suppress(DBAPIError):
            await self.story.world.later(length)


Act = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A fact; what leads to it, what makes it, what must not have happened without it, the end."""

    code: str
    leads: tuple[Act, ...]
    makes: Act
    effect: str
    ends: tuple[str, ...] = ("Completed",)
    again: bool = False
    """Whether somebody has to do it once more: what a person did in vain is told to them."""


async def asks(scene: Scene) -> None:
    login = scene.story.people.login(scene.ada)
    await scene.story.types("/onboard", f"{mention(scene.ada)} {login} engineer")


async def asks_for_nobody(scene: Scene) -> None:
    await scene.story.types("/onboard", f"{mention(scene.ada)} nobody-of-this-name engineer")


async def has_card(scene: Scene) -> None:
    scene.card = await scene.story.onboarding(scene.ada)


async def has_an_end(scene: Scene) -> None:
    calendar = Calendar(scene.story)
    scene.card = await calendar.asks(scene.ada, until=calendar.wall(30, "18:00", scene.ada))


async def has_a_start(scene: Scene) -> None:
    calendar = Calendar(scene.story)
    scene.starts = calendar.wall(10, "09:00", scene.ada)
    scene.card = await calendar.asks(scene.ada, starts=scene.starts)


async def approves(scene: Scene) -> None:
    await scene.story.press(scene.shown, "Approve")


async def is_scheduled(scene: Scene) -> None:
    await scene.story.reads(scene.shown, "Approved, starts later")


async def is_complete(scene: Scene) -> None:
    await scene.story.reads(scene.shown, "Completed")


async def needs_attention(scene: Scene) -> None:
    await scene.story.reads(scene.shown, "Needs attention", "Retry Axolo")


async def somebody_else_approves(scene: Scene) -> None:
    await scene.story.press(scene.shown, "Approve", who=scene.ada)


async def denies(scene: Scene) -> None:
    await scene.story.press(scene.shown, "Deny")
    await scene.story.until(lambda: scene.story.slack.modal(scene.story.approver))
    wrong = await scene.story.slack.submit(scene.story.approver, {"reason": "Not yet"})
    assert (wrong is None) is scene.is_mended


async def cancels(scene: Scene) -> None:
    await scene.story.asks(f"cancel {scene.story.number(scene.shown)}")


async def retries(scene: Scene) -> None:
    await scene.story.press(scene.shown, "Retry Axolo")


async def nobody_decides(scene: Scene) -> None:
    await scene.passes(ALL_OF_IT)


async def hours_pass(scene: Scene) -> None:
    await scene.passes(timedelta(hours=5))


async def the_start_comes(scene: Scene) -> None:
    assert scene.starts is not None
    with suppress(DBAPIError):
        await Calendar(scene.story).until(scene.starts, scene.ada)


async def a_month_passes(scene: Scene) -> None:
    await scene.passes(timedelta(days=31))


async def axolo_answers_nothing(scene: Scene) -> None:
    scene.story.world.server.axolo.faults.lose_answer(only=ONBOARD)


async def axiom_refuses(scene: Scene) -> None:
    scene.story.world.server.axiom.faults.status(400, None, only=CREATE)


async def axiom_is_slow(scene: Scene) -> None:
    """Have the last step be one whose end can be looked up."""
    scene.story.world.server.axiom.faults.latency(1.0, only=CREATE)


PLACES = (
    Place("STP002I", (has_card,), approves, STEP_IN_STATE.format("done"), ("Needs attention",)),
    Place("DEC002I", (has_card,), denies, "SELECT count(*) FROM decision", ("Denied",), again=True),
    Place("REQ002I", (), asks, IN_STATE.format("pending"), ()),
    Place("REQ003I", (), asks_for_nobody, IN_STATE.format("refused"), ()),
    Place(
        "REQ004I", (has_card,), cancels, IN_STATE.format("cancelled"), ("Cancelled",), again=True,
    ),
    Place("REQ005I", (has_card,), nobody_decides, IN_STATE.format("expired"), ("Expired",)),
    Place("REQ006I", (has_card, axiom_is_slow), approves, IN_STATE.format("completed")),
    Place("REQ008I", (has_card,), approves, IN_STATE.format("running")),
    Place("STP001I", (has_card,), approves, STEP_IN_STATE.format("running")),
    Place(
        "DEC101W", (has_card,), somebody_else_approves, "SELECT count(*) FROM decision",
        ("Waiting for approval",), again=True,
    ),
    Place("DEC001I", (has_card,), approves, "SELECT count(*) FROM decision", again=True),
    Place(
        "STP003W", (has_card, axolo_answers_nothing), approves,
        STEP_IN_STATE.format("unknown"), ("Needs attention",),
    ),
    Place(
        "REQ007W", (has_card, axolo_answers_nothing), approves,
        IN_STATE.format("completed_with_errors"), ("Needs attention",),
    ),
    Place(
        "STP004E", (has_card, axiom_refuses), approves,
        STEP_IN_STATE.format("failed"), ("Needs attention",),
    ),
    Place(
        "STP006I", (has_card, axolo_answers_nothing, approves, needs_attention), retries,
        IN_STATE.format("completed"), again=True,
    ),
    Place(
        "TIM001I", (has_a_start, approves, is_scheduled), the_start_comes,
        IN_STATE.format("approved"),
    ),
    Place(
        "END001I", (has_an_end,), approves, "SELECT count(*) FROM alarm WHERE kind = 'end'",
    ),
    Place(
        "END003I", (has_an_end, approves, is_complete), a_month_passes,
        "SELECT count(*) FROM request WHERE kind = 'offboard'",
    ),
    Place(
        "REM001I", (has_card,), hours_pass,
        "SELECT count(*) FROM message WHERE kind LIKE 'reminder.%'", ("Waiting for approval",),
    ),
    Place("REQ001I", (), asks, "SELECT count(*) FROM request", (), again=True),
)  # fmt: skip


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running() as server:
        settings = settings_of(server, tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}", (1, ""))
        async with inhabited(server, settings, ShiftingClock()) as world:
            yield world


@pytest.fixture
def scene(world: World) -> Scene:
    people = People(world)
    story = Story(world, people, people.member(), people.approver())
    return Scene(story, people.member())


async def calls_off_the_record(world: World) -> bool:
    """Tell whether a vendor was written to more often than the trail says it was tried."""
    axolo = len(world.server.axolo.journal.asked("POST", "/v1/engineer/onboard"))
    axiom = len(world.server.axiom.journal.asked("POST", "/v2/users"))
    return axolo > await begun(world, "axolo") or axiom > await begun(world, "axiom")


async def refused(refusing: Refusing) -> None:
    """Wait until the trail has refused a fact; nothing in the sandbox tells of it."""
    async with asyncio.timeout(SOON):
        while not refusing.times:  # noqa: ASYNC110 - the engine's threads write, too
            await asyncio.sleep(0.05)


async def ends(scene: Scene, place: Place) -> None:
    """Let time pass until the fact is in the trail and what it tells is so."""
    in_trail = f"SELECT count(*) FROM auditevent WHERE code = '{place.code}'"  # noqa: S608 - ours
    looks = 0
    while not (await counted(scene.story.world, in_trail) and is_told(scene, place)):
        if looks % LOOKS == 0:
            await scene.passes(QUIET)
        looks += 1
        assert looks < TURNS * LOOKS, scene.story.text(scene.shown) if scene.card else "nothing"
        await asyncio.sleep(0.1)


def is_told(scene: Scene, place: Place) -> bool:
    return all(word in scene.story.text(scene.shown) for word in place.ends)


@pytest.mark.parametrize("place", PLACES[:TRIED], ids=lambda place: place.code)
async def test_what_the_trail_does_not_take_does_not_happen_and_later_does(
    scene: Scene, place: Place
) -> None:
    world = scene.story.world
    for act in place.leads:
        await act(scene)
    before = await counted(world, place.effect)
    with trail_that_takes_no(world, place.code) as refusing:
        await place.makes(scene)
        await refused(refusing)
        assert await counted(world, place.effect) == before
        assert not await calls_off_the_record(world)
    scene.is_mended = True
    if place.again:
        await place.makes(scene)
    await ends(scene, place)
    assert not await calls_off_the_record(world)
    assert len(scene.story.created_at_axiom(scene.ada)) <= 1 or place.code == "STP004E"
