"""When a vendor is called again: a failure's kind and the number of tries so far decide.

The kinds are the words of ``vendors.errors``. A wait is in seconds. Waits double from two seconds
to five minutes, so that six tries span about a minute; then a person decides. What a vendor asks
for by ``Retry-After`` is never undercut.
"""

from enum import StrEnum

FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
MOST_TRIES = 6


class Failure(StrEnum):
    """Why a call failed, sorted by what to do next."""

    TRANSIENT = "transient"
    AMBIGUOUS = "ambiguous"
    PERMANENT = "permanent"


def wait_before_next(
    failure: Failure, tries: int, *, asked: float | None, can_look_up: bool
) -> float | None:
    """Return the seconds to wait before the next try, or None where no try may follow by itself.

    ``tries`` counts the tries since a person last asked for one, this one included. ``asked`` is
    what the vendor asked for. An ambiguous failure is followed only by a look-up: where the vendor
    offers none, a person must decide.
    """
    if failure is Failure.PERMANENT or tries >= MOST_TRIES:
        return None
    if failure is Failure.AMBIGUOUS and not can_look_up:
        return None
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1))
    return max(backoff, asked or 0.0)
