"""``[digest]`` in ``aboard.toml``: one message a day about everything that waits."""

import re
from datetime import time
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictBool

from bot.policy_settings import STRICT, Approver
from rules.daily import WEEKDAYS, Daily
from rules.moments import NO_ZONE
from rules.values import is_channel_id

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _clock(value: object) -> object:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('must be a time of day such as "09:00"')
    return time.fromisoformat(value)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError('must be a time zone such as "Europe/Amsterdam"')
    return value


def _channel(value: str) -> str:
    if not is_channel_id(value):
        raise ValueError("must be the id of a channel (C… or G…), not its name")
    return value


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Days = Annotated[tuple[Weekday, ...], Field(min_length=1)]


class DigestSection(BaseModel):
    """``[digest]``: when it comes, and to whom; without ``at`` there is none."""

    model_config = STRICT

    at: Annotated[time | None, BeforeValidator(_clock)] = None
    days: Days = ("mon", "tue", "wed", "thu", "fri")
    readers: tuple[Approver, ...] = ()
    channels: tuple[Annotated[str, AfterValidator(_channel)], ...] = ()
    zone: Annotated[str, AfterValidator(_zone)] = NO_ZONE
    replaces_reminders: StrictBool = False

    def as_daily(self, approvers: tuple[str, ...]) -> Daily | None:
        """Return this as the rules know it; ``approvers`` read it where nobody is named."""
        if self.at is None:
            return None
        everybody = () if self.channels else approvers
        return Daily(
            at=self.at,
            days=frozenset(WEEKDAYS.index(one) for one in self.days),
            readers=self.readers or everybody,
            channels=self.channels,
            zone=self.zone,
            replaces=self.replaces_reminders,
        )
