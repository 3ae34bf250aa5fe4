"""What the database itself keeps anybody from: the triggers, and a role that may only add.

Triggers stop a mistake and a stolen password; the owner of a table can switch them off. On
PostgreSQL Aboard can work as a role that owns nothing and may only read and add audit rows.
"""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA

KEPT = ("auditevent", "auditlink")
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_CHANGES = ("UPDATE", "DELETE", "TRUNCATE")
_ON_SQLITE = frozenset(
    f"{table}_{what}" for table in KEPT for what in ("update", "delete", "replace")
)
_ON_POSTGRESQL = frozenset(f"{table}_{what}" for table in KEPT for what in ("rows", "whole"))


@dataclass(frozen=True, slots=True)
class Guard:
    """How the audit rows are kept. ``by_role`` is None where the database knows no roles."""

    by_triggers: bool
    by_role: bool | None


def grants(role: str) -> list[str]:
    """Return the SQL that lets ``role`` work and only add audit rows; ``ValueError`` on its name.

    The owner of the tables runs it, after each migration. ``dbos`` is the durable engine's schema.
    """
    if _ROLE.fullmatch(role) is None:
        raise ValueError("must be a plain name: small letters, digits and underscores")
    others = ", ".join(f'"{name}"' for name in sorted(set(METADATA.tables) - set(KEPT)))
    kept = ", ".join(KEPT)
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};",
        f"GRANT USAGE ON SCHEMA public TO {role};",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {others} TO {role};",
        f"GRANT SELECT, INSERT ON {kept} TO {role};",
        f"GRANT SELECT ON alembic_version TO {role};",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};",
        "CREATE SCHEMA IF NOT EXISTS dbos;",
        f"GRANT USAGE ON SCHEMA dbos TO {role};",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA dbos TO {role};",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA dbos TO {role};",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA dbos TO {role};",
    ]


def guard(connection: Connection) -> Guard:
    """Return how the audit rows are kept from whoever is connected."""
    if connection.dialect.name != "postgresql":
        return Guard(_sqlite_triggers(connection) >= _ON_SQLITE, None)
    return Guard(_postgresql_triggers(connection) >= _ON_POSTGRESQL, _may_only_add(connection))


def _sqlite_triggers(connection: Connection) -> set[str]:
    found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return set(connection.scalars(found))


def _postgresql_triggers(connection: Connection) -> set[str]:
    """Return the triggers that are not switched off."""
    found = sa.text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
    return set(connection.scalars(found))


def _may_only_add(connection: Connection) -> bool:
    """Tell whether the role may change nothing and owns nothing, itself or by membership."""
    right = sa.text("SELECT has_table_privilege(:table, :right)")
    owner = sa.text(
        "SELECT pg_has_role(c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = to_regclass(:table)"
    )
    may_change = any(
        connection.scalar(right, {"table": table, "right": one})
        for table in KEPT
        for one in _CHANGES
    )
    return not may_change and not any(connection.scalar(owner, {"table": one}) for one in KEPT)
