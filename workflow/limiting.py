"""How much one person may ask for is ruled on as the ask is recorded, from the rows alone.

So it holds however many processes there are, and whenever they were started. Offboardings that wait
are counted by themselves, so that somebody can be removed at once however many onboardings wait;
but they are counted: whoever could ask for as many of them as they like could drown the approvers
in them, and the one that matters among them.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy.engine import Connection

from rules.values import Kind
from storage import asked
from storage.asked import Asker
from workflow.clock import HOUR
from workflow.drafts import Refusal
from workflow.means import Means

PENDING: Final = "pending-at-most"
HOURLY: Final = "asks-an-hour"
"""The rules under which an ask is refused."""

Note = Callable[[str, str], None]
"""Takes note that somebody was refused under one of them."""


def nowhere(who: str, rule: str) -> None:
    """Take no note."""


def noted(end: Refusal, who: str, note: Note) -> Refusal:
    """Return a refusal, of which a note was taken where somebody asked too much."""
    if end.rule in {PENDING, HOURLY}:
        note(who, end.rule)
    return end


def too_much(connection: Connection, asker: Asker, means: Means) -> Refusal | None:
    """Return why somebody may not ask for anything more just now; None where they may.

    Whatever else they ask for at this moment waits until this transaction ends.
    """
    now, limits = means.clock(), means.catalog.limits
    asked.hold(connection, asker.team_id, asker.requester)
    found = asked.by(connection, asker, now - HOUR, limits)
    if found.first is not None:
        return _too_often(limits.asks_an_hour, found.first + HOUR)
    if found.waiting >= limits.pending_at_most:
        return _too_many(limits.pending_at_most, asker.kind)
    return None


def _too_often(most: int, until: int) -> Refusal:
    return Refusal(
        f"You have asked {_times(most)} within an hour, which is as often as one person may.",
        rule=HOURLY,
        again_at=until,
    )


def _too_many(most: int, kind: Kind) -> Refusal:
    what = "offboarding" if kind is Kind.OFFBOARD else "request"
    waits = f"One {what} of yours waits" if most == 1 else f"{most} {what}s of yours wait"
    return Refusal(
        f"{waits} for a decision already, which is as many as one person may have. "
        "`/aboard status` lists them: cancel one, or wait until one is decided.",
        rule=PENDING,
    )


def _times(most: int) -> str:
    return "once" if most == 1 else f"{most} times"
