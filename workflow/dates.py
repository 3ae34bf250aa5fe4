"""The dates of an ask: what can be said against them, and which instants they mean.

A date and a time of day are kept as they were said, with the zone of the person they are about, and
as the instant that this means there (``rules.moments``). The zone is known only once Slack was
asked: whatever can be said without it is said at once, the rest when the request is looked into.
"""

from dataclasses import dataclass

from rules import moments
from rules.moments import Wall
from storage import requests
from storage.models import Request
from workflow.clock import as_datetime
from workflow.directory import Resident
from workflow.drafts import Refusal, RequestDraft

_LAST_ZONE = "Etc/GMT+12"
"""Where every day ends last."""

_YEARS = 5


@dataclass(frozen=True, slots=True)
class Times:
    """When an access starts and ends, in microseconds, and the zone in which it was said."""

    zone: str
    starts_at: int | None
    until_at: int | None

    def columns(self) -> requests.Row:
        """Return how a request keeps them."""
        return {"zone": self.zone, "starts_at": self.starts_at, "until_at": self.until_at}


NEVER_SAID = Times(moments.NO_ZONE, None, None)


def what_is_wrong(draft: RequestDraft, now: int) -> Refusal | None:
    """Return what can be said against the dates of a draft before anybody's zone is known."""
    wrong = _wrong_date(draft.starts, now)
    if wrong:
        return Refusal(wrong, "starts")
    wrong = _wrong_date(draft.until, now)
    if wrong is None and draft.starts and draft.until and _wall(draft) <= _wall(draft, "starts"):
        wrong = "The end has to come after the start."
    return Refusal(wrong, "until") if wrong else None


def _wall(draft: RequestDraft, name: str = "until") -> Wall:
    return moments.wall_from((draft.starts if name == "starts" else draft.until) or "")


def _wrong_date(text: str | None, now: int) -> str | None:
    if text is None:
        return None
    try:
        wall = moments.wall_from(text)
    except ValueError:
        return "That is no date and time of day."
    if moments.instant(wall, _LAST_ZONE) <= now:
        return "That moment has passed, wherever the person lives."
    if wall.day.year > as_datetime(now).year + _YEARS:
        return f"Please name a day within the next {_YEARS} years."
    return None


def resolve(request: Request, resident: Resident | None) -> Times | Refusal:
    """Return the instants that a request's dates mean where the person lives.

    A moment that had passed when the request was made is refused; one that passes while Slack or
    a vendor is waited for is not.
    """
    zone = moments.known_zone(resident.time_zone if resident else None)
    starts, until = _instant(request.starts_wall, zone), _instant(request.until_wall, zone)
    if starts is not None and starts <= request.created_at:
        return Refusal(_passed("start", request.starts_wall, zone), "starts")
    if until is not None and until <= request.created_at:
        return Refusal(_passed("end", request.until_wall, zone), "until")
    return Times(zone, starts, until)


def _instant(text: str | None, zone: str) -> int | None:
    return moments.instant(moments.wall_from(text), zone) if text else None


def _passed(what: str, text: str | None, zone: str) -> str:
    said = (text or "").replace("T", " ")
    return f"The {what}, {said} in {zone}, had passed already. Please ask again with another one."
