"""A later end of an access is asked for: the last onboarding once more, with another end.

That is the one whose end stands, or a later one that has none of its own: what changed since is
kept. So the policy of the profile applies, the vendors are looked at, and the approvers see that
all is given already and until when it would be. The present end stands until that request begins.
"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules import moments
from rules.values import Kind
from storage import alarms, requests
from storage.models import Request
from workflow import overtaking, planning
from workflow.drafts import Refusal, RequestDraft


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants the end that was approved with the request ``ref`` to be at ``until``."""

    ref: str
    until: str | None
    reason: str
    by: str
    delivery: str


def draft_of(connection: Connection, wish: Wish) -> RequestDraft | Refusal:
    """Return the ask that a wish comes to, or why there is none."""
    request = requests.by_ref(connection, wish.ref)
    if request is None or not _stands(connection, request):
        return Refusal("This end stands no longer: it was replaced, or it has come.", "until")
    wrong = _wrong_end(request, wish.until)
    if wrong is not None:
        return Refusal(wrong, "until")
    given = overtaking.given_last(connection, request)
    return RequestDraft(
        kind=Kind.ONBOARD,
        team_id=request.team_id,
        requester=wish.by,
        subject=request.subject,
        github_login=given.github_login,
        profile=given.profile,
        reason=wish.reason,
        asked_in=None,
        delivery=wish.delivery,
        accesses=planning.unpacked(given.accesses),
        until=wish.until,
        origin=request.number,
        principal=request.principal if wish.by == request.requester else None,
    )


def _stands(connection: Connection, request: Request) -> bool:
    standing = alarms.ending(connection, request.team_id, request.subject)
    return standing is not None and standing.number == request.number


def _wrong_end(request: Request, until: str | None) -> str | None:
    try:
        wall = moments.wall_from(until or "")
    except ValueError:
        return "Please choose a date."
    if wall <= moments.wall_from(request.until_wall or ""):
        return "Please choose a later end than the present one."
    return None
