"""Planted defects: the audit trail and what is kept of people."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import rotation
from bot.credentials import Credential
from storage import audit, audit_chain, erasure, migrate, sweeping
from storage.audit import Fact
from storage.links import Key
from workflow import audit_refusals, audit_verify, period_rows
from workflow.audit_signing import Anchor
from workflow.audit_verify import Verdict

KEPT = ("auditevent", "auditlink")


def _anchors_ignored() -> None:
    verify = audit_verify.verify

    def without(
        connection: Connection, keys: Collection[Key] = (), anchors: Collection[Anchor] = ()
    ) -> Verdict:
        return verify(connection, keys, list(anchors)[:0])

    audit_verify.verify = without


def _tables_open() -> None:
    upgrade = migrate.upgrade

    def and_open(engine: Engine, to: str = "head") -> None:
        upgrade(engine, to)
        with engine.begin() as connection:
            _drop_triggers(connection)

    migrate.upgrade = and_open


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in filter(sa.inspect(connection).has_table, KEPT):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    found = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in connection.scalars(found).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _refusals_forgotten() -> None:
    record = audit.record

    def some(connection: Connection, fact: Fact) -> int:
        return 0 if fact.code in {"DEC101W", "EXP101W"} else record(connection, fact)

    audit.record = some


def _no_exceptions() -> None:
    def none(part: period_rows._Part) -> tuple[str, ...]:
        return tuple(part.step.vendor for _ in ())

    period_rows._exceptions = none


def _a_field_left_empty() -> None:
    def empty(part: period_rows._Part) -> str:
        return "".join(part.step.vendor for _ in ())

    period_rows._independent = empty


def _events_unsealed() -> None:
    audit_chain.note = lambda *_: None


def _files_read_once() -> None:
    async def not_again(_: rotation.Rotation) -> None:
        return None

    def not_at_once(_: rotation.Rotation, __: Credential) -> None:
        return None

    setattr(rotation.Rotation, "once", not_again)  # noqa: B010 - a checker refuses to replace a method
    setattr(rotation.Rotation, "_look", not_at_once)  # noqa: B010 - likewise


def _refusals_uncounted() -> None:
    def forget(_: audit_refusals.Refusals, __: str) -> None:
        return None

    setattr(audit_refusals.Refusals, "note", forget)  # noqa: B010 - a checker refuses to replace a method


def _table_forgotten() -> None:
    sweeping._TRAIL.add("step")


def _names_left() -> None:
    for name in ("given_name", "family_name"):
        del erasure._NOBODY[name]


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "a table is not searched for words": _table_forgotten,
        "first and last names are left in requests": _names_left,
        "what is refused at the door is not counted": _refusals_uncounted,
        "files are not read again": _files_read_once,
        "anchors are not compared": _anchors_ignored,
        "the tables have no triggers": _tables_open,
        "refusals are not recorded": _refusals_forgotten,
        "nothing is an exception": _no_exceptions,
        "a field is left empty": _a_field_left_empty,
        "events are not sealed": _events_unsealed,
    }
)
