"""What people can do: submit, decide, cancel, retry, attest, hand over. One transaction each.

Nothing here calls a vendor. Slack is asked only who somebody is, before the transaction begins.
"""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Protocol

from sqlalchemy.engine import Connection

from rules.plans import PlannedStep
from rules.values import Kind, Verdict
from storage import people
from storage.models import Request
from workflow import (
    attesting,
    cancelling,
    deciding,
    extending,
    handing,
    limiting,
    overdue,
    planning,
    policing,
    preparing,
    resending,
    retrying,
    submitting,
    tasks,
)
from workflow.attesting import Word, approved_by
from workflow.deciding import End
from workflow.directory import actor_now, approvers_now
from workflow.drafts import Answer, Click, Receipt, Refusal, RequestDraft
from workflow.extending import Wish
from workflow.limiting import Note, nowhere
from workflow.means import Caller, Means

_TRIES = 5
_CROWDED = "Others decided at this very moment, so yours was not counted. Please press once more."


class _Obstacle(Protocol):
    """Why an act on what ``ref`` names would not count now; None where it would."""

    def __call__(
        self, connection: Connection, /, *, ref: str, caller: Caller, now: int
    ) -> str | None: ...


class _Effect(Protocol):
    """What an act does in its transaction."""

    def __call__(
        self, connection: Connection, /, *, caller: Caller, means: Means
    ) -> Answer | End: ...


