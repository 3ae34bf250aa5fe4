"""What the database says: every request with its steps, decisions and facts, in one look."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import audit, dossiers, messages, requests
from storage.audit_models import AuditEvent
from storage.database import Database
from storage.dossiers import Dossier
from storage.due_models import Message
from storage.models import METADATA, Request
from workflow.asking_again import OUTLIVED

ENDED = {
    "refused",
    "completed",
    "completed_with_errors",
    "partly_done",
    "denied",
    "cancelled",
    "expired",
}
LOOK = 0.1


@dataclass(frozen=True)
class Case:
    """One request, with everything that was written about it."""

    dossier: Dossier
    events: tuple[AuditEvent, ...]
    answers: tuple[Message, ...]

    @property
    def request(self) -> Request:
        return self.dossier.request

    @property
    def number(self) -> int:
        return requests.number_of(self.request)

    @property
    def is_ended(self) -> bool:
        return self.request.state in ENDED

    def codes(self, *wanted: str) -> list[str]:
        """Return the codes of its facts that are among these."""
        return [event.code for event in self.events if event.code in wanted]

    def state_at(self, vendor: str) -> str | None:
        """Return where its step at a vendor stands."""
        return next((one.state for one in self.dossier.steps if one.vendor == vendor), None)


def everything(connection: Connection) -> list[Case]:
    """Read every request."""
    return _cases(connection, sa.true())


def about(subject: str) -> Callable[[Connection], list[Case]]:
    """Read every request about one person: less than everything, where there is much."""
    return lambda connection: _cases(connection, METADATA.tables["request"].c.subject == subject)


def _cases(connection: Connection, which: "sa.ColumnElement[bool]") -> list[Case]:
    table = METADATA.tables["request"]
    rows = connection.execute(sa.select(table).where(which).order_by(table.c.number)).mappings()
    return [_case(connection, Request(**row)) for row in rows]


def _case(connection: Connection, request: Request) -> Case:
    number = requests.number_of(request)
    return Case(
        dossiers.of_request(connection, request),
        tuple(audit.of_request(connection, number)),
        tuple(messages.of_request(connection, number, "outcome")),
    )


async def until(
    database: Database,
    so: Callable[[list[Case]], bool],
    within: float,
    read: Callable[[Connection], list[Case]] = everything,
) -> list[Case]:
    """Read every request until something is so of them; what was read last where it is too late."""
    cases: list[Case] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while True:
                cases = await database.read(read)
                if cases and so(cases):
                    break
                await asyncio.sleep(LOOK)
    return cases


def all_in(*states: str) -> Callable[[list[Case]], bool]:
    """Tell of requests whether each is in one of these states."""
    return lambda cases: all(case.request.state in states for case in cases)


def is_settled(connection: Connection) -> bool:
    """Tell whether every request has ended, nothing is left to ask again, and all is told."""
    request, step, message = (METADATA.tables[name] for name in ("request", "step", "message"))
    left = (
        sa.exists().where(request.c.state.not_in(ENDED)),
        sa.exists().where(step.c.problem.in_(OUTLIVED)),
        sa.exists().where(message.c.kind == "outcome", message.c.shown < message.c.wanted),
    )
    return not connection.execute(sa.select(sa.or_(*left))).scalar()


def is_shown(connection: Connection) -> bool:
    """Tell whether Slack shows everything as it is."""
    message = METADATA.tables["message"]
    late = sa.exists().where(message.c.shown < message.c.wanted)
    return not connection.execute(sa.select(late)).scalar()


def brief(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return by subject the reference and the state of their latest request."""
    table = METADATA.tables["request"]
    query = sa.select(table.c.subject, table.c.ref, table.c.state).order_by(table.c.number)
    return {subject: (ref, state) for subject, ref, state in connection.execute(query)}


class Watch:
    """Looks at the requests ten times a second, for everybody who waits for one of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = asyncio.Condition()
        self.known: dict[str, tuple[str, str]] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> dict[str, tuple[str, str]]:
        """Look once, and return by subject the reference and the state of their request."""
        self.known = await self._database.read(brief)
        async with self._looked:
            self._looked.notify_all()
        return self.known

    async def until(self, so: Callable[[], bool], within: float) -> bool:
        """Wait until something is so; False where it is not in time."""
        try:
            async with asyncio.timeout(within), self._looked:
                return await self._looked.wait_for(so)
        except TimeoutError:
            return False

    def state_of(self, subject: str) -> str | None:
        """Return the state of somebody's latest request."""
        return self.known[subject][1] if subject in self.known else None

    def ref_of(self, subject: str) -> str:
        """Return the reference of somebody's latest request."""
        return self.known[subject][0]
