"""One question for a whole batch: the strictest of all terms, and its end when nobody answers.

Nobody decides about themselves: whoever is in a batch decides nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection

from rules import approval, policy
from rules.panel import Panel
from rules.plans import digest_of_all
from rules.policy import Ask
from rules.rhythm import Rhythm
from rules.states import RequestState
from rules.terms import Terms, from_text
from rules.values import Verdict, is_person_id
from storage import audit, batches
from storage.audit import Fact
from storage.batch_models import Batch
from storage.batches import Asked
from workflow.approving import BY_ITSELF
from workflow.clock import as_micros
from workflow.means import Means
from workflow.policing import panel_now

_NOBODY_LEFT = (
    "Nobody is left who could approve this batch: whoever is in it or asked for it does not decide "
    "it. Please ask for the approvers among them alone."
)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is put: under which terms, about whom."""

    terms: Terms
    asked: Sequence[Asked]
    emails: Mapping[str, str | None]


async def put(batch: Batch, means: Means) -> None:
    """Put the question, or refuse the batch. Raises ``DirectoryError`` where Slack is silent."""
    number = batches.number_of(batch)
    asked = await means.database.read(partial(batches.asked, number=number))
    if not asked:
        await means.database.write(partial(_refuse, batch=batch, why=batch.problem, means=means))
        return
    terms = approval.strictest([from_text(text) for text in {one.terms for one in asked}])
    panel = await panel_now(means.directory, terms, ())
    question = _Question(terms, asked, await _mailboxes(batch, means))
    if policy.enough(_ask(batch, asked[0]), without_subjects(panel, asked)):
        work = partial(_put, batch=batch, question=question, means=means)
    else:
        work = partial(_refuse, batch=batch, why=_NOBODY_LEFT, means=means)
    await means.database.write(work)


async def _mailboxes(batch: Batch, means: Means) -> dict[str, str | None]:
    """Return the addresses by which nobody who asks decides, through whatever account."""
    requester = await means.directory.resident(batch.requester)
    mailboxes = {"requester_email": requester.email if requester else None}
    if batch.principal is not None:
        principal = await means.directory.resident(batch.principal)
        mailboxes["principal_email"] = principal.email if principal else None
    return mailboxes


def without_subjects(panel: Panel, asked: Sequence[Asked]) -> Panel:
    """Return a panel without those whom the batch is about."""
    subjects = {one.subject for one in asked}
    return replace(panel, people=tuple(people - subjects for people in panel.people))


def digest_of(asked: Sequence[Asked]) -> str:
    """Return what binds one decision to the plans of everybody who is asked for."""
    return digest_of_all(one.plan_digest or "" for one in asked)


def _ask(batch: Batch, asked: Asked) -> Ask:
    return Ask(
        batch.team_id, RequestState.PENDING, batch.requester, asked.subject, None, asked.email,
        principal=batch.principal,
    )  # fmt: skip


def _put(connection: Connection, batch: Batch, question: _Question, means: Means) -> None:
    number, terms, now = batches.number_of(batch), question.terms, means.clock()
    expires_at = batch.created_at + as_micros(terms.expires_after)
    values: dict[str, str | int | None] = {"terms": terms.text(), "expires_at": expires_at}
    moved = {**values, **question.emails}
    if not batches.move(connection, number, "reading", "pending", moved):
        return
    batches.put_under(connection, number, {**values, "policy_digest": terms.digest()})
    digest = digest_of(batches.asked(connection, number))
    fact = Fact("BAT002I", now, BY_ITSELF, plan_digest=digest, policy_digest=terms.digest())
    record(connection, number, fact)
    batches.show(connection, number, "card", means.channel)
    if batch.principal is not None:
        batches.show(connection, number, f"answer.{batch.principal}", batch.principal)
    ask(connection, number, now, means.catalog.rhythm)
    if terms.automatic is not None:
        by_rule = Fact("BAT003I", now, BY_ITSELF, rule=terms.automatic, plan_digest=digest)
        _approve_by_rule(connection, number, by_rule)


def ask(connection: Connection, number: int, now: int, rhythm: Rhythm) -> None:
    """Reckon from ``now``, when a stage is asked, until people are reminded or others asked."""
    values: dict[str, str | int | None] = {"asked_at": now, "reminded": 0}
    if rhythm.escalate_to:
        values["others"] = " ".join(rhythm.escalate_to)
        values["others_at"] = now + as_micros(rhythm.escalate_after)
    batches.amend(connection, number, values)


def approvals_of(connection: Connection, batch: Batch) -> tuple[str, ...]:
    """Return who approved a batch, oldest first."""
    given = batches.decisions_of(connection, batches.number_of(batch))
    approvals = (one.approver for one in given if one.verdict == Verdict.APPROVE)
    return tuple(one for one in approvals if is_person_id(one))


def _approve_by_rule(connection: Connection, number: int, fact: Fact) -> None:
    decision: dict[str, str | int | None] = {
        "batch_number": number, "approver": BY_ITSELF, "verdict": Verdict.APPROVE.value,
        "reason": "", "plan_digest": fact.plan_digest, "rule": fact.rule, "at": fact.at,
    }  # fmt: skip
    batches.insert_decision(connection, decision)
    batches.move(connection, number, "pending", "decided", {"verdict": "approved"})
    record(connection, number, fact)


def _refuse(connection: Connection, batch: Batch, why: str | None, means: Means) -> None:
    number = batches.number_of(batch)
    said = why or "Nothing in it could be asked for. Each line says what to do."
    if batches.move(
        connection, number, "reading", "decided", {"verdict": "refused", "problem": said}
    ):
        record(connection, number, Fact("BAT007W", means.clock(), BY_ITSELF))


async def expire(batch: Batch, means: Means) -> None:
    """End the wait for a decision, whose time is over."""
    await means.database.write(partial(_expire, batch=batch, now=means.clock()))


def _expire(connection: Connection, batch: Batch, now: int) -> None:
    number = batches.number_of(batch)
    values: dict[str, str | int | None] = {"verdict": "expired", "look_at": 0}
    if batches.move(connection, number, "pending", "decided", values):
        record(connection, number, Fact("BAT005I", now, BY_ITSELF))


def record(connection: Connection, number: int, fact: Fact) -> None:
    """Append a fact about a batch as a whole, and have it drawn anew; its requests have theirs."""
    audit.record(connection, replace(fact, detail=f"batch {number}"))
    batches.redraw(connection, number)
