"""What App Home lists: the right rows, on pages that fit together, found by an index alone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from rules.pages import Span, span_of
from rules.states import StepState
from storage import alarms, home, home_steps
from storage.alarms import Due
from storage.home import Row
from storage.home_pages import Ask, Slice
from storage.models import METADATA
from storage.statements import note_driver
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step, end_step, request_row

TEAM, VIEWER = "T0HOME", "U0ASKS1"
MANY = 10_000
FIRST = Ask(TEAM, VIEWER, Span(), 5)
LISTS: dict[str, Callable[[Connection, Ask], Slice[Row]]] = {
    "mine": home.of_requester,
    "about somebody": lambda connection, ask: home.about(connection, ask, "U0SUBJECT3", own=False),
    "my own about somebody": lambda connection, ask: home.about(
        connection, ask, "U0SUBJECT3", own=True
    ),
    "on board": home.on_board,
    "leaving": home.leaving,
    "in trouble": home.in_trouble,
}


def fill(connection: Connection, many: int = 120) -> None:
    """Insert requests of every kind that a list shows, many that none does, and other teams'."""
    table = METADATA.tables
    rows = [
        request_row(
            number=number,
            subject=f"U0SUBJECT{number % 4}" if number % 3 else f"U0ALONE{number}",
            requester=f"U0ASKS{number % 7}",
            principal=VIEWER if number % 11 == 3 else None,
            kind="onboard" if number % 2 else "offboard",
            state="completed" if number % 5 else "completed_with_errors",
            team_id="T0OTHER" if number % 13 == 0 else TEAM,
            confidential=number % 17 == 0,
        )
        for number in range(1, many + 1)
    ]
    connection.execute(sa.insert(table["request"]), [dict(row) for row in rows])
    connection.execute(sa.insert(table["step"]), [_step(number) for number in range(1, many + 1)])
    for number in range(1, many + 1, 4):
        alarms.set_anew(connection, Due(number, "end", NOW + (number % 9) * SECOND, NOW))
    for number in range(2, many + 1, 10):
        alarms.set_anew(connection, Due(number, "overdue", NOW, NOW))


def _step(number: int) -> dict[str, object]:
    state = StepState.FAILED if number % 5 == 0 else StepState.DONE
    return {
        "ref": f"s{number}", "request_number": number, "vendor": f"v{number % 3}", "title": "V",
        "state": state.value, "access": "{}", "effect": "create", "planned": "", "risks": "",
        "detail": "", "attempts": 1, "tries": 1, "updated_at": NOW,
    }  # fmt: skip


def followed(
    connection: Connection, read: Callable[[Connection, Ask], Slice[Row]]
) -> list[list[int]]:
    """Turn the pages of a list to its end."""
    pages, ask = [], FIRST
    while True:
        page = read(connection, ask)
        pages.append([row.number for row in page.rows])
        if page.on is None:
            return pages
        ask = replace(ask, span=page.on)


def whole(connection: Connection, read: Callable[[Connection, Ask], Slice[Row]]) -> list[int]:
    return [row.number for row in read(connection, replace(FIRST, size=10_000)).rows]


