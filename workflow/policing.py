"""The policy meets a request: which terms it stands under, and who is on its panel at this moment.

At first the terms are what can be said of the ask alone. They are set for good when the question is
put, since only the plan tells what would really change and what of it is risky; from then on no
change of the settings reaches the request (docs/adr/0014-the-policy-is-frozen.md).
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from rules import behalf, policy
from rules.approval import APPROVERS_OF_THE_PROTECTED, PROTECTED_RULE, Part
from rules.panel import Panel
from rules.people import Actor
from rules.plans import NOTHING, Plan
from rules.policy import Ask, Ruling
from rules.states import RequestState
from rules.terms import Circle, Terms, from_text
from rules.values import Kind, Verdict, is_person_id
from storage import requests
from storage.models import Request
from vendors.contract import Person
from workflow import addresses, planning
from workflow.clock import as_micros
from workflow.directory import Directory, actor_now, approvers_now
from workflow.drafts import Refusal
from workflow.means import Means

_BY_ITSELF = 2
"""How many offboardings the end of an access has without a decision: it, and once again."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is put to the approvers: under which terms, and to whom first."""

    terms: Terms
    asked: frozenset[str]


def parts_asked(kind: Kind, profile: str, accesses: Iterable[tuple[str, str]]) -> list[Part]:
    """Return what is asked, vendor by vendor, before anybody looked what would change."""
    return [Part(kind, profile, vendor, access) for vendor, access in accesses]


def parts_planned(
    profile: str, plan: Plan, changed: Collection[str], before: str = ""
) -> list[Part]:
    """Return what would change; everything that is asked where nothing would.

    Where the form ``changed`` what the profile gives at a vendor, no rule about the profile can
    have meant it: that is as risky as what the plan warns of, and is never approved by itself.
    What a change of profile removes is a removal under the profile ``before``, with the rules of
    one.
    """
    changing = [step for step in plan.steps if step.effect not in NOTHING]
    return [
        Part(
            Kind(plan.kind) if step.access else Kind.OFFBOARD,
            profile if step.access else before or profile,
            step.vendor,
            step.access,
            is_risky=bool(step.risks) or step.vendor in changed,
        )
        for step in changing or plan.steps
    ]


def columns(terms: Terms, asked_at: int) -> requests.Row:
    """Return how a request keeps its terms; ``asked_at`` is when it was made (microseconds)."""
    return {
        "terms": terms.text(),
        "confidential": terms.confidential,
        "policy_digest": terms.digest(),
        "expires_at": asked_at + as_micros(terms.expires_after),
    }


def approvals_of(connection: Connection, request: Request) -> tuple[str, ...]:
    """Return who has approved a request, oldest first."""
    given = requests.decisions_of(connection, requests.number_of(request))
    return tuple(one.approver for one in given if one.verdict == Verdict.APPROVE)


def plan_is_enough(connection: Connection, request: Request, terms: Terms, person: Person) -> bool:
    """Tell whether those who approved an access with its end have approved that end as well.

    They have not where ``person`` shares the address with somebody who was given access since.

    For a protected person they have to be two; otherwise the end is a question of its own. So it is
    where what was asked again by itself was not what was found then either: that could go on.
    """
    if requests.count_ends(connection, request.origin or 0) > _BY_ITSELF:
        return False
    if addresses.shared(connection, request.team_id, person.slack_id, person.email):
        return False
    if PROTECTED_RULE not in terms.rules:
        return True
    origin = requests.by_number(connection, request.origin or 0)
    given = approvals_of(connection, origin) if origin else ()
    return len([one for one in given if is_person_id(one)]) >= APPROVERS_OF_THE_PROTECTED


def terms_of(request: Request) -> Terms:
    """Return the terms of a request; ``ValueError`` where the row holds none."""
    return from_text(request.terms)


def profile_of(connection: Connection, kind: str, team_id: str, subject: str, asked: str) -> str:
    """Return the profile that the rules look at: for a removal the one that was given last."""
    if kind == Kind.OFFBOARD:
        return requests.last_profile(connection, team_id, subject)
    return asked


