"""The history as entries: whole, in order, bounded, and with a place to go on from."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from storage import migrate, requests
from storage.database import Database
from storage.history import Filter
from tests.unit.storage.rows import NOW, add_request, add_step
from workflow import archive, entries
from workflow.archive import Archive
from workflow.entries import collect

MANY = 30


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with some requests, every third of them denied."""
    database = Database(database_url)
    migrate.upgrade(database.engine)
    await database.write(fill)
    yield database
    database.close()


def fill(connection: Connection) -> None:
    for number in range(1, MANY + 1):
        made = add_request(connection, state="denied" if number % 3 == 0 else "completed")
        add_step(connection, made, vendor="axiom", state="done")
        add_step(connection, made, vendor="axolo", state="failed")
        decision: requests.Row = {
            "request_number": made, "approver": "U0LEAD", "reason": "", "plan_digest": "1e",
            "verdict": "deny" if number % 3 == 0 else "approve", "rule": "approval", "at": NOW,
        }  # fmt: skip
        requests.insert_decision(connection, decision)


@pytest.mark.parametrize("at_once", [1, 7, 500])
async def test_every_request_is_an_entry_however_many_are_read_at_once(
    database: Database, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_AT_ONCE", at_once)
    ledger = await collect(database, Filter(state="completed"), after=None, most=1_000)
    expected = [one for one in range(MANY, 0, -1) if one % 3]
    assert [one.number for one in ledger.entries] == expected
    assert ledger.after is None


async def test_an_entry_has_the_parts_and_the_approvers_of_its_own_request(
    database: Database,
) -> None:
    ledger = await collect(database, Filter(), after=None, most=2)
    denied, done = ledger.entries
    assert denied.steps == done.steps == "axiom: done, axolo: failed"
    assert (denied.approved_by, done.approved_by) == ("", "U0LEAD")
    assert done.created_at == "2027-01-15T08:00:00+00:00"
    assert done.ended_at == ""


async def test_what_is_cut_says_where_it_goes_on(database: Database) -> None:
    first = await collect(database, Filter(), after=None, most=20)
    rest = await collect(database, Filter(), after=first.after, most=20)
    numbers = [one.number for one in (*first.entries, *rest.entries)]
    assert numbers == list(range(MANY, 0, -1))
    assert (first.after, rest.after) == (11, None)


async def test_an_export_holds_no_more_than_it_may(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST", 5)
    made = Archive(database, partial(int, NOW))
    paper = await made.export(Filter(), None)
    assert (paper.rows, paper.is_cut) == (5, True)
    assert paper.content.startswith(b'\xef\xbb\xbf"number","kind"')
    assert paper.content.count(b"\r\n") == 6
    whole = await made.export(Filter(state="denied"), 13)
    assert (whole.rows, whole.is_cut) == (4, False)