@pytest.mark.parametrize("name", LISTS)
def test_the_pages_of_a_list_show_every_row_once_and_in_order(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        fill(connection)
        pages = followed(connection, LISTS[name])
        assert [one for page in pages for one in page] == whole(connection, LISTS[name])
    assert all(len(page) == 5 for page in pages[:-1])
    assert pages[-1]


@pytest.mark.parametrize("name", LISTS)
def test_turning_back_shows_the_page_before_as_it_was(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        fill(connection, 600)
        first = LISTS[name](connection, FIRST)
        assert first.back is None
        assert first.on is not None
        second = LISTS[name](connection, replace(FIRST, span=first.on))
        assert second.back is not None
        again = LISTS[name](connection, replace(FIRST, span=second.back))
        assert [row.number for row in again.rows] == [row.number for row in first.rows]
        assert (again.back, again.on) == (None, first.on)


def test_a_list_of_ends_goes_by_their_time_and_tells_equal_ones_apart(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        rows = home.leaving(connection, replace(FIRST, size=1_000)).rows
    ends = [(row.due_at, row.number) for row in rows]
    assert ends == sorted(ends)
    assert len({due for due, _ in ends}) < len(ends)


def test_a_removal_that_will_start_is_leaving_and_a_start_on_board_is_not(engine: Engine) -> None:
    with engine.begin() as connection:
        goes = add_request(connection, kind="offboard", state="scheduled")
        comes = add_request(connection, kind="onboard", state="scheduled")
        stays = add_request(connection, kind="offboard", state="cancelled")
        for number in (goes, comes, stays):
            alarms.set_anew(connection, Due(number, "start", NOW, NOW))
        assert whole(connection, home.leaving) == [goes]


def test_what_is_confidential_is_listed_for_its_requester_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        mine = add_request(connection, requester=VIEWER, state="completed", confidential=True)
        hidden = add_request(connection, requester="U0OTHER", state="completed", confidential=True)
        own = add_request(
            connection, requester=VIEWER, subject=VIEWER, state="completed", confidential=True
        )
        for number in (mine, hidden, own):
            add_step(connection, number, state="failed")
            alarms.set_anew(connection, Due(number, "end", NOW, NOW))
            alarms.set_anew(connection, Due(number, "overdue", NOW, NOW))
        assert whole(connection, home.of_requester) == [mine]
        assert whole(connection, home.on_board) == []
        assert whole(connection, home.leaving) == []
        assert whole(connection, home.in_trouble) == []
        for subject in (row_subject(connection, hidden), VIEWER):
            assert not home.about(connection, FIRST, subject, own=False).rows


def test_what_was_asked_on_somebodys_behalf_is_theirs_as_well(engine: Engine) -> None:
    with engine.begin() as connection:
        mine = add_request(connection, requester=VIEWER, state="completed")
        add_request(connection, requester="U0OTHER", state="completed")
        theirs = [
            add_request(
                connection, requester="U0OTHER", principal=VIEWER, state="completed",
                confidential=bool(one % 2),
            )
            for one in range(12)
        ]  # fmt: skip
        about = add_request(
            connection, requester="U0OTHER", principal=VIEWER, subject=VIEWER, confidential=True
        )
        assert whole(connection, home.of_requester) == [*reversed(theirs), mine]
        own = home.about(connection, FIRST, row_subject(connection, theirs[1]), own=True)
        assert [row.number for row in own.rows] == [theirs[1]]
        assert about not in whole(connection, home.of_requester)


def row_subject(connection: Connection, number: int) -> str:
    table = METADATA.tables["request"]
    return str(connection.scalar(sa.select(table.c.subject).where(table.c.number == number)))


def test_trouble_is_over_when_a_later_request_did_well_at_the_same_vendor(engine: Engine) -> None:
    with engine.begin() as connection:
        for vendor in ("axiom", "ixon"):
            number = add_request(connection, state="completed_with_errors", subject="U0ADA")
            add_step(connection, number, vendor=vendor, state="failed")
        assert len(whole(connection, home.in_trouble)) == 2
        later = add_request(connection, state="completed", subject="U0ADA")
        end_step(connection, later, StepState.DONE, vendor="ixon")
        [left] = whole(connection, home.in_trouble)
        [step] = home_steps.troubles(connection, [left])
        assert step.vendor == "axiom"


def test_no_step_is_trouble_any_more_that_a_later_request_made_good(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, state="completed_with_errors", subject="U0ADA")
        for vendor in ("axiom", "ixon"):
            add_step(connection, number, vendor=vendor, state="failed")
        later = add_request(connection, state="completed", subject="U0ADA")
        end_step(connection, later, StepState.DONE, vendor="ixon")
        assert [one.vendor for one in home_steps.troubles(connection, [number])] == ["axiom"]


def test_what_will_be_tried_again_by_itself_is_no_trouble(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, state="running")
        add_step(connection, number, state="unknown", next_at=NOW)
        assert whole(connection, home.in_trouble) == []
        assert not home_steps.troubles(connection, [number])


def test_what_is_overdue_is_trouble_whatever_its_steps_say(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, kind="offboard")
        alarms.set_anew(connection, Due(number, "overdue", NOW, NOW))
        assert whole(connection, home.in_trouble) == [number]
        assert home.overdue(connection, [number, number + 1]) == {number}


def test_who_has_approved_is_told_for_each_request_in_order(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second = add_request(connection), add_request(connection)
        for approver, verdict in (("U0B", "approve"), ("U0A", "approve"), ("U0C", "deny")):
            values = {
                "request_number": first, "approver": approver, "verdict": verdict, "reason": "",
                "plan_digest": "", "rule": "", "at": NOW,
            }  # fmt: skip
            connection.execute(sa.insert(METADATA.tables["decision"]), values)
        assert home.approvals(connection, [first, second]) == {first: ["U0B", "U0A"], second: []}


@pytest.mark.parametrize("text", ["", "<", "12", "<12.", "<a", "<1.2.3", "<" + "9" * 30, "<1;"])
def test_what_is_no_place_in_a_list_is_its_beginning(text: str) -> None:
    assert span_of(text) == Span()


@pytest.mark.parametrize("span", [Span(), Span((12,)), Span((12, 3)), Span((7,), back=True)])
def test_a_place_in_a_list_survives_as_a_word(span: Span) -> None:
    assert span_of(span.text()) == span


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """Collect how SQLite would find the rows of every query that is sent meanwhile."""
    found: list[str] = []

    def listen(
        _: object, cursor: DBAPICursor, statement: str, parameters: tuple[Any, ...], *__: object
    ) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(str(row[3]) for row in cursor.fetchall())

    sa.event.listen(connection, "before_cursor_execute", listen)
    note_driver(connection)
    yield found
    sa.event.remove(connection, "before_cursor_execute", listen)
    note_driver(connection)


@pytest.mark.parametrize("span", [Span(), Span((5_000,)), Span((5_000,), back=True)])
def test_no_list_reads_more_than_its_index_even_among_ten_thousand_requests(
    engine: Engine, span: Span
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the plans of SQLite are read here")
    with engine.begin() as connection:
        fill(connection, MANY)
        with plans(connection) as found:
            for name, read in LISTS.items():
                key = (NOW, *span.key) if name == "leaving" and span.key else span.key
                page = read(connection, replace(FIRST, span=replace(span, key=key)))
                numbers = [row.number for row in page.rows]
                assert numbers, name
                home_steps.troubles(connection, numbers)
                home.overdue(connection, numbers)
                home_steps.planned(connection, numbers)
                home.approvals(connection, numbers)
            home.pending(connection, TEAM, span)
    assert len(found) > len(LISTS)
    assert [one for one in found if not _by_index(one)] == []


def _by_index(line: str) -> bool:
    """Tell whether a line of a plan finds its rows by an index, in the order of the index."""
    ordered = r"SCAN \w+ USING (COVERING )?INDEX (step_still_in_trouble|alarm_\w+)\b"
    whole_team = line.endswith(("(team_id=?)", "(vendor=?)", "(vendor=? AND request_number>?)"))
    known = ("SEARCH ", "CORRELATED SCALAR SUBQUERY", "LIST SUBQUERY", "USING ROWID SEARCH")
    if whole_team and "request_on_board" not in line:
        return False
    return line.startswith(known) or re.match(ordered, line) is not None
