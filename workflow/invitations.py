"""Invitations are looked up until they are accepted or over, and mailed again on request.

``once`` is called by a loop. It takes the rows that are due, asks the vendors outside of any
transaction, and writes what came of it (``workflow.invited``) where nothing has changed meanwhile.
A vendor that wants to be left alone is left alone with all of its rows.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter

import structlog
from sqlalchemy.engine import Connection

from storage import invitations, requests
from storage.due_models import Invitation
from storage.models import Step
from vendors.contract import Account, AnyVendor, Outcome, Person, Resending, Result
from vendors.errors import TransientError, VendorError
from workflow import ending, invited
from workflow.clock import HOUR, MINUTE, SECOND
from workflow.following import Sight, expiry, seen
from workflow.insisting import insist
from workflow.invited import Mail, Report
from workflow.means import Means
from workflow.remembering import identity

_log = structlog.get_logger(__name__)

_AT_ONCE = 20
_LEASE = 3 * MINUTE
_LOOK_SECONDS = 70.0
_REST_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """An invitation that this process looks up, as it took the row."""

    row: Invitation
    step: Step
    person: Person

    @property
    def vendor(self) -> str:
        """The name of the vendor."""
        return self.step.vendor


class Invitations:
    """Follows what was invited, with ``means``."""

    def __init__(self, means: Means) -> None:
        """Follow with ``means``."""
        self._means = means

    async def once(self) -> float | None:
        """Look up what is due; return the seconds until there may be more."""
        now = self._means.clock()
        cases = await self._means.database.write(partial(_take, now=now))
        if not cases:
            return None
        ordered = sorted(cases, key=attrgetter("vendor"))
        groups = [list(group) for _, group in groupby(ordered, key=attrgetter("vendor"))]
        await asyncio.gather(*(self._look_at_all(group) for group in groups))
        self._means.bells.outdated.ring()
        return _REST_SECONDS if len(cases) == _AT_ONCE else None

    async def _look_at_all(self, cases: Sequence[Case]) -> None:
        """Look one vendor's invitations up, one after the other, until it asks for a pause."""
        vendor = self._means.vendors.get(cases[0].vendor)
        for number, case in enumerate(cases):
            try:
                await self._look_at(case, vendor)
            except TransientError as error:
                wait = max(int(getattr(error, "retry_after", 0) * SECOND), MINUTE)
                await self._put_off(cases[number:], wait)
                return
            except Exception:  # noqa: BLE001 - the row is looked at again when its lease is over
                _log.exception("an invitation could not be looked up", vendor=case.vendor)

    async def _look_at(self, case: Case, vendor: AnyVendor | None) -> None:
        if vendor is None:
            await self._put_off([case], 12 * HOUR)
            return
        async with asyncio.timeout(_LOOK_SECONDS):
            report = await self._report(case, vendor)
        work = partial(self._record, case=case, report=report)
        await insist(partial(self._means.database.write, work))

    def _record(self, connection: Connection, case: Case, report: Report) -> None:
        """Write what a look-up came to, and end the request where nothing of it is left by that."""
        request = invited.record(connection, case.row, case.step, report, self._means)
        if request is not None:
            ending.settle(connection, request, self._means.clock())

    async def _report(self, case: Case, vendor: AnyVendor) -> Report:
        """Look the person up, and have the mail sent again where somebody asked for it."""
        now = self._means.clock()
        try:
            found = await vendor.find(case.person)
        except TransientError:
            raise
        except VendorError as error:
            return Report(None, None, Mail.REFUSED if case.row.resend_by else None, error.sentence)
        sight = seen(found, case.step.expires_at, now)
        report = Report(sight, found, fits=self._fits(case, vendor, found))
        if case.row.resend_by is None or sight is Sight.ACCEPTED:
            return report
        if _was_mailed(case.step, found):
            return replace(report, mail=Mail.SENT)
        return await self._mailed(case, vendor, report)

    def _fits(self, case: Case, vendor: AnyVendor, found: Account | None) -> bool:
        return invited.is_as_asked(vendor, case.person, case.step.access, found)

    async def _mailed(self, case: Case, vendor: AnyVendor, report: Report) -> Report:
        if not (vendor.traits.resend and isinstance(vendor, Resending)):
            sentence = f"{vendor.title} offers no way to mail an invitation again."
            return replace(report, mail=Mail.REFUSED, said=sentence)
        try:
            outcome = await vendor.resend(case.person, report.found)
        except VendorError as error:
            kind = Mail.REFUSED if error.failure == "permanent" else Mail.FAILED
            return replace(report, mail=kind, said=error.sentence)
        return self._of_outcome(outcome, report)

    def _of_outcome(self, outcome: Outcome, report: Report) -> Report:
        if outcome.result is not Result.INVITED:
            return replace(report, mail=Mail.REFUSED, said=outcome.detail)
        found = outcome.account
        sight = seen(found, expiry(found), self._means.clock())
        return replace(report, sight=sight, found=found, mail=Mail.SENT)

    async def _put_off(self, cases: Iterable[Case], wait: int) -> None:
        work = partial(_later, rows=[one.row for one in cases], until=self._means.clock() + wait)
        await self._means.database.write(work)


def _was_mailed(step: Step, found: Account | None) -> bool:
    """Tell whether an earlier try has mailed it, though its end was never written."""
    ends = expiry(found)
    return ends is not None and step.expires_at is not None and ends > step.expires_at


def _take(connection: Connection, now: int) -> list[Case]:
    due = invitations.due(connection, now, _AT_ONCE)
    return [case for row in due if (case := _case(connection, row, now + _LEASE)) is not None]


def _case(connection: Connection, row: Invitation, until: int) -> Case | None:
    if not invitations.change(connection, row, {"look_at": until}):
        return None
    step = invitations.step_of(connection, row.step_id)
    request = requests.by_number(connection, step.request_number) if step else None
    who = identity(request) if request else None
    if step is None or who is None:
        return None
    taken = Invitation(**(row.model_dump() | {"look_at": until}))
    return Case(taken, step, who)


def _later(connection: Connection, rows: Sequence[Invitation], until: int) -> None:
    for row in rows:
        invitations.change(connection, row, {"look_at": until})
