"""Pages by key: every request once, newest first, at the same price however deep the page is."""

import re

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import history
from storage.history import Filter
from storage.models import METADATA
from tests.unit.storage.rows import add_request, request_row

MANY = 2_000
PEOPLE = 7


def fill(connection: Connection) -> None:
    """Insert many requests: about and by several people, in several states."""
    rows = [
        request_row(
            subject=f"U0SUBJECT{number % PEOPLE}",
            requester=f"U0ASKS{number % 5}",
            state="pending" if number < PEOPLE else "completed",
            team_id="T0OTHER" if number % 100 == 99 else "T0HOME",
        )
        for number in range(MANY)
    ]
    connection.execute(sa.insert(METADATA.tables["request"]), [dict(row) for row in rows])


def numbers(connection: Connection, wanted: Filter, size: int) -> list[int]:
    """Follow the pages to their end."""
    found: list[int] = []
    after: int | None = None
    while True:
        page = history.page(connection, wanted, after=after, size=size)
        assert len(page.requests) <= size
        found += [one.number or 0 for one in page.requests]
        if page.after is None:
            return found
        assert len(page.requests) == size
        after = page.after


def test_the_pages_show_every_request_once_and_newest_first(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
    with engine.begin() as connection:
        found = numbers(connection, Filter(), 100)
    assert len(found) == MANY
    assert found == sorted(set(found), reverse=True)


def test_a_filter_narrows_by_everything_that_is_given(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        table = METADATA.tables["request"]
        for wanted in (
            Filter(subject="U0SUBJECT3"),
            Filter(requester="U0ASKS2"),
            Filter(state="pending"),
            Filter(team_id="T0OTHER"),
            Filter(team_id="T0HOME", subject="U0SUBJECT3", requester="U0ASKS2", state="completed"),
            Filter(subject="U0NOBODY"),
        ):
            expected = connection.scalars(
                sa.select(table.c.number).where(*wanted.clauses()).order_by(table.c.number.desc())
            )
            assert numbers(connection, wanted, 50) == list(expected)
        assert numbers(connection, Filter(state="pending"), 50)
        assert not numbers(connection, Filter(subject="U0NOBODY"), 50)


def test_a_page_of_the_exact_size_is_the_last_one(engine: Engine) -> None:
    with engine.begin() as connection:
        for _ in range(4):
            add_request(connection)
        assert history.page(connection, Filter(), after=None, size=4).after is None
        assert history.page(connection, Filter(), after=None, size=3).after is not None


def test_what_is_made_while_somebody_reads_shifts_no_page(engine: Engine) -> None:
    with engine.begin() as connection:
        old = [add_request(connection) for _ in range(6)]
        first = history.page(connection, Filter(), after=None, size=3)
        for _ in range(3):
            add_request(connection)
        second = history.page(connection, Filter(), after=first.after, size=3)
        seen = [one.number for one in (*first.requests, *second.requests)]
    assert seen == old[::-1]


def test_a_deep_page_reads_by_key_and_not_by_counting(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        lowest = min(numbers(connection, Filter(), MANY))
        connection.execute(sa.text("ANALYZE"))
        query = _query_of(connection, lowest + 20)
        plan = connection.exec_driver_sql(f"{EXPLAIN[connection.dialect.name]} {query}")
        text = " ".join(str(row) for row in plan).lower()
    assert not re.search(r"offset [1-9]", query.lower())
    assert "index scan" in text or "search request using integer primary key" in text, text


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


def _query_of(connection: Connection, after: int) -> str:
    """Return the statement that a page is read with, its parameters written out."""
    seen: list[str] = []

    def listen(_: Connection, element: sa.Select[tuple[int]], *_rest: object) -> None:
        seen.append(str(element.compile(connection, compile_kwargs={"literal_binds": True})))

    sa.event.listen(connection, "before_execute", listen)
    history.page(connection, Filter(), after=after, size=10)
    return seen[0]
