"""Products as they really are, outside of Aboard: who has what, since when, and who changed it.

Nothing here is lost when the bot dies. Every change by the bot is shown to a witness at the very
moment it happens.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.life.points import PASSAGE

Fault = Literal[
    "refused", "forbidden", "busy", "unreachable", "lost before", "lost after", "untrue"
]
WRITE_FAULTS: tuple[Fault, ...] = (
    "refused", "forbidden", "busy", "unreachable", "lost before", "lost after", "untrue",
)  # fmt: skip
LOOK_FAULTS: tuple[Fault, ...] = ("refused", "forbidden", "busy", "unreachable")


@dataclass(frozen=True)
class Seat:
    """What somebody has: a role, and until when an invitation stands that nobody accepted yet."""

    role: str
    is_invited: bool = False
    invited_until: int | None = None


@dataclass(frozen=True)
class Effect:
    """A call of the bot's that was carried out; it may have changed nothing.

    `seen` is what the bot saw when it last looked, at `looked_at` (microseconds; 0 for never).
    `is_mail` says that an invitation was only to be mailed again.
    """

    product: str
    who: str
    before: Seat | None
    after: Seat | None
    seen: object
    looked_at: int
    is_mail: bool


Witness = Callable[[Effect], None]


@dataclass
class Ticks:
    """Counts everything that changes anywhere outside, so that each change has its place."""

    now: int = 0

    def next(self) -> int:
        """Return the place of the next change."""
        self.now += 1
        return self.now


@dataclass
class Product:
    """One product, with its people by e-mail address. `faults` befall the next calls."""

    name: str
    shows: bool
    clock: Callable[[], int]
    ticks: Ticks
    witness: Witness
    seats: dict[str, Seat] = field(default_factory=dict)
    past: dict[str, list[tuple[int, Seat | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    said_yes: list[tuple[int, str]] = field(default_factory=list)
    """When the product said yes to a call of the bot's, and about whom."""
    write_faults: list[Fault] = field(default_factory=list)
    look_faults: list[Fault] = field(default_factory=list)
    meddled: list[str] = field(default_factory=list)
    """Whom somebody changed something about without the bot."""
    writing: set[str] = field(default_factory=set)
    twice_at_once: list[str] = field(default_factory=list)

    def look(self, who: str) -> Seat | None:
        """Return what the product shows of somebody, and remember that the bot has looked."""
        seat = self.seats.get(who) if self.shows else None
        passage = PASSAGE.get()
        if passage is not None:
            passage.looks[self.name, who] = (self.clock(), seat)
        return seat

    def change(self, who: str, after: Seat | None, *, is_mail: bool = False) -> None:
        """Do what the bot asks for."""
        before, passage = self.seats.get(who), PASSAGE.get()
        looked_at, seen = passage.looks.get((self.name, who), (0, None)) if passage else (0, None)
        self.witness(Effect(self.name, who, before, after, seen, looked_at, is_mail))
        self._put(who, after)

    def change_elsewhere(self, who: str, after: Seat | None) -> None:
        """Have somebody change it at the product itself, without the bot."""
        self.meddled.append(who)
        self._put(who, after)

    def accept(self, who: str) -> None:
        """Have an invited person accept, where the invitation stands still."""
        seat = self.seats.get(who)
        if seat and seat.is_invited and self.clock() < (seat.invited_until or 0):
            self._put(who, replace(seat, is_invited=False, invited_until=None))

    def yes(self, who: str) -> None:
        """Remember that the bot was told yes."""
        self.said_yes.append((self.ticks.next(), who))

    def seen_since(self, who: str, tick: int) -> list[Seat | None]:
        """Return everything that was true of somebody at or after a change, the oldest first."""
        past = self.past[who]
        earlier = [seat for at, seat in past if at <= tick]
        return [earlier[-1] if earlier else None, *(seat for at, seat in past if at > tick)]

    def said_yes_since(self, who: str, tick: int) -> bool:
        """Tell whether the bot was told yes about somebody after a change."""
        return any(at > tick and one == who for at, one in self.said_yes)

    def begin(self, who: str) -> None:
        """Note that a write about somebody is under way."""
        if who in self.writing:
            self.twice_at_once.append(who)
        self.writing.add(who)

    def end(self, who: str) -> None:
        """Note that a write about somebody is over."""
        self.writing.discard(who)

    def _put(self, who: str, after: Seat | None) -> None:
        self.past[who].append((self.ticks.next(), after))
        if after is None:
            self.seats.pop(who, None)
        else:
            self.seats[who] = after
