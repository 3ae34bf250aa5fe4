"""Statements that are prepared: the same effects, rows and errors, whichever way they run."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import create_engine
from storage.statements import Prepared, always, inserting, run_text

_TABLES = sa.MetaData()
_BOOKS = sa.Table(
    "book",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, unique=True),
    sa.Column("pages", sa.Integer, default=7),
)
_ADDED = Prepared(always(sa.insert(_BOOKS).returning(_BOOKS.c.id)))
_NEW = Prepared(inserting(_BOOKS, lambda one: one.on_conflict_do_nothing().returning(_BOOKS.c.id)))
_SHELVED = Prepared(always(sa.insert(_BOOKS)))
_FOUND = Prepared(
    always(
        sa.select(_BOOKS.c.title, _BOOKS.c.pages)
        .where(_BOOKS.c.title != "", _BOOKS.c.id == sa.bindparam("which"))
        .limit(1)
    )
)


def _ignore(*_: object) -> None:
    """Hear a statement and do nothing."""


@pytest.fixture(params=["unheard", "heard"])
def connection(database_url: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Yield a connection with one table; with and without somebody who listens to statements."""
    engine = create_engine(database_url)
    if request.param == "heard":
        sa.event.listen(engine, "before_cursor_execute", _ignore)
    yield from _within(engine)
    engine.dispose()


def _within(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as opened:
        _TABLES.create_all(opened)
    try:
        with engine.begin() as opened:
            yield opened
    finally:
        with engine.begin() as opened:
            _TABLES.drop_all(opened)


def test_what_is_written_is_found_again(connection: Connection) -> None:
    number = _ADDED.first(connection, title="Emma", pages=None)
    assert list(map(tuple, _FOUND.run(connection, which=number))) == [("Emma", None)]
    assert _FOUND.first(connection, which=number) == "Emma"
    assert _FOUND.first(connection, which=number + 1) is None


def test_a_default_is_put_in_where_nothing_is_given(connection: Connection) -> None:
    number = _ADDED.first(connection, title="Emma")
    assert tuple(_FOUND.run(connection, which=number)[0]) == ("Emma", 7)


def test_what_is_there_already_returns_no_row(connection: Connection) -> None:
    assert _NEW.first(connection, title="Emma", pages=1) is not None
    assert _NEW.first(connection, title="Emma", pages=2) is None


def test_a_value_is_never_part_of_the_statement(connection: Connection) -> None:
    title = "'); DROP TABLE book; --"
    number = _ADDED.first(connection, title=title, pages=1)
    assert _FOUND.first(connection, which=number) == title


def test_what_the_database_refuses_is_refused_without_the_values(connection: Connection) -> None:
    _ADDED.first(connection, title="Emma", pages=1)
    with pytest.raises(IntegrityError) as refused, connection.begin_nested():
        _ADDED.first(connection, title="Emma", pages=1)
    assert "Emma" not in str(refused.value)


def _book(title: str) -> dict[str, str | int | None]:
    return {"title": title, "pages": None}


def test_what_is_run_for_many_is_run_for_each_in_their_order(connection: Connection) -> None:
    _SHELVED.run_many(connection, [_book("Emma"), _book("Ada"), _book("Bo")])
    rows = connection.execute(sa.select(_BOOKS.c.title).order_by(_BOOKS.c.id))
    assert rows.scalars().all() == ["Emma", "Ada", "Bo"]


def test_for_nobody_nothing_is_run(connection: Connection) -> None:
    _SHELVED.run_many(connection, [])
    assert connection.execute(sa.select(_BOOKS.c.id)).all() == []


def test_one_of_many_that_is_refused_is_refused_without_the_values(connection: Connection) -> None:
    with pytest.raises(IntegrityError) as refused, connection.begin_nested():
        _SHELVED.run_many(connection, [_book("Emma"), _book("Emma")])
    assert "Emma" not in str(refused.value)


def test_a_text_that_is_no_statement_is_refused_as_sqlalchemy_does(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    with engine.begin() as opened, pytest.raises(OperationalError):
        run_text(opened, "RELEASE nothing")
    engine.dispose()


def test_who_listens_hears_every_statement(sqlite_url: str) -> None:
    engine, heard = create_engine(sqlite_url), list[str]()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        heard.append(statement.split(maxsplit=1)[0])

    with engine.begin() as opened:
        _TABLES.create_all(opened)
    sa.event.listen(engine, "before_cursor_execute", note)
    with engine.begin() as opened:
        run_text(opened, "SAVEPOINT work")
        _ADDED.first(opened, title="Emma", pages=1)
    engine.dispose()
    assert heard == ["BEGIN", "SAVEPOINT", "INSERT"]
