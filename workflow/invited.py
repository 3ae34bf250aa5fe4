"""What is known of an invitation becomes true: the step, the account, the reminder, the next look.

Each function is part of one transaction. Whoever comes late, after a person asked for another mail
or another process was faster, changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from sqlalchemy.engine import Connection

from rules.plans import Effect
from rules.states import FOLLOWED, StepState
from rules.values import Kind
from storage import audit, invitations, made_good, messages, people, requests
from storage.audit import Fact
from storage.due_models import Invitation
from storage.messages import Place
from storage.models import Request, Step
from vendors.contract import Account, AnyVendor, Person
from workflow import planning
from workflow.clock import MINUTE
from workflow.deciding import tell_requester
from workflow.following import Sight, expiry, next_look, nudge_at
from workflow.means import Means

_SOON_AGAIN = 10 * MINUTE
_UNSEEN = 2
_TRIES = 5
_TAKEN_BACK = "INV006I"


class Mail(Enum):
    """What came of the wish to have an invitation mailed again."""

    SENT = auto()
    FAILED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """What a look-up came to. ``sight`` is None where the vendor did not say.

    ``fits`` says whether the account has the access that was asked for; ``said`` is the vendor's
    sentence where the mail did not go out.
    """

    sight: Sight | None
    found: Account | None
    mail: Mail | None = None
    said: str = ""
    fits: bool = True


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a report is written: one invitation, its step and its request, at one moment."""

    connection: Connection
    request: Request
    step: Step
    row: Invitation
    now: int

    def fact(self, code: str, actor: str = "aboard", detail: str = "") -> Fact:
        number = self.step.request_number
        return Fact(code, self.now, actor, number, self.step.vendor, detail=detail)

    def move(self, to: StepState, fact: Fact, detail: str, expires_at: int | None) -> None:
        values: requests.Row = {
            "detail": detail,
            "problem": None,
            "expires_at": expires_at,
            "updated_at": self.now,
        }
        told = replace(fact, outcome=to.value)
        requests.move_step(self.connection, self.step, to, told, values)

    def end(self, to: StepState, fact: Fact, detail: str) -> None:
        """Move to an end that stays, which makes good what was left before."""
        self.move(to, fact, detail, None)
        made_good.mark(self.connection, self.step, to, self.now)
        invitations.stop(self.connection, self.step.id)

    def keep(self, **values: str | int | None) -> None:
        """Write columns of the row that was taken; it is this transaction's by now."""
        invitations.change(self.connection, self.row, values)


def follow(connection: Connection, step: Step, found: Account | None, now: int) -> None:
    """Begin to follow the invitation that a step has just ended in."""
    if step.id is not None:
        invitations.follow(connection, step.id, _fresh(now, expiry(found)))


def _fresh(mailed_at: int, ends_at: int | None) -> Mapping[str, int | None]:
    """Return what is known of an invitation that was mailed just now."""
    look, nudge = next_look(0, mailed_at, mailed_at, ends_at), nudge_at(mailed_at, ends_at)
    return {"mailed_at": mailed_at, "look_at": look, "nudge_at": nudge}


def replaced(connection: Connection, request: Request, vendor: str, now: int) -> None:
    """End the earlier invitations of a person at a vendor: ``request`` has seen to them.

    A removal has taken them back; whatever else was given stands in their place. They make nothing
    good by that: ``request`` does, once it may. What a confidential request has done is told as a
    look-up would tell it.
    """
    number = requests.number_of(request)
    how = "took the invitation back" if request.kind == Kind.OFFBOARD else "took its place"
    for step in invitations.earlier(connection, request, vendor):
        earlier = requests.lock(connection, step.request_number)
        row = invitations.of_step(connection, step.id)
        if earlier is not None and row is not None:
            told = _gone(step) if request.confidential else f"Request #{number} {how}."
            entry = _Entry(connection, earlier, step, row, now)
            entry.move(StepState.WITHDRAWN, entry.fact(_TAKEN_BACK), told, None)
            invitations.stop(connection, step.id)


def is_as_asked(vendor: AnyVendor, person: Person, access: str, found: Account | None) -> bool:
    """Tell whether an account has what was asked for: nothing would be left to do."""
    if found is None:
        return False
    return planning.change(vendor, person, access, found).effect.value == Effect.KEEP


def record(
    connection: Connection, row: Invitation, step: Step, report: Report, means: Means
) -> Request | None:
    """Write what a look-up came to, unless something has happened since the row was taken.

    Returns the request it was written of: nothing may be left of it by that.
    """
    request = requests.lock(connection, step.request_number)
    now_step = invitations.step_of(connection, row.step_id)
    if request is None or now_step is None or now_step.state not in FOLLOWED:
        return None
    now = means.clock()
    if not invitations.change(connection, row, {"look_at": now}):
        return None
    row = Invitation(**(row.model_dump() | {"look_at": now}))
    entry = _Entry(connection, request, now_step, row, now)
    if report.mail is None:
        _sighted(entry, report)
    else:
        _mailed(entry, report)
    return request


