"""Planted defects: the database, its migrations and its copies."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from commands import errors
from commands.dispatch import Dispatch
from rules import moments
from rules.moments import Wall
from storage import database, engine, migrate
from storage.database import Database
from storage.pauses import Standing
from workflow import insisting
from workflow.shift import Shift


def _pause_only_told() -> None:
    async def told(self: Shift, standing: Standing) -> None:
        self._is_paused = standing.since is not None
        if self._held is None:
            await self._begin()

    Shift._turn = told  # type: ignore[method-assign]  # that is the defect


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
    command = Dispatch._command

    async def hasty(
        self: Dispatch, ack: AsyncAck, body: dict[str, Any], request: AsyncBoltRequest
    ) -> BoltResponse:
        answered = await ack()
        await command(self, ack, body, request)
        return answered

    Dispatch._command = hasty  # type: ignore[method-assign]  # that is the defect


def _ready_whatever_happens() -> None:
    async def always(self: Database) -> bool:  # noqa: ARG001 - that is the defect
        return True

    Database.can_write = always  # type: ignore[method-assign]  # that is the defect


def _transaction_taken_for_granted() -> None:
    def trusting(_: Connection, cause: BaseException | None = None) -> None:
        """Look at nothing."""

    setattr(database, "_be_within", trusting)  # noqa: B010 - its parameter has another name


def _given_up_at_once() -> None:
    def never(error: Exception) -> bool:  # noqa: ARG001 - that is the defect
        return False

    setattr(insisting, "is_passing", never)  # noqa: B010 - it is imported there


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "the pause is ignored": _pause_only_told,
        "a transaction takes its lock late": _lock_taken_late,
        "what is not written is said to be recorded": _said_before_written,
        "what is asked is acknowledged before it is written": _acknowledged_first,
        "a full disk keeps nobody from being ready": _ready_whatever_happens,
        "nobody looks whether the transaction is still there": _transaction_taken_for_granted,
        "an attempt does not wait for its database": _given_up_at_once,
        "a time of day is read as UTC": _everywhere_utc,
        "a migration is kept statement by statement": _statement_by_statement,
        "a migration renames what the version before writes": _a_column_renamed,
    }
)
