"""One grant or removal as an auditor asks for it: eighteen fields, and what is amiss with it.

The fields are those that samples for SOC 2 CC6.2 and CC6.3 ask for: who asked, why, who approved
and under which rule, when it happened, how it was verified, and when it was taken away again.
Moments are ISO 8601 in UTC, and people are ids.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import rfc8785
from sqlalchemy.engine import Connection

from rules.plans import Effect
from rules.states import GOOD, StepState
from rules.values import Verdict, is_person_id
from storage import audit, dossiers, periods, requests
from storage.audit_models import AuditEvent
from storage.dossiers import Dossier
from storage.models import Decision, Request, Step
from workflow import asking_again
from workflow.approving import PLAN_RULE
from workflow.clock import as_datetime, as_micros
from workflow.policing import terms_of

_STARTED, _ENDED = "STP001I", "STP002I"
_IN_VAIN = frozenset({"STP004E", "STP005I", "STP013W"})
"""The ends of attempts of which it is known that they changed nothing.

Of a person the same codes tell something else: Retry has a step wait again.
"""
_VERIFIED = {
    StepState.DONE: "read back after the write",
    StepState.UNCHANGED: "looked up, it was so already",
    StepState.INVITED: "the vendor accepted, the person has to act",
    StepState.UNVERIFIED: "no: the vendor said yes and offers no way to look",
    StepState.ATTESTED: "no: done by hand",
    StepState.UNKNOWN: "no: whether it arrived is unknown",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One grant or removal. What has not happened is said in words, so that no field is empty."""

    request: int
    vendor: str
    action: str
    access: str
    subject: str
    requester: str
    requested_at: str
    reason: str
    approved_by: str
    approved_at: str
    rule_and_policy: str
    approver_set: str
    independent: str
    executed_at: str
    vendor_status: str
    verified: str
    removed_at: str
    elapsed_and_limit: str

    def values(self) -> dict[str, str | int]:
        """Return it by the names of its columns."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Item:
    """A row, and what an auditor would ask about."""

    row: Row
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A step with all that is known about it."""

    dossier: Dossier
    step: Step
    approvals: Sequence[Decision]
    needed: int
    events: Sequence[AuditEvent]
    limit: timedelta

    @property
    def request(self) -> Request:
        return self.dossier.request

    @property
    def is_removal(self) -> bool:
        return not self.step.access

    @property
    def approved_at(self) -> int | None:
        """When the last one approved whom it needed."""
        return max((one.at for one in self.approvals), default=None)

    @property
    def mine(self) -> list[AuditEvent]:
        """What happened at this vendor, in order."""
        return [one for one in self.events if one.vendor == self.step.vendor]

    @property
    def begun_at(self) -> int | None:
        """When the first attempt began."""
        return next((one.at for one in self.mine if one.code == _STARTED), None)

    @property
    def executed_at(self) -> int | None:
        """When the attempt began that may first have done what was done; else the first one."""
        started = _of_the_deed(self.mine) or self.begun_at
        by_hand = (one.at for one in self.dossier.attestations if one.step_id == self.step.id)
        return started if started is not None else next(by_hand, None)

    def fell_into(self, since: int, until: int) -> bool:
        """Tell whether it was carried out in ``[since, until)``, or approved and never tried."""
        moments = [one.at for one in self.mine if one.code in periods.CARRIED_OUT]
        moments += [one.at for one in self.dossier.attestations if one.step_id == self.step.id]
        return any(since <= at < until for at in moments or [self.approved_at or 0])

    @property
    def is_settled(self) -> bool:
        return StepState(self.step.state) in GOOD

    @property
    def elapsed(self) -> int | None:
        """How many microseconds passed between when it was due and its end."""
        due = max(self.request.starts_at or 0, self.approved_at or 0)
        return self.step.updated_at - due if self.is_settled and due else None

    @property
    def involved(self) -> set[str]:
        """Whoever may not approve it."""
        request = self.request
        return {request.requester, request.subject, request.principal or request.requester}


def _of_the_deed(events: Sequence[AuditEvent]) -> int | None:
    """Return when the attempt began with which a step came to a good end; None without one.

    An attempt before it counts whose answer was lost: it may have been the one that did it.
    """
    began: int | None = None
    for one in events:
        if one.code == _STARTED and began is None:
            began = one.at
        elif one.code in _IN_VAIN and one.actor == "aboard":
            began = None
        elif one.code == _ENDED and one.outcome in GOOD:
            return began
    return None


def items(
    connection: Connection, number: int, since: int, until: int, limit: timedelta
) -> list[Item]:
    """Return the grants and removals of a request that fell into ``[since, until)``.

    One falls into it when it was begun, tried again, ended or attested, or, where none of that
    happened, when it was approved.
    ``limit`` is how long a removal may take.
    """
    request = requests.by_number(connection, number)
    if request is None:
        return []
    dossier, events = dossiers.of_request(connection, request), audit.of_request(connection, number)
    approvals, needed = _approvals(connection, dossier), _needed(connection, dossier)
    parts = [_Part(dossier, step, approvals, needed, events, limit) for step in dossier.steps]
    return [
        Item(_row(connection, part), _exceptions(part))
        for part in parts
        if part.fell_into(since, until)
    ]


