"""The daily digest: what waits for one reader, gathered at the moment it is sent.

Nothing of it is kept: the rows say who gets one and when (``storage.daily``), and whoever sends it
reads then what there is to say. So it tells nothing that its reader may not see at that moment. A
channel reads what everybody in it may know. A digest that nobody could send for six hours is left
out, since the next one says all of it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from rules import policy
from rules.daily import Daily
from rules.moments import known_zone
from rules.pages import Span
from rules.states import RequestState
from rules.values import Kind, is_channel_id
from storage import daily, home
from storage.daily_model import DailyReader
from storage.home import Row
from workflow.clock import HOUR, MINUTE
from workflow.directory import actor_now, approvers_now
from workflow.homereads import HomeReads
from workflow.homeviews import HomeBatch, HomeRow
from workflow.insisting import insist
from workflow.means import Means

MOST = 20
"""So many requests of one kind are looked up; Home has the rest."""

_SOON = 7 * 24 * HOUR
_AT_ONCE = 20
_LEASE = 6 * MINUTE
"""Longer than so many take that are sent one after the other to a Slack that hardly answers."""

_LATE = 6 * HOUR
_LOOKED_UP_EVERY = 10 * MINUTE

RowT_co = TypeVar("RowT_co", covariant=True)


class _Page(Protocol[RowT_co]):
    """A page of a list of Home."""

    @property
    def rows(self) -> tuple[RowT_co, ...]: ...

    @property
    def on(self) -> Span | None: ...


@dataclass(frozen=True, slots=True)
class Agenda:
    """What there is to say to the reader at ``place``, a person or a channel.

    ``waiting`` are the requests, and ``batches`` the batches, that wait for the reader's decision,
    or for anybody's where a channel reads it. ``trouble`` begins with what is overdue; ``leaving``
    ends within seven days.
    """

    place: str
    waiting: tuple[HomeRow, ...] = ()
    trouble: tuple[HomeRow, ...] = ()
    leaving: tuple[HomeRow, ...] = ()
    batches: tuple[HomeBatch, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.waiting or self.trouble or self.leaving or self.batches)


@dataclass(frozen=True, slots=True)
class Taken:
    """A digest that is to be sent now, and until when nobody else sends it."""

    reader: DailyReader
    until: int

    @property
    def tries(self) -> int:
        """How often it could not be sent."""
        return self.reader.tries


class DailyDesk:
    """Who gets a digest, what it says, and when the next one is due."""

    def __init__(self, means: Means, homes: HomeReads, team_id: str) -> None:
        """Read with ``homes`` for the workspace ``team_id``."""
        self._means, self._homes, self._team = means, homes, team_id
        self._look_up_at = 0

    @property
    def _daily(self) -> Daily | None:
        return self._means.catalog.daily

    async def due(self) -> list[Taken]:
        """Take the digests that should come now. Raises ``DirectoryError``."""
        if self._daily is None:
            return []
        now = self._means.clock()
        if now >= self._look_up_at:
            await self._look_up(self._daily, now)
            self._look_up_at = now + _LOOKED_UP_EVERY
        read = partial(daily.due, team_id=self._team, now=now, limit=_AT_ONCE)
        due = await self._means.database.read(read)
        return await self._means.database.write(partial(_take, due=due, now=now)) if due else []

    async def _look_up(self, settings: Daily, now: int) -> None:
        """Have everybody whom the settings name get a digest from now on, and nobody else.

        At first all of them: the settings may name another time than before.
        """
        wanted = await readers(settings, self._means)
        known = await self._means.database.read(partial(daily.places_of, team_id=self._team))
        new = wanted - known if self._look_up_at else wanted
        at = {one: await self._next(settings, one, now) for one in sorted(new)}
        if at or known - wanted:
            work = partial(_change, team_id=self._team, at=at, gone=known - wanted, now=now)
            await self._means.database.write(work)

    async def _next(self, settings: Daily, place: str, now: int) -> int:
        return settings.due_after(now, await self._zone(settings, place))

    async def _zone(self, settings: Daily, place: str) -> str:
        if is_channel_id(place):
            return settings.zone
        resident = await self._means.directory.resident(place)
        return known_zone(resident.time_zone if resident else None)

    async def agenda(self, taken: Taken) -> Agenda | None:
        """Return what a digest says; None where it comes too late, or its reader gets none.

        Raises ``DirectoryError``.
        """
        place, settings = taken.reader.place, self._daily
        late = self._means.clock() - taken.reader.due_at > _LATE
        if settings is None or late or place not in await readers(settings, self._means):
            return None
        return await (self.of_channel(place) if is_channel_id(place) else self.of(place))

    async def sent(self, taken: Taken) -> None:
        """Set the next digest of a reader. Raises ``DirectoryError``."""
        if self._daily is None:
            return
        due_at = await self._next(self._daily, taken.reader.place, self._means.clock())
        settle = partial(daily.settle, reader=taken.reader, taken_at=taken.until, due_at=due_at)
        await insist(partial(self._means.database.write, settle))

    async def later(self, taken: Taken, wait: int) -> None:
        """Have a digest that could not be sent tried again after ``wait`` microseconds."""
        at = self._means.clock() + wait
        await self._means.database.write(
            partial(daily.put_off, reader=taken.reader, taken_at=taken.until, at=at)
        )

    async def of(self, reader: str) -> Agenda:
        """Return what there is to say to somebody now; nothing where they may do nothing here."""
        actor = await actor_now(self._means.directory, reader)
        if not policy.standing(actor, self._team).allowed:
            return Agenda(reader)
        waiting = await self._all(self._homes.waiting, reader)
        mine = [one for one in await self._all(self._homes.mine, reader) if _is_trouble(one)]
        batches = await self._all(self._homes.batches.waiting, reader)
        if reader not in await approvers_now(self._means.directory, self._means.catalog.approvers):
            return Agenda(reader, waiting, _overdue_first(mine), batches=batches)
        trouble = [*await self._all(self._homes.in_trouble, reader), *mine]
        return Agenda(reader, waiting, _overdue_first(trouble), await self._soon(reader), batches)

    async def of_channel(self, channel: str) -> Agenda:
        """Return what everybody in a channel may know: nothing that is asked in confidence."""
        waiting = await self._means.database.read(partial(_undecided, team_id=self._team))
        trouble = await self._all(self._homes.in_trouble, channel)
        batches = (await self._homes.batches.undecided())[:MOST]
        soon = await self._soon(channel)
        return Agenda(channel, waiting, _overdue_first(trouble), soon, batches)

    async def _soon(self, reader: str) -> tuple[HomeRow, ...]:
        until = self._means.clock() + _SOON
        found = await self._all(self._homes.leaving, reader)
        return tuple(one for one in found if one.due_at <= until)

    async def _all(
        self, read: Callable[[str, Span], Awaitable[_Page[RowT_co]]], reader: str
    ) -> tuple[RowT_co, ...]:
        """Follow the pages of a list of Home, as far as a digest goes."""
        page = await read(reader, Span())
        rows = list(page.rows)
        while page.on is not None and len(rows) < MOST:
            page = await read(reader, page.on)
            rows += page.rows
        return tuple(rows[:MOST])


async def readers(settings: Daily, means: Means) -> frozenset[str]:
    """Return the people and the channels that get a digest now. Raises ``DirectoryError``."""
    people = await approvers_now(means.directory, settings.readers)
    return people | frozenset(settings.channels)


def _undecided(connection: Connection, team_id: str) -> tuple[HomeRow, ...]:
    """Return what waits for a decision and may be known by everybody, the newest first."""
    rows = (one for one in home.pending(connection, team_id, Span()) if not one.confidential)
    return tuple(_as_row(one) for one in islice(rows, MOST))


def _as_row(row: Row) -> HomeRow:
    name = f"{row.given_name or ''} {row.family_name or ''}".strip()
    kind, state = Kind(row.kind), RequestState(row.state)
    return HomeRow(
        row.number, row.ref, kind, state, row.requester, row.subject, name, row.created_at
    )


def _is_trouble(row: HomeRow) -> bool:
    return row.is_overdue or bool(row.troubles)


def _overdue_first(rows: Collection[HomeRow]) -> tuple[HomeRow, ...]:
    once = {one.number: one for one in rows}
    ordered = sorted(once.values(), key=lambda one: (not one.is_overdue, -one.number))
    return tuple(ordered[:MOST])


def _take(connection: Connection, due: Sequence[DailyReader], now: int) -> list[Taken]:
    until = now + _LEASE
    return [Taken(one, until) for one in due if daily.take(connection, one, until)]


def _change(
    connection: Connection, team_id: str, at: Mapping[str, int], gone: Collection[str], now: int
) -> None:
    daily.plan(connection, team_id, at, now)
    daily.drop(connection, team_id, gone)
