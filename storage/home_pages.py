"""What the lists of App Home share: pages by key, of which each costs the same, and approvals."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span

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


def begun(
    query: sa.Select[Any], keys: Sequence[sa.ColumnElement[int]], span: Span, *,
    rising: bool = False,
) -> sa.Select[Any]:  # fmt: skip
    """Return ``query`` in the order of the list, from the beginning of ``span`` on."""
    up = rising != span.back
    if len(span.key) == len(keys):
        here, bound = sa.tuple_(*keys), sa.tuple_(*span.key)
        query = query.where(here > bound if up else here < bound)
    return query.order_by(*(key.asc() if up else key.desc() for key in keys))


def approvals(
    connection: Connection, of: sa.Column[int], numbers: Collection[int]
) -> dict[int, list[str]]:
    """Return who has approved each of these already, oldest first.

    ``of`` is the column of a table of decisions that says what was decided.
    """
    given: dict[int, list[str]] = {number: [] for number in numbers}
    columns = of.table.c
    wanted = of.in_(numbers) & (columns.verdict == "approve")
    rows = connection.execute(sa.select(columns.id, of, columns.approver).where(wanted))
    for _, number, approver in sorted(tuple(row) for row in rows):
        given[number].append(approver)
    return given


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
