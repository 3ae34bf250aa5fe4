"""One transaction turns findings into a pending request with its plan, steps and card."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules.people import Actor
from rules.plans import Plan, PlannedStep
from rules.states import RequestState, StepState
from rules.values import Kind
from storage import audit, messages, pauses, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request
from vendors.contract import Person
from workflow import approving, planning, policing, remembering, reminding, restored
from workflow.dates import NEVER_SAID, Times
from workflow.directory import Resident
from workflow.drafts import Refusal
from workflow.ends import was_planned
from workflow.means import Means
from workflow.policing import Question


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and on whose behalf, as Slack knows them at this moment."""

    requester: Resident | None
    principal: Actor | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the world says about a request at this moment."""

    asking: Asking
    person: Person
    plan: Plan
    question: Question
    times: Times = NEVER_SAID


def record_findings(
    connection: Connection, request: Request, end: Findings | Refusal | int, means: Means
) -> tuple[str, ...]:
    """Make a request pending or refused, or have it looked into again at moment ``end``.

    Returns the vendors whose queues hold work now: those of a request that a rule approved at once.
    """
    if isinstance(end, int):
        requests.amend(connection, requests.number_of(request), {"look_at": end})
    elif isinstance(end, Refusal):
        _refuse(connection, request, end, means)
    elif request.batch is not None and end.question.terms.confidential:
        _refuse(connection, request, _IN_CONFIDENCE, means)
    elif _make_pending(connection, request, end, means) and request.batch is None:
        return _go_on(connection, request, end, means)
    return ()


_IN_CONFIDENCE = Refusal(
    "This is asked in confidence, which a batch is not. Please ask for this person alone.",
    rule="in-confidence",
)


def _go_on(
    connection: Connection, request: Request, found: Findings, means: Means
) -> tuple[str, ...]:
    """Have a question answered by itself where it can be, otherwise remind those who are asked."""
    digest, terms, person = found.plan.digest(), found.question.terms, found.person
    if was_planned(request) and policing.plan_is_enough(connection, request, terms, person):
        return approving.with_plan(connection, request, digest, means)
    if terms.automatic:
        return approving.by_rule(connection, request, terms, digest, means)
    number = requests.number_of(request)
    reminding.begin(connection, number, means.clock(), means.catalog.rhythm)
    return ()


def _refuse(connection: Connection, request: Request, refusal: Refusal, means: Means) -> None:
    now, number = means.clock(), requests.number_of(request)
    fact = Fact("REQ003I", now, "aboard", number, outcome="denied", rule=refusal.rule)
    values: requests.Row = {"problem": refusal.sentence, "ended_at": now}
    if requests.move(connection, RequestState.REFUSED, fact, values) and request.batch is None:
        _show(connection, number, "answer", request.asked_in or request.requester)


def _make_pending(connection: Connection, request: Request, found: Findings, means: Means) -> bool:
    now, number = means.clock(), requests.number_of(request)
    digest = found.plan.digest()
    fact = Fact("REQ002I", now, "aboard", number, plan_digest=digest)
    values: requests.Row = {
        **_terms(request, found),
        **found.times.columns(),
        **_identity(found.person),
        "person_id": remembering.meet(connection, request, found.person, now),
        **_mailboxes(request, found.asking),
        "plan_digest": digest,
    }
    if not requests.move(connection, RequestState.PENDING, fact, values):
        return False
    problem = pauses.RESTORED if restored.may_be_done(connection, request) else None
    rows = [
        {
            **_row(number, step, means, now),
            "changed": planning.departure(request, step, means),
            "problem": problem,
        }
        for step in found.plan.steps
    ]
    requests.insert_steps(connection, rows)
    if request.batch is None:
        _show(connection, number, "answer", request.asked_in or request.requester)
        if request.principal:
            _show(connection, number, "answer", request.principal)
        _show_card(connection, request, found.question, means)
    _keep_a_welcome(connection, request, means)
    return True


def _keep_a_welcome(connection: Connection, request: Request, means: Means) -> None:
    """Keep a place for the public line that is shown once everything is done."""
    profile = means.catalog.profiles.get(request.profile)
    if request.kind == Kind.ONBOARD and profile is not None and profile.welcome:
        place = Place(requests.number_of(request), "welcome", profile.welcome)
        messages.want(connection, place, wanted=0)


def _terms(request: Request, found: Findings) -> requests.Row:
    """Return the terms; a question about an access is over when the access would be."""
    columns = dict(policing.columns(found.question.terms, request.created_at))
    until = found.times.until_at
    if until is not None:
        columns["expires_at"] = min(int(columns["expires_at"] or until), until)
    return columns


def _show_card(connection: Connection, request: Request, asked: Question, means: Means) -> None:
    """Show a request where its approvers are; a confidential one to each of them alone."""
    number = requests.number_of(request)
    if asked.terms.confidential:
        approving.show_privately(connection, request, asked.asked)
        _show(connection, number, "notice", means.channel)
        return
    _show(connection, number, "card", means.channel)
    _show(connection, number, "thread", means.channel)


def _identity(person: Person) -> requests.Row:
    """Return whom the plan was made for: the request is carried out for nobody else."""
    return {
        "email": person.email,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "github_login": person.github_login,
        "github_id": person.github_id,
    }


def _mailboxes(request: Request, asking: Asking) -> requests.Row:
    """Return the addresses by which nobody who asks decides, through whatever account."""
    requester, principal = asking.requester, asking.principal
    return {
        "requester_email": requester.email if requester else request.requester_email,
        "principal_email": principal.email if principal else request.principal_email,
    }


def _row(number: int, step: PlannedStep, means: Means, now: int) -> requests.Row:
    return {
        "ref": means.reference(),
        "request_number": number,
        "vendor": step.vendor,
        "title": means.vendors[step.vendor].title,
        "state": StepState.WAITING.value,
        "access": step.access,
        "effect": step.effect.value,
        "planned": step.detail,
        "before": step.before,
        "after": step.after,
        "risks": "\n".join(step.risks),
        "detail": "",
        "attempts": 0,
        "tries": 0,
        "hands": " ".join(means.catalog.approval.by_hand.get(step.vendor, ())),
        "updated_at": now,
    }


def _show(connection: Connection, number: int, kind: str, channel: str) -> None:
    wanted = audit.last_of(connection, number)
    messages.want(connection, Place(number, kind, channel), wanted=wanted)
