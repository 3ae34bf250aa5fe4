"""What waits for somebody is found among what waits for others, page by page and once."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from commands.views.places import LISTS, Places
from rules.catalog import ApprovalRule, Catalog
from rules.pages import Span
from storage import migrate
from storage.database import Database
from storage.home import PENDING_AT_ONCE
from storage.models import METADATA
from tests.terms import one_stage
from tests.unit.storage.rows import NOW, add_step, request_row
from workflow.directory import Resident
from workflow.homereads import SIZE, HomeReads

TEAM, VIEWER, LEAD, GROUP = "T0HOME", "U0VIEWER", "U0LEAD", "S0GROUP"
MAILBOX, ALIAS = "vi@acme.example", "Vi+two@acme.example"
CATALOG = Catalog({}, ApprovalRule((GROUP,), 1, timedelta(hours=72)))
MANY = 2 * PENDING_AT_ONCE + 50


class Members:
    """A directory in which one group has one member."""

    async def resident(self, slack_id: str) -> Resident | None:
        return Resident(slack_id, TEAM, MAILBOX if slack_id == VIEWER else None, "", "")

    async def get_to_know(self, people: Collection[str]) -> None:
        """Need no preparation."""

    async def members(self, group_id: str) -> frozenset[str]:
        return frozenset({VIEWER}) if group_id == GROUP else frozenset()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'aboard.db'}")
    migrate.upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture
def reads(database: Database) -> HomeReads:
    return HomeReads(database, Members(), CATALOG, TEAM, frozenset())


def waiting(number: int, approver: str, **values: str | int | None) -> dict[str, object]:
    row = request_row(number=number, terms=one_stage(approver).text(), **values)
    return dict(row)


async def fill(database: Database, *rows: dict[str, object]) -> None:
    def insert(connection: Connection) -> None:
        connection.execute(sa.insert(METADATA.tables["request"]), list(rows))

    await database.write(insert)


async def pages(reads: HomeReads, span: Span) -> list[list[int]]:
    """Turn the pages from ``span`` to the end of its direction."""
    found: list[list[int]] = []
    turned: Span | None = span
    while turned is not None:
        page = await reads.waiting(VIEWER, turned)
        found.append([row.number for row in page.rows])
        turned = page.back if turned.back else page.on
    return found


async def test_every_request_that_waits_for_somebody_is_on_one_page(
    database: Database, reads: HomeReads
) -> None:
    mine = {number for number in range(1, MANY) if number % 9 == 0 or number > MANY - 8}
    rows = (waiting(one, GROUP if one in mine else LEAD) for one in range(1, MANY))
    await fill(database, *rows)
    found = await pages(reads, Span())
    assert [one for page in found for one in page] == sorted(mine, reverse=True)
    assert all(len(page) <= SIZE for page in found)


async def test_turning_back_finds_the_same_requests(database: Database, reads: HomeReads) -> None:
    mine = {number for number in range(1, MANY) if number % 60 == 0}
    await fill(database, *(waiting(one, GROUP if one in mine else LEAD) for one in range(1, MANY)))
    found = await pages(reads, Span((1,), back=True))
    assert [one for page in found for one in reversed(page)] == sorted(mine)


async def test_nothing_waits_for_whoever_asked_is_concerned_or_has_approved(
    database: Database, reads: HomeReads
) -> None:
    rows = [
        waiting(1, GROUP, requester=VIEWER),
        waiting(2, GROUP, subject=VIEWER),
        waiting(3, GROUP, team_id="T0OTHER"),
        waiting(4, GROUP, state="approved"),
        waiting(5, GROUP),
        waiting(6, GROUP),
    ]
    await fill(database, *rows)

    def approve(connection: Connection) -> None:
        values = {
            "request_number": 6, "approver": VIEWER, "verdict": "approve", "reason": "",
            "plan_digest": "", "rule": "", "at": NOW,
        }  # fmt: skip
        connection.execute(sa.insert(METADATA.tables["decision"]), values)

    await database.write(approve)
    assert await pages(reads, Span()) == [[5]]


async def test_nothing_waits_for_another_account_of_whoever_asked(
    database: Database, reads: HomeReads
) -> None:
    rows = [
        waiting(1, GROUP, requester_email=ALIAS),
        waiting(2, GROUP, requester_email="other@acme.example", principal_email=ALIAS),
        waiting(3, GROUP, requester_email="other@acme.example", principal_email=None),
    ]
    for row in rows:
        await fill(database, row)
    assert await pages(reads, Span()) == [[3]]


async def test_what_waits_is_shown_with_its_plan_and_its_risks(
    database: Database, reads: HomeReads
) -> None:
    await fill(database, waiting(1, GROUP), waiting(2, GROUP))

    def plan(connection: Connection) -> None:
        for vendor in ("ixon", "axiom"):
            add_step(connection, 1, vendor=vendor, title=vendor.title(), risks="One.\nTwo.")

    await database.write(plan)
    page = await reads.waiting(VIEWER, Span())
    assert [len(row.plan) for row in page.rows] == [0, 2]
    assert [one.title for one in page.rows[1].plan] == ["Ixon", "Axiom"]
    assert page.rows[1].plan[0].risks == ("One.", "Two.")


async def test_a_page_that_is_empty_by_now_is_the_first_one(
    database: Database, reads: HomeReads
) -> None:
    await fill(database, waiting(7, GROUP, requester=VIEWER), waiting(8, GROUP))
    for read in (reads.waiting, reads.mine):
        page = await read(VIEWER, Span((3,)))
        assert len(page.rows) == 1
        assert page.back is None


class Meanwhile(Members):
    """A directory in which something happens while it is asked."""

    def __init__(self, happens: Callable[[], Awaitable[None]]) -> None:
        self._happens = happens

    async def resident(self, slack_id: str) -> Resident | None:
        await self._happens()
        return await super().resident(slack_id)


async def test_all_lists_together_are_those_that_are_read_one_by_one(
    database: Database, reads: HomeReads
) -> None:
    mine = waiting(2, LEAD, state="completed", kind="onboard", requester=VIEWER)
    await fill(database, waiting(1, GROUP), mine)
    shown = await reads.shown(VIEWER, Places().of, decides=True)
    assert list(shown) == [name for name in LISTS if name != "about"]
    alone = {
        "waiting": reads.waiting, "batches": reads.batches.waiting, "trouble": reads.in_trouble,
        "mine": reads.mine, "my_batches": reads.batches.mine, "leaving": reads.leaving,
    }  # fmt: skip
    for name, read in alone.items():
        assert shown[name] == await read(VIEWER, Span())
    assert [row.number for row in shown["waiting"].rows] == [1]
    for name in ("mine", "on_board"):
        assert [row.number for row in shown[name].rows] == [2]


async def test_who_decides_nothing_reads_what_they_asked_for_alone(
    database: Database, reads: HomeReads
) -> None:
    await fill(database, waiting(1, GROUP), waiting(2, GROUP, requester=VIEWER))
    shown = await reads.shown(VIEWER, Places().of, decides=False)
    assert {name: [row.number for row in one.rows] for name, one in shown.items()} == {
        "mine": [2], "my_batches": [],
    }  # fmt: skip


async def test_what_changes_while_home_is_read_is_in_one_of_its_lists_alone(
    database: Database,
) -> None:
    async def ends() -> None:
        ended = sa.update(METADATA.tables["request"]).values(state="completed")
        await database.write(lambda connection: connection.execute(ended).rowcount)

    await fill(database, waiting(1, GROUP, kind="onboard"))
    reads = HomeReads(database, Meanwhile(ends), CATALOG, TEAM, frozenset())
    shown = await reads.shown(VIEWER, Places().of, decides=True)
    assert [name for name, one in shown.items() if one.rows] == ["waiting"]
    later = await reads.shown(VIEWER, Places().of, decides=True)
    assert [name for name, one in later.items() if one.rows] == ["on_board"]


async def test_what_changes_between_two_statements_is_in_one_of_the_lists_alone(
    database_url: str,
) -> None:
    database = Database(database_url)
    migrate.upgrade(database.engine)
    await fill(database, waiting(1, GROUP, kind="onboard"))
    reads, ended = HomeReads(database, Members(), CATALOG, TEAM, frozenset()), list[str]()

    def ends(_: object, __: object, statement: str, *___: object) -> None:
        if not ended and statement.startswith("SELECT"):
            ended.append(statement)
            with database.engine.begin() as another:
                another.execute(sa.update(METADATA.tables["request"]).values(state="completed"))

    sa.event.listen(database.engine, "after_cursor_execute", ends)
    shown = await reads.shown(VIEWER, Places().of, decides=True)
    database.close()
    assert ended
    assert [name for name, one in shown.items() if one.rows] == ["waiting"]
