"""What App Home lists of batches: the right rows, on pages that fit together, by an index alone."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from rules.pages import Span
from storage import home_batches
from storage.home_batches import PENDING_AT_ONCE
from storage.home_pages import Ask, Slice, chosen
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_step, force_request
from tests.unit.storage.test_home import plans

TEAM, VIEWER = "T0HOME", "U0ASKS1"
FIRST = Ask(TEAM, VIEWER, Span(), 3)


def fill(connection: Connection, many: int = 60) -> None:
    """Insert batches of several people and states; each tenth is of another team."""
    rows = [
        {
            "number": number, "ref": f"b{number}", "requester": f"U0ASKS{number % 3}",
            "team_id": TEAM if number % 10 else "T0OTHER", "reason": "", "source": "x" * 5_000,
            "state": "ended" if number % 4 else "pending", "verdict": "", "terms": "{}",
            "created_at": NOW, "expires_at": NOW, "look_at": 0, "asked_at": 0, "reminded": 0,
            "others": "",
        }
        for number in range(1, many + 1)
    ]  # fmt: skip
    connection.execute(sa.insert(METADATA.tables["batch"]), rows)


def add_members(connection: Connection, batch: int, *states: str) -> None:
    """Have people be asked for in a batch, each with one step; these are what they became."""
    for place, state in enumerate(states):
        number = batch * 1_000 + place
        subject = f"U0SUBJECT{place}"
        force_request(
            connection, number=number, batch=batch, team_id=TEAM, state=state, subject=subject
        )
        add_step(connection, number, title="Axiom", planned="Create an account", risks="a\nb")


def mine() -> list[int]:
    return [one for one in range(60, 0, -1) if one % 3 == 1 and one % 10]


def test_the_pages_of_my_batches_show_every_one_once_and_newest_first(engine: Engine) -> None:
    found, ask = list[int](), FIRST
    with engine.begin() as connection:
        fill(connection)
        while True:
            page = home_batches.of_requester(connection, ask)
            found += [line.number for line in page.rows]
            if page.on is None:
                break
            ask = replace(ask, span=page.on)
        back = home_batches.of_requester(connection, replace(FIRST, span=page.back or Span()))
    assert found == mine()
    assert [line.number for line in back.rows] == mine()[-3 - len(page.rows) : -len(page.rows)]


def test_what_waits_is_of_one_team_and_found_from_both_ends(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, 400)
        waits = [one for one in range(400, 0, -1) if one % 4 == 0 and one % 10]
        first = home_batches.pending(connection, TEAM, Span())
        assert [line.number for line in first] == waits[:PENDING_AT_ONCE]
        last = first[-1].number
        rest = home_batches.pending(connection, TEAM, Span((last,)))
        assert [line.number for line in rest] == waits[PENDING_AT_ONCE:]
        back = home_batches.pending(connection, TEAM, Span((rest[0].number,), back=True))
        assert [line.number for line in back] == waits[:PENDING_AT_ONCE][::-1]


def test_who_is_in_a_batch_that_waits_is_known_and_who_was_in_one_is_not(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        add_members(connection, 4, "pending", "refused")
        add_members(connection, 5, "completed", "completed", "completed")
        assert home_batches.with_somebody(connection, TEAM, "U0SUBJECT0") == {4}
        assert home_batches.with_somebody(connection, TEAM, "U0SUBJECT1") == set()
        assert home_batches.with_somebody(connection, "T0OTHER", "U0SUBJECT0") == set()


def test_what_would_happen_is_told_of_those_who_wait_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        add_members(connection, 4, "pending", "pending", "refused")
        add_members(connection, 8, "refused", "refused", "refused", "pending")
        members = home_batches.members(connection, [4])
        assert [one.state for one in members] == ["pending", "pending", "refused"]
        [first, second] = home_batches.parts(connection, [4])
        assert first == second
        assert (first.batch, first.title, first.risks) == (4, "Axiom", "a\nb")


def test_lines_of_which_nothing_came_are_told_by_batch(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        lines: list[dict[str, str | int | None]] = [
            {"batch_number": 4, "line": 2, "problem": "no such person", "request_number": None},
            {"batch_number": 4, "line": 3, "problem": "no login", "request_number": None},
            {"batch_number": 4, "line": 4, "problem": None, "request_number": 7},
            {"batch_number": 8, "line": 2, "problem": None, "request_number": None},
        ]
        whole = [one | {"person": "", "github_login": "", "profile": ""} for one in lines]
        connection.execute(sa.insert(METADATA.tables["batchrow"]), whole)
        assert home_batches.problems(connection, [4, 8]) == [4, 4]


def test_who_has_approved_a_batch_is_told_in_order(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
        for approver, verdict in (("U0B", "approve"), ("U0A", "approve"), ("U0C", "deny")):
            values = {
                "batch_number": 4, "approver": approver, "verdict": verdict, "reason": "",
                "rule": "", "at": NOW,
            }  # fmt: skip
            connection.execute(sa.insert(METADATA.tables["batchdecision"]), values)
        assert home_batches.approvals(connection, [4, 8]) == {4: ["U0B", "U0A"], 8: []}


def test_a_page_of_what_was_looked_through_goes_on_where_more_may_follow(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, 40)
        seen = home_batches.pending(connection, TEAM, Span())
    assert chosen([], seen, FIRST, len(seen)) == Slice([], None, Span((seen[-1].number,)))
    assert chosen([], seen, FIRST, len(seen) + 1) == Slice([])
    assert chosen(seen[:2], seen, FIRST, len(seen) + 1) == Slice(list(seen[:2]))


@pytest.mark.parametrize("span", [Span(), Span((500,)), Span((500,), back=True)])
def test_no_list_of_batches_reads_more_than_its_index(engine: Engine, span: Span) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the plans of SQLite are read here")
    with engine.begin() as connection:
        fill(connection, 1_000)
        with plans(connection) as found:
            lines = home_batches.pending(connection, TEAM, span)
            assert home_batches.of_requester(connection, replace(FIRST, span=span)).rows
            home_batches.with_somebody(connection, TEAM, VIEWER)
            numbers = [line.number for line in lines]
            for read in (
                home_batches.approvals, home_batches.members, home_batches.parts,
                home_batches.problems,
            ):  # fmt: skip
                read(connection, numbers)
    assert [one for one in found if not one.startswith("SEARCH ")] == []
    waiting, asked, named = found[:3]
    assert "batch_waiting" in waiting
    assert "batch_by_requester" in asked
    assert "batch_by_principal" in named
