"""How much one person may ask for, so that nobody drowns the others' requests in their own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``[people]``: for everybody alike, also for approvers and operators.

    ``pending_at_most`` are what somebody asked for and nobody has decided, offboardings by
    themselves; ``asks_an_hour`` all that they asked for within an hour. Many people who are asked
    for together are one ask.
    """

    pending_at_most: int = 10
    asks_an_hour: int = 30
