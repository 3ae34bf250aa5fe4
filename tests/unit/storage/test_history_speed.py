"""The history costs the same at any depth: what the databases say they will read, and do read."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import history
from storage.history import Filter
from storage.models import METADATA
from tests.unit.storage.rows import NOW, SECOND, request_row
from tests.unit.storage.worked import steps_of

MANY = 12_000
DAY = 24 * 3600 * SECOND
MADE_EVERY = 600 * SECOND
LEAST_DEPTH = 1_000
BY_KEY = {
    "sqlite": re.compile(r"SEARCH|SCAN request'?\)?$"),
    "postgresql": re.compile(r"Index (Only )?Scan"),
}
FULL = {
    "sqlite": re.compile(r"SCAN step|TEMP B-TREE"),
    "postgresql": re.compile(r"Seq Scan"),
}

QUESTIONS = {
    "everything": Filter("T0HOME"),
    "a person": Filter("T0HOME", subject="U0SUBJECT3"),
    "a requester": Filter("T0HOME", requester="U0ASKS2"),
    "a state": Filter("T0HOME", state="denied"),
    "a vendor": Filter("T0HOME", vendor="axolo"),
    "a batch": Filter("T0HOME", batch=3),
    "a batch at a vendor": Filter("T0HOME", batch=3, vendor="axolo"),
    "a number": Filter("T0HOME", number=4_711),
    "a vendor and a state": Filter("T0HOME", vendor="axolo", state="denied"),
    "a person's part at a vendor": Filter("T0HOME", subject="U0SUBJECT3", vendor="axolo"),
    "what one may see": Filter("T0HOME", viewer="U0ASKS1"),
    "a month": Filter("T0HOME", since=NOW + 20 * DAY, until=NOW + 30 * DAY),
    "a month at a vendor": Filter("T0HOME", vendor="axolo", since=NOW, until=NOW + 30 * DAY),
    "all of it": Filter(
        "T0HOME", "U0SUBJECT3", "U0ASKS2", "completed", viewer="U0ASKS1", vendor="axiom",
        since=NOW, until=NOW + 60 * DAY,
    ),
}  # fmt: skip


@pytest.fixture
def crowded(engine: Engine) -> Iterator[Connection]:
    """Give a database with many requests; PostgreSQL gets to know by itself how many they are."""
    requests, steps = METADATA.tables["request"], METADATA.tables["step"]
    with engine.begin() as connection:
        connection.execute(sa.insert(requests), [_request(one) for one in range(1, MANY + 1)])
        connection.execute(sa.insert(steps), [_step(one) for one in range(1, MANY + 1)])
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))
        yield connection


def _request(number: int) -> dict[str, object]:
    state = "denied" if number % 10 == 0 else "completed"
    values: dict[str, str | None] = {
        "subject": f"U0SUBJECT{number % 1_000}",
        "requester": f"U0ASKS{number % 5}",
        "principal": f"U0ASKS{number % 4}" if number % 20 == 0 else None,
    }
    made = NOW + number * MADE_EVERY
    batch = number // 500 if number % 50 == 0 else None
    row = request_row(**values, state=state, created_at=made, confidential=number % 7 == 0)
    return {**row, "batch": batch}


def _step(number: int) -> dict[str, object]:
    return {
        "ref": f"one-{number}", "request_number": number, "title": "A vendor", "state": "done",
        "vendor": "axolo" if number % 3 == 0 else "axiom", "access": "{}", "effect": "create",
        "planned": "", "risks": "", "detail": "", "attempts": 1, "tries": 0, "updated_at": NOW,
    }  # fmt: skip


def test_no_question_reads_a_table_from_end_to_end(crowded: Connection) -> None:
    for wanted in QUESTIONS.values():
        for after in (None, MANY // 2, LEAST_DEPTH):
            for statement in _statements(crowded, wanted, after):
                plan = _plan(crowded, statement)
                assert BY_KEY[crowded.dialect.name].search(plan), (statement, plan)
                assert not FULL[crowded.dialect.name].search(plan), (statement, plan)
                assert not re.search(r"offset [1-9]", statement, re.IGNORECASE)


def test_a_full_scan_would_be_seen(crowded: Connection) -> None:
    """The control: what no index leads is read from end to end."""
    plan = _plan(crowded, "SELECT number FROM request WHERE reason = 'x' ORDER BY profile")
    assert FULL[crowded.dialect.name].search(plan), plan


def test_a_deep_page_is_no_more_work_than_the_first(crowded: Connection) -> None:
    everything = _work(crowded, ["SELECT number FROM request WHERE reason = 'x'"])
    for name, wanted in QUESTIONS.items():
        pages = [_statements(crowded, wanted, after) for after in (None, LEAST_DEPTH)]
        first, deep = (_work(crowded, page) for page in pages)
        assert deep < everything / 2 > first, (name, first, deep, everything)
        assert deep <= 2 * first, (name, first, deep)


def _plan(connection: Connection, statement: str) -> str:
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[connection.dialect.name]
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement))


def _statements(connection: Connection, wanted: Filter, after: int | None) -> list[str]:
    """Return the statements that a page is read with, their parameters written out."""
    seen: list[str] = []

    def listen(_: Connection, element: sa.Select[tuple[int]], *_rest: object) -> None:
        compiled = element.compile(
            connection, compile_kwargs={"literal_binds": True, "render_postcompile": True}
        )
        seen.append(str(compiled).replace("%", "%%"))

    sa.event.listen(connection, "before_execute", listen)
    try:
        history.page(connection, wanted, after=after, size=10, look_back=history.LOOK_BACK)
    finally:
        sa.event.remove(connection, "before_execute", listen)
    return seen


def _work(connection: Connection, statements: list[str]) -> int:
    """Return how much work statements are: rows that PostgreSQL reads, or steps of SQLite."""
    if connection.dialect.name == "postgresql":
        return sum(_rows_of(connection, one) for one in statements)
    return steps_of(
        connection, lambda: [connection.exec_driver_sql(one).all() for one in statements]
    )


def _rows_of(connection: Connection, statement: str) -> int:
    """Return how many rows the nodes of a plan gave or threw away."""
    answer = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}").scalar_one()
    return 1 + sum(_rows_in(one["Plan"]) for one in answer)


def _rows_in(node: dict[str, object]) -> int:
    loops = _number(node.get("Actual Loops"))
    seen = _number(node.get("Actual Rows")) + _number(node.get("Rows Removed by Filter"))
    below = node.get("Plans")
    return loops * seen + sum(_rows_in(one) for one in (below if isinstance(below, list) else []))


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
