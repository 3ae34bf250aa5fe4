"""Every place at which the bot can die in a life, one after the other, and two deaths in one life.

A life is a list of deeds. Each deed is done with a death at one of its points, and then once more,
as people, Slack and the engine do; nothing else is done about it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rules.values import Kind
from tests.life.machine import STARTS, Life, Wish
from tests.life.town import ADA, BEN, BOSS, LEAD, OPS1
from workflow.clock import MINUTE

Deed = Callable[[Life, int | None], bool]
"""Does something, with a death at a point or without; tells whether the bot died of it."""


def _dies(life: Life, deed: Callable[[], None]) -> bool:
    before = life.world.deaths
    deed()
    return life.world.deaths > before


def asks(wish: Wish) -> Deed:
    """Have somebody ask."""

    def deed(life: Life, die_at: int | None) -> bool:
        draft = wish.draft(life.dates, f"{wish.kind} {wish.whom}")
        return _dies(life, lambda: life.submits(draft, die_at))

    return deed


def looked_into(life: Life, die_at: int | None) -> bool:
    """Have the bot look into what was asked."""
    return _dies(life, lambda: life.requests_are_looked_into(die_at=die_at))


def approved(who: str) -> Deed:
    """Have somebody approve."""

    def deed(life: Life, die_at: int | None) -> bool:
        return _dies(life, lambda: life.somebody_decides(pick=1, who=who, yes=True, die_at=die_at))

    return deed


def worked(life: Life, die_at: int | None) -> bool:
    """Have the engine do one attempt; it is the first one that is due."""
    if not life.world.books.due():
        return False
    life.an_attempt_begins(pick=0, hold_at=die_at)
    if not life.world.held:
        return False
    life.the_bot_dies(pick=0, loses=False)
    return True


def noticed(life: Life, die_at: int | None) -> bool:
    """Have the bot notice what is due, a while later."""
    life.world.clock.now += 20 * MINUTE
    return _dies(life, lambda: life.what_is_due_is_looked_at(die_at=die_at))


COMES = Wish(BOSS, ADA, "engineer", Kind.ONBOARD, None, None)
CHIEF = Wish(LEAD, BEN, "chief", Kind.ONBOARD, None, None)
LEAVES = Wish(BOSS, ADA, "engineer", Kind.OFFBOARD, None, None)

LIFE: Sequence[Deed] = (
    asks(COMES), looked_into, approved(LEAD), worked, worked, worked,
    noticed, asks(LEAVES), looked_into, approved(OPS1), worked, worked, worked, worked, noticed,
)  # fmt: skip
"""Somebody comes on board and leaves again."""


@dataclass(frozen=True)
class Place:
    """The point at which the bot dies while it does the deed of this number."""

    deed: int
    point: int


def lived(life: Life, deaths: Sequence[Place]) -> int:
    """Live `LIFE` with these deaths; return how many of them there were."""
    life.starts(STARTS[0])
    died = 0
    for number, deed in enumerate(LIFE):
        for place in deaths:
            if place.deed == number:
                died += deed(life, place.point)
        deed(life, None)
        life.everything_is_as_it_must_be()
    return died


def points_of(life: Life) -> Iterator[Place]:
    """Return every place at which the bot can die, by living `LIFE` once and counting."""
    life.starts(STARTS[0])
    for number, deed in enumerate(LIFE):
        before = life.world.points
        deed(life, None)
        yield from (Place(number, point) for point in range(life.world.points - before))
