"""What the lists of App Home share: pages by key, of which each costs the same, and approvals."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span
from storage.statements import Plain, Prepared, always

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """Which page of a list ``viewer`` wants: ``size`` rows from the beginning of ``span`` on."""

    team_id: str
    viewer: str
    span: Span
    size: int


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page of a list, and where the pages before and after it begin, where there are any."""

    rows: Sequence[T] = field(default_factory=list)
    back: Span | None = None
    on: Span | None = None


class Pages:
    """A list's statements: along it in both directions, from its beginning and from a key on."""

    def __init__(
        self, query: sa.Select[Any], *keys: sa.ColumnElement[int], rising: bool = False
    ) -> None:
        """Prepare to read ``query`` in the order of ``keys``, which no two of its rows share."""
        self._query, self._keys, self._rising = query, keys, rising
        self._made: dict[tuple[bool, bool], Prepared] = {}

    def run(
        self, connection: Connection, span: Span, most: int, **given: Plain
    ) -> Sequence[Sequence[Any]]:
        """Return ``most`` rows from the beginning of ``span`` on; ``given`` is what else it asks.

        A key that is none of this list is its beginning.
        """
        inside = len(span.key) == len(self._keys)
        if (inside, span.back) not in self._made:
            along = self._along(inside=inside, back=span.back)
            self._made[inside, span.back] = Prepared(always(along))
        key = {f"key_{place}": part for place, part in enumerate(span.key) if inside}
        return self._made[inside, span.back].run(connection, most=most, **key, **given)

    def _along(self, *, inside: bool, back: bool) -> sa.Select[Any]:
        up, query = self._rising != back, self._query
        if inside:
            named = (_integer(f"key_{place}") for place in range(len(self._keys)))
            here, bound = sa.tuple_(*self._keys), sa.tuple_(*named)
            query = query.where(here > bound if up else here < bound)
        ordered = query.order_by(*(key.asc() if up else key.desc() for key in self._keys))
        return ordered.limit(_integer("most"))


class Among:
    """A question about rows by their numbers, which many ask and each time of some.

    There is a statement for each power of two of them, the last number filling what is left, so
    that few are prepared.
    """

    def __init__(self, query: sa.Select[Any], number: sa.ColumnElement[int]) -> None:
        """Prepare to ask ``query`` about the rows whose ``number`` is one of some."""
        self._query, self._number = query, number
        self._made: dict[int, Prepared] = {}

    def run(self, connection: Connection, numbers: Collection[int]) -> Sequence[Sequence[Any]]:
        """Return what there is about the rows with ``numbers``: nothing where there are none."""
        if not numbers:
            return ()
        room = 1 << (len(numbers) - 1).bit_length()
        if room not in self._made:
            named = [_integer(f"number_{place}") for place in range(room)]
            self._made[room] = Prepared(always(self._query.where(self._number.in_(named))))
        filled = chain(numbers, repeat([*numbers][-1], room - len(numbers)))
        given = {f"number_{place}": number for place, number in enumerate(filled)}
        return self._made[room].run(connection, **given)


def _integer(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger)


def approving(of: sa.Column[int]) -> Among:
    """Ask who approved; ``of`` is the column of a table of decisions that says what is decided."""
    columns = of.table.c
    given = sa.select(columns.id, of, columns.approver).where(columns.verdict == "approve")
    return Among(given, of)


def approvals(
    connection: Connection, asked: Among, numbers: Collection[int]
) -> dict[int, list[str]]:
    """Return who has approved each of these already, oldest first; see ``approving``."""
    given: dict[int, list[str]] = {number: [] for number in numbers}
    for _, number, approver in sorted(tuple(row) for row in asked.run(connection, numbers)):
        given[number].append(approver)
    return given


def or_first(
    read: Callable[[Connection, Ask], Slice[T]], connection: Connection, ask: Ask
) -> Slice[T]:
    """Return the page asked for, or the first one where it is empty by now."""
    page = read(connection, ask)
    if page.rows or not ask.span.key:
        return page
    return read(connection, replace(ask, span=Span()))


def sliced(found: Sequence[T], ask: Ask, key: Callable[[T], tuple[int, ...]]) -> Slice[T]:
    """Return a page of what was ``found`` in the direction asked for, one row more than fits."""
    rows, more, back = list(found[: ask.size]), len(found) > ask.size, ask.span.back
    if not rows:
        return Slice()
    if back:
        rows.reverse()
    return Slice(
        rows,
        Span(key(rows[0]), back=True) if (more if back else ask.span.key) else None,
        Span(key(rows[-1])) if back or more else None,
    )


class Numbered(Protocol):
    """What a list tells apart by its number."""

    @property
    def number(self) -> int:
        """The number, which no other row of the list has."""
        ...


N = TypeVar("N", bound=Numbered)


def chosen(mine: Sequence[N], seen: Sequence[N], ask: Ask, at_once: int) -> Slice[N]:
    """Return a page of ``mine``, chosen from all that were ``seen`` along the span asked for.

    It may be short, and more may follow where ``at_once`` rows were looked through.
    """
    span, shown = ask.span, list(mine[: ask.size])
    last = shown[-1] if len(mine) > ask.size else seen[-1] if len(seen) == at_once else None
    first = seen[0] if span.key and seen else None
    if span.back:
        shown.reverse()
        first, last = last, first
    return Slice(
        shown,
        Span((first.number,), back=True) if first else None,
        Span((last.number,)) if last else None,
    )
