"""Which batches wait for somebody: those that they are asked to decide, page by page and once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span
from rules.states import RequestState
from storage import migrate
from storage.database import Database
from storage.home_batches import PENDING_AT_ONCE
from storage.models import METADATA
from tests.terms import one_stage
from tests.unit.storage.rows import NOW, add_step, force_request
from tests.unit.workflow.test_homereads import ALIAS, CATALOG, GROUP, LEAD, TEAM, VIEWER, Members
from workflow.homebatches import SIZE, BatchLists

MANY = 2 * PENDING_AT_ONCE + 20


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'aboard.db'}")
    migrate.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture
def lists(database: Database) -> BatchLists:
    return BatchLists(database, Members(), TEAM, CATALOG)


def waiting(number: int, approver: str, **values: str | int | None) -> dict[str, object]:
    return {
        "number": number, "ref": f"b{number}", "requester": "U0ASKS", "requester_email": None,
        "team_id": TEAM, "reason": "", "source": "", "state": "pending", "verdict": "",
        "terms": one_stage(approver).text(), "created_at": NOW, "expires_at": NOW, "look_at": 0,
        "asked_at": 0, "reminded": 0, "others": "", **values,
    }  # fmt: skip


async def fill(database: Database, *rows: dict[str, object]) -> None:
    def insert(connection: Connection) -> None:
        connection.execute(sa.insert(METADATA.tables["batch"]), list(rows))

    await database.write(insert)


async def asks_for(database: Database, batch: int, *subjects: str, state: str = "pending") -> None:
    """Have these people be asked for in a batch."""

    def insert(connection: Connection) -> None:
        for place, subject in enumerate(subjects):
            number = batch * 100 + place
            force_request(
                connection, number=number, batch=batch, subject=subject, team_id=TEAM, state=state
            )
            add_step(connection, number, planned="Create it.", risks="Admin.")

    await database.write(insert)


async def numbers(lists: BatchLists, span: Span) -> list[int]:
    """Turn the pages from ``span`` to the end of its direction."""
    found, turned = list[int](), span
    while True:
        page = await lists.waiting(VIEWER, turned)
        assert len(page.rows) <= SIZE
        ordered = reversed(page.rows) if turned.back else page.rows
        found += [row.number for row in ordered]
        onward = page.back if turned.back else page.on
        if onward is None:
            return found
        turned = onward


async def test_every_batch_that_waits_for_somebody_is_on_one_page(
    database: Database, lists: BatchLists
) -> None:
    mine = {number for number in range(1, MANY) if number % 9 == 0 or number > MANY - 8}
    await fill(database, *(waiting(one, GROUP if one in mine else LEAD) for one in range(1, MANY)))
    assert await numbers(lists, Span()) == sorted(mine, reverse=True)
    assert await numbers(lists, Span((1,), back=True)) == sorted(mine - {1})


async def test_no_batch_waits_for_whoever_asked_for_it_is_in_it_or_has_approved(
    database: Database, lists: BatchLists
) -> None:
    await fill(
        database,
        waiting(1, GROUP, requester=VIEWER),
        waiting(2, GROUP, requester_email=ALIAS),
        waiting(3, GROUP),
        waiting(4, GROUP),
        waiting(5, GROUP, state="decided", verdict="approved"),
        waiting(6, GROUP, team_id="T0OTHER"),
        waiting(7, GROUP),
    )
    await asks_for(database, 3, "U0ADA", VIEWER)
    await asks_for(database, 7, "U0BEA")

    def approve(connection: Connection) -> None:
        values = {
            "batch_number": 4, "approver": VIEWER, "verdict": "approve", "reason": "", "rule": "",
            "at": NOW,
        }  # fmt: skip
        connection.execute(sa.insert(METADATA.tables["batchdecision"]), values)

    await database.write(approve)
    assert await numbers(lists, Span()) == [7]


async def test_what_waits_is_shown_with_what_would_happen_to_how_many(
    database: Database, lists: BatchLists
) -> None:
    await fill(database, waiting(1, GROUP))
    await asks_for(database, 1, "U0ADA", "U0BEA")
    [batch] = (await lists.waiting(VIEWER, Span())).rows
    assert batch.ways == {("Axiom", "create", "Create it."): 2}
    assert batch.risks == {"Admin.": 2}
    assert batch.subjects == ("U0ADA", "U0BEA")
    assert batch.states == {RequestState.PENDING: 2}


async def test_a_page_that_is_empty_by_now_is_the_first_one(
    database: Database, lists: BatchLists
) -> None:
    await fill(database, waiting(7, GROUP, requester=VIEWER), waiting(8, GROUP))
    for read in (lists.waiting, lists.mine):
        page = await read(VIEWER, Span((3,)))
        assert len(page.rows) == 1
        assert page.back is None