async def panel_now(directory: Directory, terms: Terms, approved: Sequence[str]) -> Panel:
    """Return who may approve in each stage now; ``approved`` have. Raises ``DirectoryError``."""
    people = await asyncio.gather(
        *(approvers_now(directory, stage.approvers) for stage in terms.stages)
    )
    named = [one for one in approved if is_person_id(one)]
    actors = await asyncio.gather(*(actor_now(directory, one) for one in named))
    return Panel(terms.stages, tuple(people), tuple(actors))


async def question(
    request: Request, requester: Actor, principal: Actor | None, plan: Plan, means: Means
) -> Question | Refusal:
    """Settle what the policy asks of a request whose plan is known; raises ``DirectoryError``."""
    terms = await _terms(request, plan, means)
    ruling = await _may_ask(requester, request.team_id, terms, means)
    if ruling.allowed and principal is not None:
        circles = await _circles(terms, means)
        ruling = behalf.might_ask(principal, request.team_id, circles)
    if not ruling.allowed:
        return Refusal(ruling.sentence, rule=ruling.rule)
    return await _put(request, terms, means)


async def question_again(request: Request, plan: Plan, means: Means) -> Question | Refusal:
    """Settle what the policy asks of a removal that is asked again; raises ``DirectoryError``.

    Whoever asked may have left since: that keeps nobody's access.
    """
    return await _put(request, await _terms(request, plan, means), means)


async def _put(request: Request, terms: Terms, means: Means) -> Question | Refusal:
    panel = await panel_now(means.directory, terms, ())
    ask = _ask(request)
    if not policy.enough(ask, panel):
        return _without_approvers(terms, policy.eligible(ask, panel.everybody))
    return Question(terms, policy.eligible(ask, panel.asked))


async def question_of_plan(request: Request, plan: Plan, means: Means) -> Question:
    """Return what the policy says of a request that an earlier plan approved already.

    Nobody is asked, so nobody can be missing; raises ``DirectoryError``.
    """
    terms = await _terms(request, plan, means)
    panel = await panel_now(means.directory, terms, ())
    return Question(terms, policy.eligible(_ask(request), panel.everybody))


async def _terms(request: Request, plan: Plan, means: Means) -> Terms:
    looked_at = partial(
        profile_of,
        kind=request.kind,
        team_id=request.team_id,
        subject=request.subject,
        asked=request.profile,
    )
    profile = await means.database.read(looked_at)
    changed = {one.vendor for one in plan.steps if planning.departure(request, one, means)}
    return means.catalog.terms(
        parts_planned(profile, plan, changed, request.changes_from),
        is_protected=await _is_protected(request, means),
    )


async def _is_protected(request: Request, means: Means) -> bool:
    removes = request.kind == Kind.OFFBOARD or bool(request.changes_from)
    if not removes or not means.catalog.protected:
        return False
    return request.subject in await approvers_now(means.directory, means.catalog.protected)


async def may_ask_to_remove(subject: str, by: Actor, team_id: str, means: Means) -> bool:
    """Tell whether the rules let somebody ask for a removal; raises ``DirectoryError``."""
    looked_at = partial(profile_of, kind=Kind.OFFBOARD, team_id=team_id, subject=subject, asked="")
    profile = await means.database.read(looked_at)
    parts = parts_asked(Kind.OFFBOARD, profile, dict.fromkeys(means.vendors, "").items())
    return (await _may_ask(by, team_id, means.catalog.terms(parts), means)).allowed


async def _may_ask(requester: Actor, team_id: str, terms: Terms, means: Means) -> Ruling:
    return policy.may_ask(requester, team_id, await _circles(terms, means))


async def _circles(terms: Terms, means: Means) -> list[tuple[Circle, frozenset[str]]]:
    return [
        (circle, await approvers_now(means.directory, circle.people)) for circle in terms.requesters
    ]


def _without_approvers(terms: Terms, left: frozenset[str]) -> Refusal:
    return Refusal(
        f"Nobody is left who could approve this: {terms.approvals} needed, {len(left)} there "
        "who are neither the requester nor the person concerned, and a person counts once. "
        "Please ask somebody else to make the request, or have an operator add approvers.",
        rule="enough-approvers",
    )


def _ask(request: Request) -> Ask:
    return Ask(
        request.team_id, RequestState.PENDING, request.requester, request.subject, None, None,
        principal=request.principal,
    )  # fmt: skip
