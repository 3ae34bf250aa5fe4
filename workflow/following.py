"""When an invitation is looked up, when its person is reminded, and what a look-up means. Pure.

The first look comes soon after the mail, the later ones ever more rarely. Whoever sends an
invitation again at the vendor itself is noticed for a month after it has expired.
"""

from enum import Enum, auto

from vendors.contract import Account, AccountState
from workflow.clock import HOUR, MINUTE, as_datetime, as_micros

FIRST = 5 * MINUTE
RAREST = 6 * HOUR
DAY = 24 * HOUR
SOON = 2 * DAY
"""A person is reminded this long before the end, or at the last third of a shorter life."""

_GRACE = MINUTE
_LONGEST = 90 * DAY
_AFTERWARDS = 30 * DAY


class Sight(Enum):
    """What a look-up of somebody who was invited shows."""

    WAITS = auto()
    ACCEPTED = auto()
    EXPIRED = auto()
    CLOSED = auto()
    NOTHING = auto()


def seen(found: Account | None, ends_at: int | None, now: int) -> Sight:
    """Say what ``found`` means for an invitation that ends at ``ends_at`` (both microseconds)."""
    ends_at = expiry(found) or ends_at
    is_over = ends_at is not None and ends_at <= now
    if found is None:
        return Sight.EXPIRED if is_over else Sight.NOTHING
    if found.state is AccountState.ACTIVE:
        return Sight.ACCEPTED
    if is_over:
        return Sight.EXPIRED
    return Sight.WAITS if found.pending else Sight.CLOSED


def expiry(found: Account | None) -> int | None:
    """Return when an invitation ends, in microseconds, where the vendor says so."""
    if found is None or found.expires_at is None or found.state is AccountState.ACTIVE:
        return None
    return as_micros(found.expires_at - as_datetime(0))


def next_look(looks: int, now: int, mailed_at: int, ends_at: int | None) -> int | None:
    """Return when to look again after so many looks; None where it is not worth it any more."""
    if ends_at is not None and ends_at <= now:
        return now + DAY if now < ends_at + _AFTERWARDS else None
    later = now + min(RAREST, FIRST << min(looks, 10))
    if ends_at is not None:
        return min(later, ends_at + _GRACE)
    return later if later <= mailed_at + _LONGEST else None


def nudge_at(mailed_at: int, ends_at: int | None) -> int | None:
    """Return when to remind the person, so that there is time left; None where nothing ends."""
    if ends_at is None or ends_at <= mailed_at:
        return None
    return ends_at - min(SOON, (ends_at - mailed_at) // 3)
