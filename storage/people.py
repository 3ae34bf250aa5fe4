"""People and what they have at the vendors."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.entities import all_of, one_of
from storage.models import METADATA, Account, Person
from storage.statements import Prepared, always, replacing

_PEOPLE = METADATA.tables["person"]
_ACCOUNTS = METADATA.tables["account"]
_FOUND = sa.select(_PEOPLE).where(
    _PEOPLE.c.team_id == sa.bindparam("team"), _PEOPLE.c.slack_id == sa.bindparam("who")
)
_KNOWN = Prepared(always(_FOUND))
_IS_KNOWN = Prepared(always(_FOUND.with_only_columns(_PEOPLE.c.id)))


_REMEMBERED = replacing(_PEOPLE, "team_id", "slack_id")
_NOTED = replacing(_ACCOUNTS, "person_id", "vendor")


def remember(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write all that is known of a person now; return their key here."""
    return int(_REMEMBERED.first(connection, **values))


def find(connection: Connection, team_id: str, slack_id: str) -> Person | None:
    """Return what is remembered of a person, also after they left Slack."""
    return one_of(connection, _KNOWN, Person, team=team_id, who=slack_id)


def with_email(connection: Connection, team_id: str, email: str) -> Sequence[Person]:
    """Return whoever is remembered with an address, however it is spelled."""
    mine = (_PEOPLE.c.team_id == team_id) & (sa.func.lower(_PEOPLE.c.email) == email.lower())
    return all_of(connection, sa.select(_PEOPLE).where(mine).order_by(_PEOPLE.c.id), Person)


def note_account(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write all that is known of what a person has at a vendor, as we were told or saw."""
    _NOTED.run(connection, **values)


def drop_account(connection: Connection, person_id: int, vendor: str) -> None:
    """Forget an account that is gone."""
    mine = (_ACCOUNTS.c.person_id == person_id) & (_ACCOUNTS.c.vendor == vendor)
    connection.execute(sa.delete(_ACCOUNTS).where(mine))


def held_by(connection: Connection, team_id: str, slack_id: str) -> Sequence[Account]:
    """Return what somebody has, by vendor; nothing where nobody is remembered."""
    person: int | None = _IS_KNOWN.first(connection, team=team_id, who=slack_id)
    return [] if person is None else accounts_of(connection, person)


def accounts_of(connection: Connection, person_id: int) -> Sequence[Account]:
    """Return what a person has, by vendor."""
    mine = sa.select(_ACCOUNTS).where(_ACCOUNTS.c.person_id == person_id)
    return all_of(connection, mine.order_by(_ACCOUNTS.c.vendor), Account)
