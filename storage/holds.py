"""Legal holds: whose data has to stay."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage.entities import all_of, one_of
from storage.hold_model import Hold
from storage.models import METADATA

_HOLDS = METADATA.tables["hold"]


def put(connection: Connection, team_id: str, slack_id: str, reason: str, now: int) -> None:
    """Hold somebody's data; a hold that stands gets another reason."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(_HOLDS).values(team_id=team_id, slack_id=slack_id, reason=reason, at=now)
    keys = ["team_id", "slack_id"]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"reason": reason}))


def lift(connection: Connection, team_id: str, slack_id: str) -> bool:
    """Lift a hold; False where there is none."""
    lifted = sa.delete(_HOLDS).where(*_is(team_id, slack_id))
    return connection.execute(lifted).rowcount == 1


def of_person(connection: Connection, team_id: str, slack_id: str) -> Hold | None:
    """Return the hold on somebody's data."""
    return one_of(connection, sa.select(_HOLDS).where(*_is(team_id, slack_id)), Hold)


def every(connection: Connection, team_id: str) -> Sequence[Hold]:
    """Return all holds, oldest first."""
    mine = sa.select(_HOLDS).where(_HOLDS.c.team_id == team_id)
    return all_of(connection, mine.order_by(_HOLDS.c.at, _HOLDS.c.id), Hold)


def _is(team_id: str, slack_id: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _HOLDS.c.team_id == team_id, _HOLDS.c.slack_id == slack_id
