"""What was received is looked into: who it is about, whether it may be asked, and the plan.

Everything here reads: Slack, GitHub and the vendors are asked, and one transaction at the end makes
the request pending (or refused). It may therefore run again at any time, by any process, and needs
no durable engine of its own: a request in the state ``received`` is its own queue.
"""

import asyncio
from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from rules import policy
from rules.people import Actor
from rules.plans import Plan
from rules.states import RequestState
from rules.values import Kind
from storage import people, requests
from storage.models import Person as Remembered
from storage.models import Request
from vendors.contract import Person
from vendors.errors import VendorError
from vendors.github import GitHub
from workflow import asking_again, behalf, dates, ends, planning, policing, recording
from workflow.clock import MINUTE, SECOND
from workflow.directory import DirectoryError, Resident
from workflow.drafts import Refusal
from workflow.means import Means
from workflow.policing import Question
from workflow.recording import Asking, Findings

_log = structlog.get_logger(__name__)

_AT_ONCE = 20
_LEASE = 15 * SECOND
_LOOK_SECONDS = 11.0
_AGAIN = 5 * SECOND
_PATIENCE = 30 * MINUTE


class Preparer:
    """Makes received requests pending. ``once`` is called by a loop."""

    def __init__(self, means: Means, github: GitHub | None) -> None:
        """Prepare with ``means``; without ``github`` logins are taken as typed."""
        self._means, self._github = means, github
        self._rests_until = 0

    async def once(self) -> float | None:
        """Look into everything that was received; return the seconds until more is due.

        Where Slack wants to be left alone, nothing is looked into before that time is over.
        """
        now = self._means.clock()
        if now < self._rests_until:
            return (self._rests_until - now) / SECOND
        taken = await self._means.database.write(partial(_take, now=now))
        if not taken:
            return None
        await self._means.directory.get_to_know([request.subject for request in taken])
        await asyncio.gather(*(self._prepare_safely(request) for request in taken))
        self._means.bells.outdated.ring()
        return _AGAIN / SECOND if len(taken) < _AT_ONCE else 0.01

    async def _prepare_safely(self, request: Request) -> None:
        end: Findings | Refusal | int
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                end = await self._look_into(request)
        except (DirectoryError, VendorError, TimeoutError) as error:
            end = self._later(request, error)
            pause = error.pause if isinstance(error, DirectoryError) else 0.0
            self._rests_until = max(self._rests_until, self._means.clock() + int(pause * SECOND))
        except Exception:  # noqa: BLE001 - the request stays received, and is looked into again
            _log.exception("could not look into a request", request=request.number)
            end = self._later(request, None)
        work = partial(recording.record_findings, request=request, end=end, means=self._means)
        for vendor in await self._means.database.write(work):
            self._means.queue.wake(vendor)

    def _later(self, request: Request, error: Exception | None) -> Refusal | int:
        now = self._means.clock()
        if now - request.created_at < _PATIENCE:
            return now + _AGAIN
        if ends.was_planned(request):
            return now + MINUTE
        why = str(error) if error and str(error) else "something went wrong inside Aboard"
        return Refusal(f"It could not be looked into for half an hour: {why}. Please ask again.")

    async def _look_into(self, request: Request) -> Findings | Refusal:
        agreed = await self._means.database.read(partial(_was_agreed, request=request))
        requester = await self._means.directory.resident(request.requester)
        wrong = None if agreed else _wrong_requester(request, requester)
        if wrong is not None:
            return wrong
        times = dates.resolve(request, await self._means.directory.resident(request.subject))
        subject = await self._subject(request)
        if isinstance(times, Refusal):
            return times
        if isinstance(subject, Refusal):
            return subject
        principal = None
        if not agreed:
            principal = await self._principal(request, requester, subject.email)
        if isinstance(principal, Refusal):
            return principal
        plan = await planning.plan(request, subject, self._means)
        plan = replace(plan, starts_at=times.starts_at, until_at=times.until_at)
        asking = Asking(requester, principal)
        question = await self._question(request, asking, plan, agreed=agreed)
        if isinstance(question, Refusal):
            return question
        return Findings(asking, subject, plan, question, times)

    async def _principal(
        self, request: Request, requester: Resident | None, email: str
    ) -> Actor | Refusal | None:
        return await behalf.principal_of(request, requester, email, self._means.directory)

    async def _question(
        self, request: Request, asking: Asking, plan: Plan, *, agreed: bool
    ) -> Question | Refusal:
        if ends.was_planned(request):
            return await policing.question_of_plan(request, plan, self._means)
        if agreed or asking.requester is None:
            return await policing.question_again(request, plan, self._means)
        requester = asking.requester.as_actor()
        return await policing.question(request, requester, asking.principal, plan, self._means)

    async def _subject(self, request: Request) -> Person | Refusal:
        if request.kind == Kind.ONBOARD and request.profile not in self._means.catalog.profiles:
            return Refusal("This profile is not offered any more. Please ask for another one.")
        found = partial(people.find, team_id=request.team_id, slack_id=request.subject)
        known: Remembered | None = await self._means.database.read(found)
        resident = await self._means.directory.resident(request.subject)
        wrong = wrong_subject(request.kind, request.team_id, resident, known)
        if wrong is not None:
            return wrong
        return await planning.identify(request, resident, known, self._github)


def _was_agreed(connection: Connection, request: Request) -> bool:
    """Tell whether it was settled before that this may be asked, whoever has left since."""
    if ends.was_planned(request):
        return True
    return request.kind == Kind.OFFBOARD and asking_again.is_asked_again(connection, request)


def _wrong_requester(request: Request, requester: Resident | None) -> Refusal | None:
    if requester is None:
        return Refusal("Slack does not know the requester.")
    standing = policy.standing(requester.as_actor(), request.team_id)
    return None if standing.allowed else Refusal(standing.sentence, rule=standing.rule)


def wrong_subject(
    kind: str, team_id: str, resident: Resident | None, known: Remembered | None
) -> Refusal | None:
    """Return why nothing can be asked about this person, or None."""
    if kind == Kind.OFFBOARD and known is not None:
        return None
    if resident is None:
        return Refusal("Slack knows no such person. Please choose one from the list.", "subject")
    wrongs = {
        "That person belongs to another workspace; ask them to join.": resident.team_id != team_id,
        "That is a bot or an app. Please choose a person.": resident.is_bot,
    }
    if kind == Kind.ONBOARD:
        wrongs |= {
            "That Slack account is deactivated. Have it reactivated first.": resident.is_deleted,
            "That is a guest. Have them made a full member first.": resident.is_guest,
        }
    wrongs["That profile has no e-mail address. Please have it added."] = resident.email is None
    return next((Refusal(text, "subject") for text, wrong in wrongs.items() if wrong), None)


def _take(connection: Connection, now: int) -> tuple[Request, ...]:
    due = requests.in_state(connection, [RequestState.RECEIVED], now, _AT_ONCE)
    return tuple(one for one in due if requests.reserve(connection, one, now + _LEASE))
