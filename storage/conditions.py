"""The conditions of the partial indexes, in the words in which the queries ask.

SQLite uses such an index only where a query has its condition as it stands here: those of App Home
are in ``storage.home_queries``. Without statistics it takes any index rather than none: what is not
to be led by one says so. And where a column of such a condition is compared with a parameter, it
plans the query anew each time that runs, for this once the value might be that of the index: that
costs several times what running it does.
"""

from typing import Final

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    and_,
    case,
    false,
    func,
    literal_column,
    text,
    true,
)

OPEN: Final = text("state IN ('received', 'pending', 'approved', 'running')")
FOR_ANOTHER: Final = text("principal IS NOT NULL")
COUNTED: Final = text("counted_at IS NOT NULL")
UNDECIDED_BATCH: Final = text("state IN ('received', 'reading', 'pending')")

OVERDUE: Final = "overdue"
"""The kind of the alarm of a removal that should be done and is not."""

NO_WORD: Final[ColumnClause[str]] = literal_column("''")
_NONE: Final[ColumnClause[int]] = literal_column("0")


def written(column: ColumnElement[str], *words: str) -> ColumnElement[bool]:
    """Compare with words that stand in the query itself, as they stand in a partial index.

    Nothing is one of no words.
    """
    told: list[ColumnClause[str]] = [literal_column(f"'{word}'") for word in words]
    if len(told) > 1:
        return column.in_(told)
    return column == told[0] if told else false()


def is_on_board(kind: ColumnElement[str], state: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a request has brought somebody on board."""
    return written(kind, "onboard") & written(state, "completed")


def is_undecided(
    state: ColumnElement[str], counted_at: ColumnElement[int | None]
) -> ColumnElement[bool]:
    """Return the condition that nobody has decided what somebody asked for.

    It does not say ``IS NOT NULL``, so that SQLite cannot take the index of all that was ever
    asked for a query that asks this.
    """
    return written(state, "received", "pending") & (func.coalesce(counted_at, _NONE) > _NONE)


def is_to_come(kind: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that an alarm of this kind is a start or an end."""
    return written(kind, "end", "start")


def is_overdue(kind: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that an alarm of this kind is that of an overdue removal."""
    return written(func.coalesce(kind, NO_WORD), OVERDUE)


def did_not_end_well(state: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a step of this state did not end well, made good or not.

    Its words are the states that ``rules.states`` calls ``LEFT``, as a partial index has them.
    """
    words = ("failed", "unknown", "action_required", "expired")
    return written(func.coalesce(state, NO_WORD), *words)


def still_in_trouble(
    state: ColumnElement[str], made_good_by: ColumnElement[int | None]
) -> ColumnElement[bool]:
    """Return the condition that a step did not end well and is not marked as made good.

    Its words have another order than those of ``did_not_end_well``, so that SQLite cannot take the
    index of all that ever failed for a query that asks this.
    """
    words = ("action_required", "expired", "failed", "unknown")
    return written(func.coalesce(state, NO_WORD), *words) & made_good_by.is_(None)


def unindexed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition that all of ``conditions`` hold; no index answers a case."""
    return case((and_(true(), *conditions), 1), else_=0) == 1
