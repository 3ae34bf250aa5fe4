"""What a connection must be before anything is promised on it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy.engine import Engine

from storage.engine import create_engine, is_sqlite, normal_url
from storage.migrate import upgrade


@contextmanager
def closing_engine(engine: Engine) -> Iterator[None]:
    """Let the engine's connections go at the end."""
    try:
        yield
    finally:
        engine.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    engine = create_engine(sqlite_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_every_connection_to_sqlite_is_durable_and_patient(
    sqlite: Engine, pragma: str, value: str | int
) -> None:
    """``synchronous`` is 2, FULL: what is committed is on disk (https://www.sqlite.org/pragma.html)."""
    with sqlite.begin(), sqlite.execution_options(reading=True).begin() as reader:
        assert reader.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    with sqlite.begin() as writer:
        assert writer.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_connections_that_open_a_new_file_at_once_are_all_served(tmp_path: Path) -> None:
    """SQLite refuses the second switch to WAL however patient a connection is."""
    together = Barrier(8)

    def open_and_write(round_: int) -> None:
        engine = create_engine(f"sqlite:///{tmp_path / str(round_)}.db")
        together.wait()
        with closing_engine(engine), engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS one (key)")

    with ThreadPoolExecutor(together.parties) as threads:
        list(threads.map(open_and_write, [n // together.parties for n in range(480)]))


def test_a_write_takes_the_lock_before_it_reads(sqlite: Engine) -> None:
    other = sqlite3.connect(sqlite.url.database or "", timeout=0, isolation_level=None)
    with closing(other), sqlite.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_a_read_waits_for_no_write(sqlite: Engine) -> None:
    reading = sqlite.execution_options(reading=True)
    with sqlite.begin() as connection, reading.begin() as reader:
        connection.exec_driver_sql("INSERT INTO inbox (key, at) VALUES ('a', 1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 0


def test_postgresql_frees_what_a_frozen_process_holds(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert shown == "10s"
        assert connection.exec_driver_sql("SHOW timezone").scalar() == "UTC"
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("postgresql://a:p%40ss@h/b", "postgresql+psycopg://a:p%40ss@h/b"),
        ("postgresql+psycopg2://a@h/b", "postgresql+psycopg://a@h/b"),
        (
            "postgresql://a@h:5433/b?sslmode=require",
            "postgresql+psycopg://a@h:5433/b?sslmode=require",
        ),
        ("sqlite:///aboard.db", "sqlite:///aboard.db"),
    ],
)
def test_an_address_is_used_with_our_own_driver(url: str, normal: str) -> None:
    assert normal_url(url) == normal
    assert is_sqlite(url) is url.startswith("sqlite")


def test_the_driver_shows_no_password_when_it_is_printed() -> None:
    engine = create_engine("postgresql://aboard:pass-word@localhost/aboard")
    assert "pass-word" not in f"{engine!r} {engine.url!r} {engine.url!s}"


def test_a_connection_of_sqlite_keeps_half_a_megabyte_of_pages(sqlite_url: str) -> None:
    """A negative number is in KiB (https://www.sqlite.org/pragma.html#pragma_cache_size)."""
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -512
    engine.dispose()
