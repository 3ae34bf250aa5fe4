"""Pages by key: every request once, newest first, at the same price however deep the page is."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import history
from storage.history import Filter
from storage.models import METADATA
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step, request_row

MANY = 2_000
PEOPLE = 7


def fill(connection: Connection) -> None:
    """Insert many requests: about and by several people, in several states."""
    rows = [
        request_row(
            subject=f"U0SUBJECT{number % PEOPLE}",
            requester=f"U0ASKS{number % 5}",
            principal=f"U0WANTS{number % 3}" if number % 11 == 0 else None,
            confidential=number % 4 == 0,
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
            Filter(team_id="T0HOME", requester="U0WANTS1"),
            Filter(team_id="T0HOME", requester="U0ASKS2", viewer="U0WANTS1"),
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


def test_a_vendor_is_one_that_the_plan_has_a_part_for(engine: Engine) -> None:
    with engine.begin() as connection:
        axiom, axolo, both = (add_request(connection, requester="U0ASKS1") for _ in range(3))
        for number, vendor in (
            (axiom, "axiom"),
            (axolo, "axolo"),
            (both, "axiom"),
            (both, "axolo"),
        ):
            add_step(connection, number, vendor=vendor)
        assert numbers(connection, Filter(vendor="axiom"), 1) == [both, axiom]
        assert numbers(connection, Filter(vendor="axolo"), 5) == [both, axolo]
        assert numbers(connection, Filter("T0HOME", vendor="axolo", number=both), 5) == [both]
        assert numbers(connection, Filter("T0HOME", vendor="axiom", requester="U0ASKS2"), 5) == []


def test_a_span_of_time_takes_its_beginning_and_leaves_its_end(engine: Engine) -> None:
    day = 24 * 3600 * SECOND
    with engine.begin() as connection:
        made = [add_request(connection, created_at=NOW + one * day) for one in range(9)]
        span = Filter(since=NOW + 3 * day, until=NOW + 5 * day)
        assert numbers(connection, span, 1) == [made[4], made[3]]
        assert numbers(connection, Filter(since=NOW + 7 * day), 5) == [made[8], made[7]]
        assert numbers(connection, Filter(until=NOW + day), 5) == [made[0]]


def test_numbers_that_came_out_of_step_with_time_are_found(engine: Engine) -> None:
    """Two processes number requests in another order than they read their clocks."""
    hour = 3600 * SECOND
    with engine.begin() as connection:
        late = add_request(connection, created_at=NOW + hour)
        early = add_request(connection, created_at=NOW - hour)
        assert numbers(connection, Filter(since=NOW), 5) == [late]
        assert numbers(connection, Filter(until=NOW), 5) == [early]


def test_a_page_that_looks_back_a_little_says_where_to_go_on(engine: Engine) -> None:
    with engine.begin() as connection:
        oldest = add_request(connection, state="denied", requester="U0BOSS")
        for _ in range(300):
            add_request(connection, requester="U0BOSS")
        wanted = Filter("T0HOME", requester="U0BOSS", state="denied")
        pages, after = 0, None
        while True:
            page = history.page(connection, wanted, after=after, size=5, look_back=100)
            pages, after = pages + 1, page.after
            if after is None:
                break
            assert list(page.requests) == []
        assert [one.number for one in page.requests] == [oldest]
        assert 2 <= pages <= 4


def test_what_is_confidential_is_left_to_the_one_who_asked(engine: Engine) -> None:
    with engine.begin() as connection:
        hidden = add_request(connection, confidential=True, requester="U0BOSS")
        plain = add_request(connection, confidential=False, requester="U0ASKS")
        assert numbers(connection, Filter(viewer="U0ASKS"), 5) == [plain]
        assert numbers(connection, Filter(viewer="U0BOSS"), 5) == [plain, hidden]
