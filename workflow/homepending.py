"""What waits for anybody, read before Slack is asked whom it waits for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from sqlalchemy.engine import Connection

from rules.pages import Span
from storage.home_pages import Ask, Numbered

N = TypeVar("N", bound=Numbered)

Read = Callable[[Connection, str, Span], Sequence[N]]
Approvals = Callable[[Connection, Collection[int]], Mapping[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Pending(Generic[N]):
    """Which page it is after all, its rows, and who approved each of them already.

    ``about`` are the numbers of those that are about the viewer, where the rows do not say so.
    """

    ask: Ask
    rows: Sequence[N]
    given: Mapping[int, Sequence[str]]
    about: Collection[int] = field(default_factory=frozenset)


def pending(connection: Connection, ask: Ask, read: Read[N], approvals: Approvals) -> Pending[N]:
    """Read what waits for anybody in a workspace; a page that is empty by now is the first one."""
    rows = read(connection, ask.team_id, ask.span)
    if not rows and ask.span.key:
        return pending(connection, replace(ask, span=Span()), read, approvals)
    return Pending(ask, rows, approvals(connection, [row.number for row in rows]))
