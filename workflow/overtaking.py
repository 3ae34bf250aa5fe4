"""What was approved once is overtaken by what was approved and carried out later for the person.

An old approval is not taken up again over a newer one: whoever was offboarded gets nothing back by
a retry, and whoever came back loses nothing by one.
"""

from sqlalchemy.engine import Connection

from rules.policy import UNDER_WAY
from rules.states import StepState
from rules.values import Kind
from storage import earlier, requests
from storage.models import Request, Step
from workflow.claiming import approved_at
from workflow.ends import was_planned
from workflow.withdrawing import in_the_way

_NOT_BEGUN = {StepState.WAITING, StepState.CANCELLED}


def overtaken_by(connection: Connection, request: Request, step: Step) -> Request | None:
    """Return a request that was approved later and has overtaken ``step`` of ``request``.

    What gives an access is overtaken by whatever came later; a removal only by what came later at
    the same vendor, since nobody else has seen to it.
    """
    others = earlier.carried_out(connection, request.team_id, request.subject)
    later = [one for one in others if approved_at(one) > approved_at(request)]
    if not step.access:
        later = [one for one in later if _is_begun_at(connection, one, step.vendor)]
    return later[-1] if later else None


def removed_by(connection: Connection, request: Request) -> Request | None:
    """Return a removal of the same person that was approved after ``request``, and carried out.

    The end of an earlier access is none: it was approved with that access.
    """
    decided, others = request.decided_at or 0, _removals(connection, request)
    later = [one for one in others if (one.decided_at or 0) > decided and not was_planned(one)]
    return later[-1] if later else None


def is_leaving(connection: Connection, request: Request) -> bool:
    """Tell whether a removal of the same person was approved since, and may have begun."""
    other = in_the_way(connection, request)
    if other is not None and other.kind == Kind.OFFBOARD and other.state in UNDER_WAY:
        return True
    since = approved_at(request)
    return any(approved_at(one) > since for one in _removals(connection, request))


def given_last(connection: Connection, request: Request) -> Request:
    """Return the onboarding of the same person that was carried out last, ``request`` or later."""
    others = earlier.carried_out(connection, request.team_id, request.subject)
    given = [one for one in others if one.kind == Kind.ONBOARD]
    return max([request, *given], key=approved_at)


def _removals(connection: Connection, request: Request) -> list[Request]:
    others = earlier.carried_out(connection, request.team_id, request.subject)
    return [one for one in others if one.kind == Kind.OFFBOARD]


def _is_begun_at(connection: Connection, request: Request, vendor: str) -> bool:
    steps = requests.steps_of(connection, requests.number_of(request))
    return any(one.vendor == vendor and one.state not in _NOT_BEGUN for one in steps)


def seen_to(connection: Connection, step: Step) -> str | None:
    """Say which later request has made a step good that did not end well; None where none has.

    What was confidential is not named.
    """
    if step.made_good_by is None:
        return None
    by = requests.by_number(connection, step.made_good_by)
    who = "another request" if by is None or by.confidential else f"request #{by.number}"
    return f"{step.title} needs nothing more: {who} has seen to it since."


def told(other: Request) -> str:
    """Say that a request was overtaken by ``other``; what was confidential is not named."""
    what = "Another request" if other.confidential else f"Request #{other.number}"
    return (
        f"{what} about the same person was approved later and carried out: this one is not taken "
        "up again. Please ask anew if it is still wanted."
    )