class Service:
    """The use cases. Each returns a value for an expected end.

    ``decide``, ``cancel``, ``retry`` and ``attest`` raise ``DirectoryError`` where Slack could not
    say who acts: then nothing happened, and the same click may be repeated.
    """

    def __init__(self, means: Means, note: Note = nowhere) -> None:
        """Serve with ``means``; whoever asks too much is told to ``note``."""
        self._means, self._note = means, note

    async def submit(self, draft: RequestDraft) -> Receipt | Refusal:
        """Record an ask. It is looked into afterwards, whatever happens to this process."""
        wrong = submitting.what_is_wrong(draft, self._means)
        if wrong is not None:
            return wrong
        work = partial(submitting.record, draft=draft, means=self._means)
        end = await self._means.database.write(work)
        if isinstance(end, Refusal):
            return limiting.noted(end, draft.requester, self._note)
        self._means.bells.received.ring()
        return end

    async def decide(self, click: Click) -> Answer:
        """Count a decision once, if the one who clicked may decide at this moment."""
        for _ in range(_TRIES):
            request = await self._means.database.read(partial(deciding.find, ref=click.ref))
            if request is None:
                return _unknown()
            caller, wrong = await asyncio.gather(
                self._as_caller(request, click.actor, click.delivery),
                self._wrong_subject(request, click.verdict),
            )
            caller = replace(caller, objection=wrong)
            work = partial(deciding.decide, click=click, caller=caller, means=self._means)
            end = await self._means.database.write(work)
            if end is not None:
                return self._follow(end)
        return Answer(counted=False, sentence=_CROWDED)

    async def may_decide(self, ref: str, by: str) -> str | None:
        """Return why a decision of somebody would not count now; None where it would."""
        return await self._why_not(deciding.obstacle, ref, await self._caller(ref, by))

    async def cancel(self, number: int, by: str, delivery: str) -> Answer:
        """Withdraw a request that has not begun."""
        request = await self._means.database.read(partial(cancelling.find, number=number))
        if request is None:
            return _unknown(f"There is no request #{number}.")
        caller = await self._as_caller(request, by, delivery)
        return await self._write(partial(cancelling.cancel, number=number), caller)

    async def extend(self, wish: Wish) -> Receipt | Refusal:
        """Ask for a later end of an access: a request of its own; the present end stands."""
        work = partial(extending.draft_of, wish=wish)
        draft = await self._means.database.read(work)
        return draft if isinstance(draft, Refusal) else await self.submit(draft)

    async def take(self, ref: str, by: str, delivery: str) -> Answer:
        """Have somebody see to an offboarding that is overdue."""
        caller = await self._caller(ref, by, delivery)
        return await self._write(partial(overdue.take, ref=ref), caller)

    async def retry(self, ref: str, by: str, delivery: str) -> Answer:
        """Have one vendor's failed part of a request tried again, under the approval it has."""
        caller = await self._caller_on_step(ref, by, delivery)
        return await self._write(partial(retrying.retry, ref=ref), caller)

    async def retry_all(self, ref: str, by: str, delivery: str) -> Answer:
        """Have all that failed in a request tried again, each part as ``retry`` does it."""
        caller = await self._caller(ref, by, delivery)
        return await self._write(partial(retrying.retry_all, ref=ref), caller)

    async def resend(self, ref: str, by: str, delivery: str) -> Answer:
        """Have a vendor's invitation mailed again, by the loop that follows invitations."""
        caller = await self._caller_on_step(ref, by, delivery)
        answer = await self._write(partial(resending.resend, ref=ref), caller)
        self._means.bells.invitations.ring()
        return answer

    async def may_attest(self, ref: str, by: str) -> str | None:
        """Return why somebody's word about a step would not count now; None where it would."""
        return await self._why_not(attesting.obstacle, ref, await self._doer(ref, by))

    async def attest(self, word: Word, by: str, delivery: str) -> Answer:
        """Mark one vendor's part as done by hand, with the evidence that somebody gives."""
        caller = await self._doer(word.ref, by, delivery)
        return await self._write(partial(attesting.attest, word=word), caller)

    async def may_hand_over(self, ref: str, by: str) -> str | None:
        """Return why somebody could not hand a step over now; None where they could."""
        return await self._why_not(handing.obstacle, ref, await self._doer(ref, by))

    async def hand_over(self, ref: str, to: str, by: str, delivery: str) -> Answer:
        """Hand what needs a person to somebody by name, who is told what to do."""
        caller = await self._doer(ref, by, delivery)
        wish = handing.Handover(ref, await actor_now(self._means.directory, to))
        return await self._write(partial(handing.hand_over, wish=wish), caller)

    async def may_offboard(self, team_id: str, subject: str, by: str) -> bool:
        """Tell whether somebody may ask for a removal; raises ``DirectoryError``."""
        actor = await actor_now(self._means.directory, by)
        return await policing.may_ask_to_remove(subject, actor, team_id, self._means)

    async def preview_removal(self, team_id: str, subject: str) -> list[PlannedStep]:
        """Say what an offboarding would do now; empty where nobody knows the person."""
        found = partial(people.find, team_id=team_id, slack_id=subject)
        known = await self._means.database.read(found)
        resident = await self._means.directory.resident(subject)
        if resident is None:
            return []
        return await planning.preview(resident, known, self._means)

    async def _caller(self, ref: str, by: str, delivery: str = "") -> Caller | None:
        """Return who acts on the request that a button names; None where there is none."""
        request = await self._means.database.read(partial(deciding.find, ref=ref))
        return await self._as_caller(request, by, delivery) if request else None

    async def _caller_on_step(self, ref: str, by: str, delivery: str) -> Caller | None:
        """Return who acts on the step that a button names."""
        task = await self._means.database.read(partial(tasks.find, ref=ref))
        return await self._as_caller(task.request, by, delivery) if task else None

    async def _doer(self, ref: str, by: str, delivery: str = "") -> Caller | None:
        """Return who acts on what is done by hand, with who is named for it and who approved it."""
        task = await self._means.database.read(partial(tasks.find, ref=ref))
        if task is None:
            return None
        caller = await self._as_caller(task.request, by, delivery)
        directory, approvals = self._means.directory, partial(approved_by, request=task.request)
        named = await approvers_now(directory, task.named)
        known = await self._means.database.read(approvals)
        people_of_it = await asyncio.gather(*(actor_now(directory, one) for one in known))
        return replace(caller, named=named, approved_by=frozenset(people_of_it))

    async def _as_caller(self, request: Request, slack_id: str, delivery: str) -> Caller:
        directory, terms = self._means.directory, policing.terms_of(request)
        approved = await self._means.database.read(partial(policing.approvals_of, request=request))
        actor, panel = await asyncio.gather(
            actor_now(directory, slack_id), policing.panel_now(directory, terms, approved)
        )
        approvers = panel.everybody
        if not terms.stages:
            approvers = await approvers_now(directory, self._means.catalog.approval.approvers)
        return Caller(actor, approvers, panel, delivery)

    async def _wrong_subject(self, request: Request, verdict: Verdict) -> str | None:
        """Return why nobody can come on board any more about whom it was asked."""
        if verdict is not Verdict.APPROVE or request.kind != Kind.ONBOARD:
            return None
        resident = await self._means.directory.resident(request.subject)
        refusal = preparing.wrong_subject(request.kind, request.team_id, resident, None)
        return refusal.sentence if refusal else None

    async def _why_not(self, obstacle: _Obstacle, ref: str, caller: Caller | None) -> str | None:
        if caller is None:
            return deciding.UNKNOWN
        work = partial(obstacle, ref=ref, caller=caller, now=self._means.clock())
        return await self._means.database.read(work)

    async def _write(self, effect: _Effect, caller: Caller | None) -> Answer:
        """Let an act have its effect in one transaction, and see to what follows from it."""
        if caller is None:
            return _unknown()
        work = partial(effect, caller=caller, means=self._means)
        end = await self._means.database.write(work)
        return self._follow(end if isinstance(end, End) else End(end))

    def _follow(self, end: End) -> Answer:
        for vendor in end.woken:
            self._means.queue.wake(vendor)
        self._means.bells.outdated.ring()
        return end.answer


def _unknown(sentence: str = deciding.UNKNOWN) -> Answer:
    return Answer(counted=False, sentence=sentence)