def _is_by_plan(dossier: Dossier) -> bool:
    """Tell whether it is an end that was approved before: some are a question of their own."""
    return any(one.rule == PLAN_RULE for one in dossier.decisions)


def _approvals(connection: Connection, dossier: Dossier) -> list[Decision]:
    """Return who approved; of an end that was approved before, the people who did so then."""
    decisions = list(dossier.decisions)
    if _is_by_plan(dossier):
        before = requests.decisions_of(connection, dossier.request.origin or 0)
        decisions = [*(one for one in before if is_person_id(one.approver)), *decisions]
    return [one for one in decisions if one.verdict == Verdict.APPROVE]


def _needed(connection: Connection, dossier: Dossier) -> int:
    """Return how many people had to approve; of an end that was approved before, how many then."""
    request = dossier.request
    if _is_by_plan(dossier):
        request = requests.by_number(connection, request.origin or 0) or request
    return terms_of(request).approvals


def _row(connection: Connection, part: _Part) -> Row:
    request, step = part.request, part.step
    terms = terms_of(request)
    return Row(
        request=requests.number_of(request),
        vendor=step.vendor,
        action=_action(step),
        access=step.after or step.access or step.before or "all of it",
        subject=request.subject,
        requester=_askers(request),
        requested_at=_moment(request.created_at),
        reason=request.reason or "none given",
        approved_by=" ".join(one.approver for one in part.approvals) or "nobody",
        approved_at=_moment(part.approved_at) or "never",
        rule_and_policy=f"{', '.join(terms.rules)}; policy {request.policy_digest}",
        approver_set=_digest([[one.threshold, *sorted(one.approvers)] for one in terms.stages]),
        independent=_independent(part),
        executed_at=_moment(part.executed_at) or "never",
        vendor_status=f"{step.state}: {asking_again.told(step)}" if step.detail else step.state,
        verified=_verified(part),
        removed_at=_removed(connection, part),
        elapsed_and_limit=_elapsed(part),
    )


def _askers(request: Request) -> str:
    principal = request.principal
    return f"{request.requester} on behalf of {principal}" if principal else request.requester


def _action(step: Step) -> str:
    if not step.access:
        return "removal"
    return "change" if step.effect == Effect.CHANGE else "grant"


def _digest(facts: Sequence[Sequence[int | str]]) -> str:
    """Return the SHA-256 of whom the policy named, stage by stage, with how many it needed."""
    return hashlib.sha256(rfc8785.dumps([list(one) for one in facts])).hexdigest()


def _independent(part: _Part) -> str:
    people = {one.approver for one in part.approvals if is_person_id(one.approver)}
    if not people:
        return "no person approved"
    return "no" if people & part.involved else "yes"


def _verified(part: _Part) -> str:
    state = StepState(part.step.state)
    how = _VERIFIED.get(state, "no: it is not done")
    words = (one for one in part.dossier.attestations if one.step_id == part.step.id)
    vouched = "".join(f", {one.by} vouches for it: {one.evidence}" for one in words)
    return f"{how}{vouched}, {_moment(part.step.updated_at)}"


def _removed(connection: Connection, part: _Part) -> str:
    if part.is_removal:
        return _moment(part.step.updated_at) if part.is_settled else "not removed"
    later = periods.removed_at(connection, part.request, part.step)
    return _moment(later) or "not removed"


def _elapsed(part: _Part) -> str:
    if part.elapsed is None:
        return "not done"
    took = f"{part.elapsed / 1_000_000:.0f} s"
    return (
        f"{took} of {part.limit.total_seconds():.0f} s" if part.is_removal else f"{took}, no limit"
    )


def _exceptions(part: _Part) -> tuple[str, ...]:
    approved, begun = part.approved_at, part.begun_at or part.executed_at
    late = part.elapsed is not None and part.elapsed > as_micros(part.limit)
    people = {one.approver for one in part.approvals}
    named = {one for one in people if is_person_id(one)}
    found = {
        "fewer people approved it than were needed": bool(named) and len(named) < part.needed,
        "it was not approved": approved is None,
        "it was begun before it was approved": bool(approved and begun and begun < approved),
        "whoever approved is concerned": bool(people & part.involved),
        "no person approved it": bool(people) and not any(map(is_person_id, people)),
        "no reason was given": not part.request.reason,
        "it is not done": not part.is_settled,
        "nobody could verify it": part.step.state == StepState.UNVERIFIED,
        "somebody vouches for it": part.step.state == StepState.ATTESTED,
        "the removal took too long": part.is_removal and late,
    }
    return tuple(sentence for sentence, holds in found.items() if holds)


def _moment(at: int | None) -> str:
    return "" if at is None else as_datetime(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
