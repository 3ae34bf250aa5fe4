"""Planted defects: each takes one promise out of the product, for one run of the tests.

A row of the battery means something only where its tests fail with its defect. They are planted
before any test is imported (`tests.battery.plugin`), in a process of its own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from ssl import SSLContext
from types import MappingProxyType

import sqlalchemy as sa
from httpx import AsyncClient
from sqlalchemy.engine import Connection, Engine

from bot import guard, logs
from commands.views import text as words
from rules import policy
from rules.people import Actor
from rules.policy import Ruling
from storage import audit, audit_chain, inbox, migrate
from storage.audit import Fact
from storage.links import Key
from vendors import client, transport
from vendors.tools import Limits
from workflow import audit_verify, period_rows, spreadsheets
from workflow.audit_signing import Anchor
from workflow.audit_verify import Verdict

KEPT = ("auditevent", "auditlink")


def _guard_open() -> None:
    def pass_on(*_: object) -> dict[str, object]:
        return {}

    setattr(guard.Guard, "check", pass_on)  # noqa: B010 - a checker refuses to replace a method


def _long_window() -> None:
    guard.WINDOW_SECONDS = 900


def _every_delivery_is_new() -> None:
    first_time = inbox.first_time

    def always(connection: Connection, key: str, at: int, number: int | None = None) -> bool:
        first_time(connection, key, at, number)
        return True

    inbox.first_time = always


def _any_team() -> None:
    standing = policy.standing

    def at_home(actor: Actor, home_team: str) -> Ruling:
        return standing(replace(actor, team_id=home_team), home_team)

    policy.standing = at_home


def _about_oneself() -> None:
    policy._is_subject = lambda *_: False


def _markup_passes() -> None:
    def as_typed(text: str, limit: int = 200) -> str:
        return text[:limit]

    words.literal = as_typed


def _cells_as_a_library_does() -> None:
    spreadsheets._is_skipped = lambda sign: sign == ""


def _plain_logs() -> None:
    def as_logged(_: logs.Mask, line: str) -> str:
        return line

    setattr(logs.Mask, "line", as_logged)  # noqa: B010 - a checker refuses to replace a method


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


def _redirects_followed() -> None:
    made = transport.http_client

    def following(tls: SSLContext | None, limits: Limits) -> AsyncClient:
        one = made(tls, limits)
        one.follow_redirects = True
        return one

    setattr(client, "http_client", following)  # noqa: B010 - the name is the client's own


def _refusals_forgotten() -> None:
    record = audit.record

    def some(connection: Connection, fact: Fact) -> int:
        return 0 if fact.code in {"DEC101W", "EXP101W"} else record(connection, fact)

    audit.record = some


def _no_exceptions() -> None:
    def none(part: period_rows._Part) -> tuple[str, ...]:
        return tuple(part.step.vendor for _ in ())

    period_rows._exceptions = none


def _events_unsealed() -> None:
    audit_chain.note = lambda *_: None


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "the guard lets everything pass": _guard_open,
        "a signature holds for fifteen minutes": _long_window,
        "every delivery is new": _every_delivery_is_new,
        "any team is the home team": _any_team,
        "whoever it is about may decide": _about_oneself,
        "text is not escaped": _markup_passes,
        "cells are made safe as defusedcsv 3.0.0 does": _cells_as_a_library_does,
        "the log masks nothing": _plain_logs,
        "anchors are not compared": _anchors_ignored,
        "the tables have no triggers": _tables_open,
        "redirects are followed": _redirects_followed,
        "refusals are not recorded": _refusals_forgotten,
        "nothing is an exception": _no_exceptions,
        "events are not sealed": _events_unsealed,
    }
)
"""What is wrong with the product, in words, and how it is made so."""
