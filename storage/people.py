"""People and what they have at the vendors."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage.models import METADATA, Account, Person

_PEOPLE = METADATA.tables["person"]
_ACCOUNTS = METADATA.tables["account"]
_FOUND = sa.select(_PEOPLE).where(
    _PEOPLE.c.team_id == sa.bindparam("team"), _PEOPLE.c.slack_id == sa.bindparam("who")
)


def _upsert(
    connection: Connection, table: sa.Table, keys: Sequence[str], values: Mapping[str, object]
) -> int:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    others = {name: value for name, value in values.items() if name not in keys}
    statement = insert(table).values(dict(values))
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_=others)
    return int(connection.execute(statement.returning(table.c.id)).scalar_one())


def remember(connection: Connection, values: Mapping[str, object]) -> int:
    """Write what is known of a person now; return their key here."""
    return _upsert(connection, _PEOPLE, ("team_id", "slack_id"), values)


def find(connection: Connection, team_id: str, slack_id: str) -> Person | None:
    """Return what is remembered of a person, also after they left Slack."""
    row = connection.execute(_FOUND, {"team": team_id, "who": slack_id}).mappings().first()
    return Person(**row) if row else None


def with_email(connection: Connection, team_id: str, email: str) -> Sequence[Person]:
    """Return whoever is remembered with an address, however it is spelled."""
    mine = (_PEOPLE.c.team_id == team_id) & (sa.func.lower(_PEOPLE.c.email) == email.lower())
    rows = connection.execute(sa.select(_PEOPLE).where(mine).order_by(_PEOPLE.c.id))
    return [Person(**row) for row in rows.mappings()]


def note_account(connection: Connection, values: Mapping[str, object]) -> None:
    """Write what a person has at a vendor, as we were told or saw."""
    _upsert(connection, _ACCOUNTS, ("person_id", "vendor"), values)


def drop_account(connection: Connection, person_id: int, vendor: str) -> None:
    """Forget an account that is gone."""
    mine = (_ACCOUNTS.c.person_id == person_id) & (_ACCOUNTS.c.vendor == vendor)
    connection.execute(sa.delete(_ACCOUNTS).where(mine))


def held_by(connection: Connection, team_id: str, slack_id: str) -> Sequence[Account]:
    """Return what somebody has, by vendor; nothing where nobody is remembered."""
    person = find(connection, team_id, slack_id)
    return accounts_of(connection, person.id) if person and person.id else []


def accounts_of(connection: Connection, person_id: int) -> Sequence[Account]:
    """Return what a person has, by vendor."""
    mine = sa.select(_ACCOUNTS).where(_ACCOUNTS.c.person_id == person_id)
    rows = connection.execute(mine.order_by(_ACCOUNTS.c.vendor))
    return [Account(**row) for row in rows.mappings()]
