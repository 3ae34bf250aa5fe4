"""Who has to stay because something is still to come of them, and who was kept long enough."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import ALIVE, RETRYABLE, RequestState
from rules.values import ERASED_PREFIX
from storage.conditions import OVERDUE
from storage.models import METADATA

_T = METADATA.tables
_REQUESTS, _STEPS, _PEOPLE, _ACCOUNTS = _T["request"], _T["step"], _T["person"], _T["account"]
_ALARMS, _BATCHES, _ROWS, _HOLDS = _T["alarm"], _T["batch"], _T["batchrow"], _T["hold"]
_PARTIES = ("subject", "requester", "principal")
_LEFT = (RequestState.COMPLETED_WITH_ERRORS, RequestState.PARTLY_DONE)


def unfinished(connection: Connection, team_id: str, slack_id: str) -> Sequence[int]:
    """Return the requests about, by or for somebody of which something is still to come."""
    theirs = [one.where(one.selected_columns.who == slack_id) for one in _to_come(team_id)]
    return sorted({row.number for one in theirs for row in connection.execute(one)})


def _to_come(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    """Return who has a part in which request of which something is still to come."""
    alive = _REQUESTS.c.state.in_(ALIVE)
    asking = (_part(_REQUESTS, one, team_id).where(alive) for one in _PARTIES)
    about = _part(_REQUESTS, "subject", team_id)
    rings = _ALARMS.c.request_number == _REQUESTS.c.number
    return [
        *asking,
        about.join(_ALARMS, rings).where(_awaited(_REQUESTS)),
        about.where(_REQUESTS.c.state.in_(_LEFT), _in_doubt()),
    ]


def _part(table: sa.Table, column: str, team_id: str) -> sa.Select[tuple[str, int]]:
    who = table.c[column]
    query = sa.select(who.label("who"), table.c.number).select_from(table)
    return query.where(table.c.team_id == team_id, who.is_not(None))


def _awaited(request: sa.FromClause) -> sa.ColumnElement[bool]:
    """Tell whether an alarm is an end or a start, or an offboarding of which something is left."""
    left = request.c.state == RequestState.COMPLETED_WITH_ERRORS
    return _ALARMS.c.kind.in_(["end", "start"]) | ((_ALARMS.c.kind == OVERDUE) & left)


def _in_doubt() -> sa.ColumnElement[bool]:
    """Tell whether nobody knows what came of a step, and no later request made it good."""
    mine = _STEPS.c.request_number == _REQUESTS.c.number
    return sa.exists().where(mine, _STEPS.c.state.in_(RETRYABLE), _STEPS.c.made_good_by.is_(None))


def unfinished_batches(connection: Connection, team_id: str, slack_id: str) -> Sequence[int]:
    """Return the batches that somebody asked for or is in, and that have not ended."""
    theirs = [one.where(one.selected_columns.who == slack_id) for one in _batches_to_end(team_id)]
    return sorted({row.number for one in theirs for row in connection.execute(one)})


def _batches_to_end(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    """Return who asked for, on whose behalf, or is in, which batch that has not ended."""
    asking = (_part(_BATCHES, one, team_id) for one in ("requester", "principal"))
    asked = [one.where(_BATCHES.c.state != "ended") for one in asking]
    inside = sa.select(_ROWS.c.subject.label("who"), _BATCHES.c.number).join_from(
        _ROWS, _BATCHES, _ROWS.c.batch_number == _BATCHES.c.number
    )
    mine = (_BATCHES.c.team_id == team_id) & (_BATCHES.c.state != "ended")
    return [*asked, inside.where(mine, _ROWS.c.subject.is_not(None))]


def over(
    connection: Connection, team_id: str, before: int, limit: int, after: str = ""
) -> Sequence[str]:
    """Return people whose last request ended before ``before`` and who can be erased.

    At most ``limit``, in the order of their ids, and those after ``after`` alone.
    """
    subject = _REQUESTS.c.subject
    last = sa.func.max(sa.func.coalesce(_REQUESTS.c.ended_at, _REQUESTS.c.created_at))
    mine = (_REQUESTS.c.team_id == team_id) & ~subject.startswith(ERASED_PREFIX)
    held = sa.select(_HOLDS.c.slack_id.label("who")).where(_HOLDS.c.team_id == team_id)
    having = sa.select(_PEOPLE.c.slack_id.label("who")).join(
        _ACCOUNTS, _ACCOUNTS.c.person_id == _PEOPLE.c.id
    )
    stay = [held, having.where(_PEOPLE.c.team_id == team_id)]
    stay += [one.with_only_columns(one.selected_columns.who) for one in _needed(team_id)]
    quiet = sa.select(subject).where(mine, subject > after, *(subject.not_in(one) for one in stay))
    ordered = quiet.group_by(subject).having(last < before).order_by(subject)
    return connection.scalars(ordered.limit(limit)).all()


def _needed(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    return [*_to_come(team_id), *_batches_to_end(team_id)]
