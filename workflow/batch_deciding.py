"""A click decides a batch: counted once, for everybody in it, in one small transaction.

Only the batch moves here, so that the answer waits for one row however many people there are. Its
requests are pending until each gets the decision as its own (``workflow.batch_carrying``), and
nothing else can decide or expire them in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from rules import policy
from rules.panel import Panel, given_in_stage
from rules.policy import Ask, Ruling
from rules.rhythm import Rhythm
from rules.states import RequestState
from rules.terms import from_text
from rules.values import Verdict, is_person_id
from storage import audit, batches, inbox
from storage.audit import Fact
from storage.batch_models import Batch
from storage.batches import Asked
from workflow.batch_putting import approvals_of, ask, digest_of, record, without_subjects
from workflow.batches import BatchDraft
from workflow.batches import record as write_down
from workflow.behalf import askers
from workflow.deciding import UNKNOWN
from workflow.directory import actor_now
from workflow.drafts import Answer, Click, Refusal
from workflow.limiting import Note, noted, nowhere
from workflow.means import Caller, Means
from workflow.policing import panel_now

_TRIES = 5
_CROWDED = "Others decided at this very moment, so yours was not counted. Please press once more."


class BatchDesk:
    """What people do with batches. Raises ``DirectoryError`` where Slack could not say who acts."""

    def __init__(self, means: Means, note: Note = nowhere) -> None:
        """Serve with ``means``; whoever asks too much is told to ``note``."""
        self._means, self._note = means, note

    async def submit(self, draft: BatchDraft) -> int | Refusal | None:
        """Write a batch as it came and return its number; None for a repeated delivery."""
        end = await self._means.database.write(partial(write_down, draft=draft, means=self._means))
        if isinstance(end, Refusal):
            return noted(end, draft.requester, self._note)
        self._ring()
        return end

    async def decide(self, click: Click) -> Answer:
        """Count a decision about a whole batch once, if the one who clicked may decide now."""
        for _ in range(_TRIES):
            caller = await self._caller(click)
            if caller is None:
                return Answer(counted=False, sentence=UNKNOWN)
            work = partial(_decide, click=click, caller=caller, means=self._means)
            answer = await self._means.database.write(work)
            if answer is not None:
                self._ring()
                return answer
        return Answer(counted=False, sentence=_CROWDED)

    async def cancel(self, ref: str, by: str, delivery: str) -> Answer:
        """Withdraw a batch that nobody has decided."""
        actor = await actor_now(self._means.directory, by)
        work = partial(_cancel, ref=ref, actor=actor.slack_id, delivery=delivery, means=self._means)
        answer = await self._means.database.write(work)
        self._ring()
        return answer

    async def obstacle(self, click: Click) -> str | None:
        """Return why a decision of somebody would not count now; None where it would."""
        caller = await self._caller(click)
        if caller is None:
            return UNKNOWN
        return await self._means.database.read(
            partial(_obstacle, click=click, caller=caller, now=self._means.clock())
        )

    async def _caller(self, click: Click) -> Caller | None:
        seen = await self._means.database.read(partial(_seen, ref=click.ref))
        if seen is None:
            return None
        directory = self._means.directory
        actor = await actor_now(directory, click.actor)
        if not seen.batch.terms:
            return Caller(actor, frozenset(), Panel((), ()), click.delivery)
        panel = await panel_now(directory, from_text(seen.batch.terms), seen.approved)
        return Caller(actor, panel.everybody, panel, click.delivery)

    def _ring(self) -> None:
        self._means.bells.batches.ring()
        self._means.bells.shown.ring()


@dataclass(frozen=True, slots=True)
class _Seen:
    batch: Batch
    approved: tuple[str, ...]


def _seen(connection: Connection, ref: str) -> _Seen | None:
    batch = batches.by_ref(connection, ref)
    return _Seen(batch, approvals_of(connection, batch)) if batch else None


def _decide(connection: Connection, click: Click, caller: Caller, means: Means) -> Answer | None:
    batch = batches.lock(connection, click.ref)
    if batch is None:
        return Answer(counted=False, sentence=UNKNOWN)
    known = tuple(one.slack_id for one in caller.panel.approved)
    if batch.state == "pending" and known != approvals_of(connection, batch):
        return None
    now = means.clock()
    if not inbox.first_time(connection, click.delivery, now):
        return Answer(counted=False, sentence="This click was already counted.")
    asked = batches.asked(connection, batches.number_of(batch))
    ruling = _ruling(connection, batch, click, (caller, asked), now)
    digest = digest_of(asked)
    if ruling.allowed and click.verdict is Verdict.APPROVE and click.seen != digest:
        batches.redraw(connection, batches.number_of(batch))
        ruling = _changed(batch)
    if not ruling.allowed:
        return _uncounted(connection, batch, click, ruling, now)
    vote = _Vote(caller, ruling.rule, digest, now, means.catalog.rhythm)
    return _count(connection, batch, click, vote)


def _changed(batch: Batch) -> Ruling:
    sentence = f"Batch {batch.number} has changed since. Please read its card, and press there."
    return Ruling(allowed=False, rule="as-shown", sentence=sentence)


def _obstacle(connection: Connection, click: Click, caller: Caller, now: int) -> str | None:
    batch = batches.by_ref(connection, click.ref)
    if batch is None:
        return UNKNOWN
    asked = batches.asked(connection, batches.number_of(batch))
    ruling = _ruling(connection, batch, click, (caller, asked), now)
    return None if ruling.allowed else ruling.sentence


def _ruling(
    connection: Connection,
    batch: Batch,
    click: Click,
    who: tuple[Caller, Sequence[Asked]],
    now: int,
) -> Ruling:
    """Rule on every request of a batch: what is not allowed about one is allowed about none."""
    caller, asked = who
    if batch.state != "pending" or not asked:
        return Ruling(allowed=False, rule="pending", sentence=_how_it_ended(connection, batch))
    may = policy.may_approve if click.verdict is Verdict.APPROVE else policy.may_decide
    panel = without_subjects(caller.panel, asked)
    rulings = [may(caller.actor, _ask_of(batch, one, now), panel) for one in asked]
    own = [one for one in rulings if one.rule == "not-about-oneself"]
    return next((one for one in (*own, *rulings) if not one.allowed), rulings[0])


def _ask_of(batch: Batch, asked: Asked, now: int) -> Ask:
    return Ask(
        batch.team_id, RequestState.PENDING, batch.requester, asked.subject,
        requester_email=batch.requester_email, subject_email=asked.email,
        principal=batch.principal, principal_email=batch.principal_email,
        is_expired=now >= batch.expires_at,
    )  # fmt: skip


def _how_it_ended(connection: Connection, batch: Batch) -> str:
    decisions = batches.decisions_of(connection, batches.number_of(batch))
    if not decisions or not is_person_id(decisions[-1].approver):
        return f"Batch {batch.number} is {batch.verdict or batch.state}; nothing is to be decided."
    last = decisions[-1]
    word = "approved" if last.verdict == Verdict.APPROVE else "denied"
    return f"<@{last.approver}> already {word} batch {batch.number}."


def _uncounted(
    connection: Connection, batch: Batch, click: Click, ruling: Ruling, now: int
) -> Answer:
    if ruling.rule not in {"pending", "counted-once"}:
        fact = Fact(
            "BAT101W", now, click.actor, outcome="denied", rule=ruling.rule,
            detail=f"batch {batch.number}",
        )  # fmt: skip
        audit.record(connection, fact)
    return Answer(counted=False, sentence=ruling.sentence)


@dataclass(frozen=True, slots=True)
class _Vote:
    caller: Caller
    rule: str
    digest: str
    now: int
    rhythm: Rhythm


def _count(connection: Connection, batch: Batch, click: Click, vote: _Vote) -> Answer:
    number, caller = batches.number_of(batch), vote.caller
    decision: dict[str, str | int | None] = {
        "batch_number": number, "approver": click.actor, "verdict": click.verdict.value,
        "reason": click.reason, "plan_digest": vote.digest, "rule": vote.rule, "at": vote.now,
    }  # fmt: skip
    batches.insert_decision(connection, decision)
    is_approved = click.verdict is Verdict.APPROVE
    code = "BAT003I" if is_approved else "BAT004I"
    fact = Fact(code, vote.now, click.actor, rule=vote.rule, plan_digest=vote.digest)
    record(connection, number, fact)
    after = caller.panel.with_approval(caller.actor)
    if is_approved and after.stage is not None:
        if after.stage != caller.panel.stage:
            ask(connection, number, vote.now, vote.rhythm)
        return Answer(counted=True, sentence=_missing(number, after))
    verdict = "approved" if is_approved else "denied"
    values: dict[str, str | int | None] = {"verdict": verdict, "look_at": 0}
    batches.move(connection, number, "pending", "decided", values)
    return Answer(counted=True, sentence=f"You {verdict} batch {number}.")


def _missing(number: int, panel: Panel) -> str:
    stage = panel.stage
    given = given_in_stage(panel.stages, len(panel.approved))
    left = stage.threshold - given if stage else 0
    more = "one more approval" if left == 1 else f"{left} more approvals"
    return f"Thank you. Batch {number} needs {more} of {panel.title}."


def _cancel(connection: Connection, ref: str, actor: str, delivery: str, means: Means) -> Answer:
    batch, now = batches.lock(connection, ref), means.clock()
    if batch is None:
        return Answer(counted=False, sentence=UNKNOWN)
    if actor not in askers(batch):
        return Answer(counted=False, sentence="Only whoever asked for a batch can withdraw it.")
    number = batches.number_of(batch)
    if not inbox.first_time(connection, delivery, now) or not batches.move(
        connection, number, "pending", "decided", {"verdict": "cancelled", "look_at": 0}
    ):
        return Answer(counted=False, sentence=_how_it_ended(connection, batch))
    record(connection, number, Fact("BAT006I", now, actor, rule="requester-or-approver"))
    return Answer(counted=True, sentence=f"Batch {number} is cancelled.")
