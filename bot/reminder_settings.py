"""``[reminders]`` in ``aboard.toml``: when Aboard speaks up by itself, and to whom."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictInt

from bot.policy_settings import STRICT, Approver, Length
from rules.rhythm import Rhythm


def _rising(values: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise ValueError("must rise: each length is counted from the same moment")
    return values


Days = Annotated[tuple[Annotated[StrictInt, Field(ge=1, le=90)], ...], Field(max_length=10)]
Lengths = Annotated[tuple[Length, ...], Field(max_length=10), AfterValidator(_rising)]


class RemindersSection(BaseModel):
    """``[reminders]``: when Aboard speaks up by itself, and whom else it asks after a while."""

    model_config = STRICT

    after: Lengths = Rhythm().remind_after
    escalate_to: tuple[Approver, ...] = ()
    escalate_after: Length = Rhythm().escalate_after
    before_end: Days = Rhythm().notice_days
    overdue: Annotated[Lengths, Field(min_length=1)] = Rhythm().overdue_after

    def as_rhythm(self) -> Rhythm:
        """Return this as the rules know it."""
        return Rhythm(
            self.after, self.escalate_to, self.escalate_after, self.before_end, self.overdue
        )
