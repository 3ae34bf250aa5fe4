"""Planted defects: the database, its migrations and its copies."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from commands import errors
from commands.dispatch import Dispatch, Handler, Reader
from rules import moments
from rules.moments import Wall
from storage import engine, migrate, pauses
from storage.database import Database
from storage.pauses import Standing


def _no_pause() -> None:
    def working(connection: Connection) -> Standing:  # noqa: ARG001 - its name is part of it
        return Standing()

    pauses.standing = working


def _statement_by_statement() -> None:
    @contextmanager
    def hasty(engine: Engine) -> Iterator[Connection]:
        with engine.connect() as connection, connection.begin():

            def keep(*_: object) -> None:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.commit()

            event.listen(connection, "after_cursor_execute", keep)
            yield connection

    migrate._alone_on = hasty


def _a_column_renamed() -> None:
    upgrade = migrate.upgrade

    def and_rename(engine: Engine, to: str = "head") -> None:
        upgrade(engine, to)
        if to == "head":
            with engine.begin() as connection:
                connection.execute(sa.text("ALTER TABLE request RENAME COLUMN reason TO why"))

    migrate.upgrade = and_rename


def _lock_taken_late() -> None:
    def hasty(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    setattr(engine, "_begin_sqlite", hasty)  # noqa: B010 - its parameter has another name


def _everywhere_utc() -> None:
    instant = moments.instant

    def naive(at: Wall, zone: str) -> int:  # noqa: ARG001 - that is the defect
        return instant(at, "UTC")

    moments.instant = naive


def _said_before_written() -> None:
    def recorded(error: Exception) -> str:  # noqa: ARG001 - its name is part of it
        return "Request *#1* is recorded."

    errors.explain = recorded


def _acknowledged_first() -> None:
    handle = Dispatch._handle

    async def hasty(  # noqa: PLR0913, PLR0917 - its arguments are the method's
        self: Dispatch,
        ack: AsyncAck,
        body: dict[str, Any],
        request: AsyncBoltRequest,
        read: Reader,
        handler: Handler,
    ) -> None:
        await ack()
        await handle(self, body, request, read, handler)

    Dispatch._answer = hasty  # type: ignore[method-assign]  # that is the defect


def _ready_whatever_happens() -> None:
    async def always(self: Database) -> bool:  # noqa: ARG001 - that is the defect
        return True

    Database.can_write = always  # type: ignore[method-assign]  # that is the defect


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "the pause is ignored": _no_pause,
        "a transaction takes its lock late": _lock_taken_late,
        "what is not written is said to be recorded": _said_before_written,
        "what is asked is acknowledged before it is written": _acknowledged_first,
        "a full disk keeps nobody from being ready": _ready_whatever_happens,
        "a time of day is read as UTC": _everywhere_utc,
        "a migration is kept statement by statement": _statement_by_statement,
        "a migration renames what the version before writes": _a_column_renamed,
    }
)
