"""From the rows of an offboarding to the facts of its certificate.

The same rows give the same facts: nothing else is looked at, no clock and no vendor. Reasons stay
out, and so does whatever was confidential about earlier requests. Of everybody but the person who
left there are only ids.
"""

import unicodedata
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from rules.states import GOOD, RequestState, StepState
from rules.values import Kind, is_person_id
from storage import audit, dossiers, history, people, requests
from storage.dossiers import Dossier
from storage.history import Filter
from storage.models import Account, Attestation, Decision, Request, Step
from workflow import asking_again
from workflow.certificate import (
    FORMAT,
    Answer,
    Attested,
    Facts,
    Given,
    Happened,
    Leaver,
    Removal,
)
from workflow.clock import as_datetime
from workflow.ends import was_planned
from workflow.policing import terms_of
from workflow.remembering import identity

CERTIFIED = "EVD001I"
"""The code of the fact that a certificate was handed out; its detail is the digest."""

_FINISHED = frozenset(
    {RequestState.COMPLETED, RequestState.COMPLETED_WITH_ERRORS, RequestState.PARTLY_DONE}
)
_EARLIER = 50
_HIDING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_VERIFIED = {
    StepState.DONE: "Aboard looked after the removal, and it is gone.",
    StepState.UNCHANGED: "Aboard looked, and there was nothing to remove.",
    StepState.UNVERIFIED: "No: the vendor said yes and offers no way to look.",
    StepState.ATTESTED: "No: somebody did it by hand and vouches for it, as below.",
    StepState.INVITED: "No: the person has to act.",
    StepState.CANCELLED: "No: it was cancelled before it started.",
    StepState.UNKNOWN: "No: whether the removal arrived is unknown.",
}


def has_certificate(kind: str, state: str) -> bool:
    """Tell whether a request of this kind, in this state, has a certificate."""
    return kind == Kind.OFFBOARD and state in _FINISHED


def facts_of(connection: Connection, request: Request) -> Facts | None:
    """Return the facts of a finished offboarding; None where there is nothing to certify."""
    dossier, person = dossiers.of_request(connection, request), identity(request)
    if not has_certificate(request.kind, request.state) or person is None:
        return None
    number = requests.number_of(request)
    return Facts(
        format=FORMAT,
        workspace=request.team_id,
        request=number,
        state=request.state,
        person=Leaver(
            slack_id=person.slack_id,
            name=_line(f"{person.given_name} {person.family_name}"),
            email=_line(person.email),
            github_login=_line(person.github_login) if person.github_login else None,
        ),
        asked_by=request.requester,
        on_behalf_of=request.principal,
        asked_at=_moment(request.created_at),
        ended_at=_moment(request.ended_at),
        rules=terms_of(request).rules,
        policy=request.policy_digest,
        plan=request.plan_digest or "",
        answers=_answers(connection, dossier),
        given=_given(connection, request),
        removals=tuple(_removal(one, dossier.attestations) for one in dossier.steps),
        left=(*_open(dossier.steps), *_remaining(connection, dossier)),
        log=_log(connection, number),
    )


def latest(connection: Connection, team: str, subject: str) -> Request | None:
    """Return the last finished offboarding of somebody."""
    page = history.page(connection, Filter(team, subject), after=None, size=_EARLIER)
    return next((one for one in page.requests if has_certificate(one.kind, one.state)), None)


def certified(connection: Connection, facts: Facts) -> list[tuple[str, str]]:
    """Return when, and by whom, certificates with these very facts were asked for."""
    found = audit.of_request(connection, facts.request)
    mine = (one for one in found if one.code == CERTIFIED and one.detail == facts.digest())
    return [(_moment(one.at), one.actor) for one in mine]


def _answers(connection: Connection, dossier: Dossier) -> tuple[Answer, ...]:
    """Return what was decided; of an end that was approved before, what people decided then too."""
    decisions: Sequence[Decision] = dossier.decisions
    if was_planned(dossier.request):
        before = requests.decisions_of(connection, dossier.request.origin or 0)
        decisions = [*(one for one in before if is_person_id(one.approver)), *decisions]
    return tuple(
        Answer(
            request=one.request_number,
            by=one.approver,
            verdict=one.verdict,
            at=_moment(one.at),
            rule=one.rule,
            plan=one.plan_digest,
        )
        for one in decisions
    )


def _given(connection: Connection, request: Request) -> tuple[Given, ...]:
    wanted = Filter(request.team_id, request.subject, confidential=False)
    before = history.page(connection, wanted, after=request.number, size=_EARLIER)
    ended = (one for one in before.requests if one.state in _FINISHED)
    earlier = [one for one in ended if one.kind == Kind.ONBOARD]
    return tuple(
        Given(
            request=requests.number_of(one),
            title=step.title,
            access=_line(step.after or step.planned),
            outcome=step.state,
            at=_moment(step.updated_at),
        )
        for one in reversed(earlier)
        for step in requests.steps_of(connection, requests.number_of(one))
        if step.access
    )


def _removal(step: Step, attestations: Sequence[Attestation]) -> Removal:
    state = StepState(step.state)
    words = (one for one in attestations if one.step_id == step.id)
    return Removal(
        vendor=step.vendor,
        title=step.title,
        was=_line(step.before or ""),
        planned=_line(step.planned),
        outcome=step.state,
        at=_moment(step.updated_at),
        is_settled=state in GOOD,
        verified=_VERIFIED.get(state, "No: it is not done."),
        said=_line(asking_again.told(step)),
        attested=next((_attested(one) for one in words), None),
    )


def _attested(word: Attestation) -> Attested:
    return Attested(by=word.by, at=_moment(word.at), rule=word.rule, evidence=_line(word.evidence))


def _open(steps: Sequence[Step]) -> list[str]:
    left = (one for one in steps if StepState(one.state) not in GOOD)
    return [
        f"{one.title}: {one.state.replace('_', ' ')}. {_line(asking_again.told(one))}"
        for one in left
    ]


def _remaining(connection: Connection, dossier: Dossier) -> list[str]:
    """Return accounts that were known when it ended, and that no part of it was about."""
    person, ended = dossier.person, dossier.request.ended_at or 0
    planned = {one.vendor for one in dossier.steps}
    known = people.accounts_of(connection, person.id) if person and person.id else []
    return [_account(one) for one in known if one.vendor not in planned and one.updated_at <= ended]


def _account(account: Account) -> str:
    since = _moment(account.updated_at)
    return f"{account.vendor}: {_line(account.access)}, known since {since}, was in no plan."


def _log(connection: Connection, number: int) -> tuple[Happened, ...]:
    """Return what happened to the request, but not who looked at it afterwards."""
    events = audit.of_request(connection, number)
    return tuple(
        Happened(
            seq=one.seq or 0,
            at=_moment(one.at),
            code=one.code,
            actor=one.actor,
            vendor=one.vendor,
            outcome=one.outcome,
        )
        for one in events
        if one.code[:3] in {"REQ", "DEC", "STP", "END", "TIM"}
    )


def _line(text: str) -> str:
    """Return ``text`` on one line, without signs that turn or hide what stands beside them."""
    shown = "".join(
        one for one in text if one.isspace() or unicodedata.category(one) not in _HIDING
    )
    return " ".join(shown.split())


def _moment(at: int | None) -> str:
    return "" if at is None else as_datetime(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
