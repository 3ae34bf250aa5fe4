"""Reading requests for people, by number, by reference and page by page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.states import RequestState, StepState
from rules.values import Kind
from storage import alarms, dossiers, history, people, requests
from storage.database import Database
from storage.dossiers import Dossier
from storage.history import Filter, Page
from storage.models import Attestation, Decision, Request, Step
from workflow import asking_again, telling, unanchored
from workflow.calling_off import has_not_begun, is_stopped
from workflow.evidence import has_certificate
from workflow.holdings import profile_held
from workflow.planning import unpacked
from workflow.policing import terms_of
from workflow.readmodels import (
    AttestedView,
    DecisionView,
    EndView,
    Holding,
    Known,
    Line,
    PageView,
    RequestView,
    StepView,
)
from workflow.remembering import identity
from workflow.searching import Search


class Reads:
    """Reads for people; nothing here changes a row."""

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        team_id: str,
        resending: frozenset[str] = frozenset(),
    ) -> None:
        """Read from ``database`` for the workspace ``team_id``.

        ``resending`` are the vendors that can mail an invitation again.
        """
        self._database, self._catalog, self._team = database, catalog, team_id
        self._resending = resending

    async def request(self, number: int) -> RequestView | None:
        """Return a request with its plan, steps and decisions."""
        return await self._database.read(partial(self._one, number=number))

    async def by_ref(self, ref: str) -> RequestView | None:
        """Return the request that a button names."""
        return await self._database.read(partial(self._by_ref, ref=ref))

    async def step(self, ref: str) -> StepView | None:
        """Return the step that a button names."""
        return await self._database.read(partial(_step_by_ref, ref=ref))

    async def lines(self, number: int, after: int = 0, until: int | None = None) -> list[Line]:
        """Return the facts about a request in order, those numbered in ``(after, until]``."""
        return await self._database.read(
            partial(telling.lines, number=number, after=after, until=until)
        )

    async def page(
        self,
        wanted: Filter,
        *,
        after: int | None = None,
        size: int = 10,
        look_back: int | None = None,
    ) -> PageView:
        """Return a page of requests, newest first; its cost does not grow with its depth.

        With ``look_back`` it looks at so many requests only, and then may hold fewer than ``size``.
        """
        seen = partial(history.page, wanted=wanted, after=after, size=size, look_back=look_back)
        return await self._database.read(partial(self._page, seen=seen))

    async def history(self, search: Search, viewer: str, requester: str | None) -> PageView:
        """Return a page of what is searched for; of what ``requester`` made, where one is given.

        Of the confidential ones there are only those that ``viewer`` made.
        """
        wanted = search.filter(self._team, viewer, requester)
        return await self.page(wanted, after=search.after, look_back=history.LOOK_BACK)

    async def offboarded(self, subject: str, *, size: int = 50) -> list[RequestView]:
        """Return the offboardings of somebody that have ended, newest first."""
        page = await self.page(Filter(self._team, subject), size=size)
        return [one for one in page.requests if has_certificate(one.kind, one.state)]

    async def of_requester(self, requester: str, *, size: int = 10) -> PageView:
        """Return the latest requests that somebody made, without those of a batch."""
        return await self.page(Filter(self._team, requester=requester, alone=True), size=size)

    async def pending(self, *, size: int = 10) -> PageView:
        """Return the latest requests that wait for a decision of their own.

        None that is confidential is among them, and none of a batch: that is decided as a whole.
        """
        wanted = Filter(
            self._team, state=RequestState.PENDING.value, confidential=False, alone=True
        )
        return await self.page(wanted, size=size)

    async def pending_in_confidence(self, *, size: int = 20) -> PageView:
        """Return the latest confidential ones: to be shown to their own approvers alone."""
        pending = RequestState.PENDING.value
        return await self.page(Filter(self._team, state=pending, confidential=True), size=size)

    async def known(self, subject: str) -> Known:
        """Return what is remembered of a person."""
        return await self._database.read(partial(_known, team_id=self._team, subject=subject))

    def _one(self, connection: Connection, number: int) -> RequestView | None:
        request = requests.by_number(connection, number)
        return self._views(connection, [request])[0] if request else None

    def _by_ref(self, connection: Connection, ref: str) -> RequestView | None:
        request = requests.by_ref(connection, ref)
        return self._views(connection, [request])[0] if request else None

    def _page(self, connection: Connection, seen: Callable[[Connection], Page]) -> PageView:
        page = seen(connection)
        return PageView(tuple(self._views(connection, page.requests)), page.after)

    def _views(self, connection: Connection, found: Sequence[Request]) -> list[RequestView]:
        ends = _ends(connection, self._team, found)
        every = dossiers.of_requests(connection, found)
        return [self._view(one, ends.get(one.request.subject)) for one in every]

    def _view(self, dossier: Dossier, end: EndView | None) -> RequestView:
        request = dossier.request
        person = identity(request) or dossier.person
        return RequestView(
            number=requests.number_of(request),
            ref=request.ref,
            kind=Kind(request.kind),
            state=RequestState(request.state),
            requester=request.requester,
            subject=request.subject,
            name=f"{person.given_name} {person.family_name}".strip() if person else None,
            email=person.email if person else None,
            github_login=request.github_login,
            profile=self._catalog.title(request.profile),
            reason=request.reason,
            problem=request.problem,
            terms=terms_of(request),
            policy_digest=request.policy_digest,
            plan_digest=request.plan_digest,
            created_at=request.created_at,
            expires_at=request.expires_at,
            ended_at=request.ended_at,
            steps=tuple(self._step(one, dossier.attestations) for one in dossier.steps),
            decisions=tuple(_decision(one) for one in dossier.decisions),
            zone=request.zone,
            starts_at=request.starts_at,
            starts_wall=request.starts_wall,
            until_at=request.until_at,
            until_wall=request.until_wall,
            origin=request.origin,
            taken_by=request.taken_by,
            accesses=unpacked(request.accesses),
            changes_from=self._catalog.title(request.changes_from),
            standing=end if request.kind == Kind.ONBOARD else None,
            principal=request.principal,
        )

    def _step(self, step: Step, attestations: tuple[Attestation, ...]) -> StepView:
        return replace(_step(step, attestations), resends=step.vendor in self._resending)


def _step(step: Step, attestations: tuple[Attestation, ...]) -> StepView:
    mine = (one for one in attestations if one.step_id == step.id)
    return StepView(
        ref=step.ref,
        vendor=step.vendor,
        title=step.title,
        state=StepState(step.state),
        effect=step.effect,
        planned=step.planned,
        before=step.before,
        after=step.after,
        risks=tuple(step.risks.splitlines()),
        detail=asking_again.told(step),
        next_at=step.next_at,
        expires_at=step.expires_at,
        hands=tuple(step.hands.split()),
        handed_to=step.handed_to,
        has_not_begun=has_not_begun(step),
        is_made_good=step.made_good_by is not None,
        is_stopped=is_stopped(step),
        is_kept_back=unanchored.says_so(step),
        changed=step.changed,
        attested=next((AttestedView(one.by, one.evidence, one.at) for one in mine), None),
    )


def _ends(connection: Connection, team_id: str, found: Sequence[Request]) -> dict[str, EndView]:
    """Return the end that stands for each of those whom onboardings are about."""
    subjects = {one.subject for one in found if one.kind == Kind.ONBOARD}
    standing = alarms.endings(connection, team_id, subjects)
    return {
        subject: EndView(
            requests.number_of(one), one.until_at, one.until_wall or "", one.zone or ""
        )
        for subject, one in standing.items()
        if one.until_at is not None
    }


def _step_by_ref(connection: Connection, ref: str) -> StepView | None:
    step = requests.step_by_ref(connection, ref)
    return _step(step, ()) if step else None


def _decision(decision: Decision) -> DecisionView:
    return DecisionView(
        decision.approver, decision.verdict, decision.reason, decision.at, decision.rule
    )


def _known(connection: Connection, team_id: str, subject: str) -> Known:
    person = people.find(connection, team_id, subject)
    if person is None or person.id is None:
        return Known(None, ())
    holdings = people.accounts_of(connection, person.id)
    return Known(
        person.github_login,
        tuple(Holding(one.vendor, one.access, one.state, one.updated_at) for one in holdings),
        profile_held(connection, team_id, subject),
    )