def _mailed(entry: _Entry, report: Report) -> None:
    by = entry.row.resend_by or "aboard"
    if report.mail is Mail.SENT:
        _renew(entry, report, by)
    elif report.mail is Mail.FAILED and entry.row.tries + 1 < _TRIES:
        entry.keep(tries=entry.row.tries + 1, look_at=entry.now + MINUTE * 2**entry.row.tries)
    else:
        said = f"The invitation was not mailed again. {report.said}".strip()
        requests.amend_step(entry.connection, entry.step, {"detail": said})
        audit.record(entry.connection, entry.fact("INV007W", by))
        entry.keep(resend_by=None, look_at=entry.now + MINUTE)


def _renew(entry: _Entry, report: Report, by: str) -> None:
    """Let an invitation live anew: the step is invited again, and followed from the start."""
    ends, detail = expiry(report.found), "The invitation was mailed again; the person must accept."
    fact = entry.fact("INV005I", by)
    if entry.step.state == StepState.EXPIRED:
        entry.move(StepState.INVITED, fact, detail, ends)
    else:
        values: requests.Row = {"detail": detail, "expires_at": ends, "updated_at": entry.now}
        requests.amend_step(entry.connection, entry.step, values)
        audit.record(entry.connection, fact)
    follow(entry.connection, entry.step, report.found, entry.now)


def _sighted(entry: _Entry, report: Report) -> None:
    match report.sight:
        case Sight.ACCEPTED:
            _accept(entry, report)
        case Sight.WAITS:
            _wait(entry, report)
        case Sight.EXPIRED:
            _expire(entry, report)
        case Sight.CLOSED:
            closed = f"The account is closed at {entry.step.title}."
            entry.end(StepState.WITHDRAWN, entry.fact(_TAKEN_BACK), closed)
        case Sight.NOTHING if entry.row.unseen + 1 >= _UNSEEN:
            _lose(entry)
        case Sight.NOTHING:
            entry.keep(unseen=entry.row.unseen + 1, look_at=entry.now + _SOON_AGAIN)
        case None:
            _look_again(entry, entry.step.expires_at)


def _accept(entry: _Entry, report: Report) -> None:
    access = report.found.access if report.found else ""
    detail = f"The person has accepted: {access}."
    if not report.fits:
        detail = f"The person has accepted, and has other access by now: {access}."
    entry.end(StepState.DONE, entry.fact("INV001I"), detail)
    _note(entry, StepState.DONE, report.found)


def _wait(entry: _Entry, report: Report) -> None:
    ends = expiry(report.found)
    known = entry.step.expires_at
    if entry.step.state == StepState.EXPIRED or (ends is not None and ends > (known or 0)):
        _renew(entry, report, "aboard")
        return
    if entry.row.nudge_at is not None and entry.row.nudge_at <= entry.now:
        seq = audit.record(entry.connection, entry.fact("INV002W"))
        place = Place(entry.step.request_number, "nudge", entry.request.subject)
        messages.want(entry.connection, place, wanted=seq)
        entry.keep(nudge_at=None)
    _look_again(entry, ends)


def _expire(entry: _Entry, report: Report) -> None:
    ends = expiry(report.found) or entry.step.expires_at
    if entry.step.state == StepState.INVITED:
        detail = "The person has not accepted in time, and the invitation gives nothing any more."
        entry.move(StepState.EXPIRED, entry.fact("INV003W"), detail, ends)
        _note(entry, StepState.EXPIRED, report.found)
        tell_requester(entry.connection, entry.request)
    _look_again(entry, ends)


def _gone(step: Step) -> str:
    return f"{step.title} shows neither an invitation nor an account any more."


def _lose(entry: _Entry) -> None:
    entry.end(StepState.WITHDRAWN, entry.fact(_TAKEN_BACK), _gone(entry.step))
    if entry.request.person_id is not None:
        people.drop_account(entry.connection, entry.request.person_id, entry.step.vendor)


def _look_again(entry: _Entry, ends_at: int | None) -> None:
    """Settle when to look again, or that nobody looks any more."""
    row = entry.row
    later = next_look(row.looks + 1, entry.now, row.mailed_at, ends_at)
    if later is None:
        audit.record(entry.connection, entry.fact("INV008I"))
    elif row.nudge_at is not None and entry.now < row.nudge_at:
        later = min(later, row.nudge_at)
    entry.keep(looks=row.looks + 1, unseen=0, look_at=later)


def _note(entry: _Entry, state: StepState, found: Account | None) -> None:
    """Keep what the person has at the vendor now."""
    if entry.request.person_id is None or found is None:
        return
    values = {
        "person_id": entry.request.person_id,
        "vendor": entry.step.vendor,
        "vendor_id": found.id,
        "access": found.access,
        "state": state.value,
        "updated_at": entry.now,
    }
    people.note_account(entry.connection, values)
