"""An export reaches Ambition as it is by default: who comes and who leaves, and nobody twice.

Ambition shows accounts and no memberships then: what it accepted is remembered, and told as that.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.engine import Connection

from storage import receipts
from storage.engine import create_engine
from tests.integration.commanding import Terminal, objects, terminal
from tests.unit.storage.rows import add_request, add_step
from vendors.many import MOST
from workflow.clock import system_clock

pytestmark = pytest.mark.usefixtures("logging_as_before")

HEADER = "first_name,last_name,email,role,team_name"
JASON, SUSAN = "jason@yourcompany.example", "susan@yourcompany.example"
PAGE = f"""{HEADER}
Jason,Smith,{JASON},Account Executive,Dogs
Susan,Simpson,{SUSAN},Manager,Cats
"""
IMPORT = ("vendors", "ambition", "import")
UNVERIFIED, UNCHANGED = "unverified", "unchanged"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Terminal]:
    async with terminal(tmp_path) as lent:
        await lent.run("migrate")
        yield lent


def leaving(*addresses: str) -> str:
    """Return the page's example with the column that says who leaves."""
    rows = [
        f"{line},{'false' if line.split(',')[2] in addresses else 'true'}"
        for line in PAGE.splitlines()[1:]
    ]
    return "\n".join([f"{HEADER},is_active", *rows, ""])


def writes(desk: Terminal) -> list[str]:
    """Return what Ambition was asked to change, and forget all that it was asked."""
    calls = desk.server.ambition.journal.calls
    asked = [f"{one.method} {one.path}" for one in calls if one.method != "GET"]
    calls.clear()
    return asked


@contextmanager
def connected(desk: Terminal) -> Iterator[Connection]:
    """Lend a connection to the operator's database."""
    engine = create_engine(desk.environment["DATABASE_URL"])
    with engine.begin() as connection:
        yield connection
    engine.dispose()


async def imported(desk: Terminal, text: str, *options: str) -> list[dict[str, Any]]:
    return await desk.rows(*IMPORT, desk.write("export.csv", text), *options)


def is_active(desk: Terminal, email: str) -> bool:
    account = desk.server.ambition.account(email)
    assert account is not None
    return account.is_active


async def test_who_leaves_is_deactivated_by_the_request_that_makes_the_others(
    desk: Terminal,
) -> None:
    desk.server.ambition.add("Susan Simpson", SUSAN)
    rows = await imported(desk, leaving(SUSAN))
    assert [(row["line"], row["person"], row["result"]) for row in rows] == [
        (2, JASON, UNVERIFIED),
        (3, SUSAN, "done"),
    ]
    assert (is_active(desk, JASON), is_active(desk, SUSAN)) == (True, False)
    [account] = desk.server.ambition.journal.asked("POST")[:1]
    assert isinstance(account.body, list)
    assert [(row["username"], row["is_active"]) for row in account.body] == [
        (JASON, True),
        (SUSAN, False),
    ]
    assert writes(desk) == ["POST /api/v1/account/", "POST /api/v1/group_membership/"]


async def test_a_dry_run_says_who_would_be_deactivated_and_sends_nothing(desk: Terminal) -> None:
    desk.server.ambition.add("Susan Simpson", SUSAN)
    file = desk.write("export.csv", leaving(SUSAN))
    result = await desk.run(*IMPORT, file, "--dry-run", "--json")
    assert [(row["person"], row["plan"]) for row in objects(result)] == [
        (JASON, "create"),
        (SUSAN, "deactivate"),
    ]
    assert "Deactivate the account, which keeps its history" in objects(result)[1]["detail"]
    assert (result.exit_code, result.stderr) == (0, "People: 2 (1 create, 1 deactivate).\n")
    assert (writes(desk), is_active(desk, SUSAN)) == ([], True)


async def test_whoever_leaves_and_was_never_there_is_not_made(desk: Terminal) -> None:
    rows = await imported(desk, leaving(JASON, SUSAN))
    assert [row["result"] for row in rows] == [UNCHANGED] * 2
    assert rows[0]["detail"] == "There is no account to deactivate."
    assert writes(desk) == []
    assert desk.server.ambition.account(JASON) is None


async def test_a_second_import_sends_nothing_and_claims_no_more_than_was_accepted(
    desk: Terminal,
) -> None:
    file = desk.write("export.csv", PAGE)
    first = await desk.run(*IMPORT, file, "--json")
    assert [row["result"] for row in objects(first)] == [UNVERIFIED] * 2
    assert writes(desk) == ["POST /api/v1/account/", "POST /api/v1/group_membership/"]
    second = await desk.run(*IMPORT, file, "--json")
    assert [row["result"] for row in objects(second)] == [UNVERIFIED] * 2
    for row in objects(second):
        assert row["detail"].startswith("Sent and accepted on 20")
        assert row["detail"].endswith("it cannot be read back.")
    assert (second.exit_code, writes(desk)) == (0, [])
    assert second.stderr.splitlines() == [
        "People: 2 (2 unverified).",
        "Sent before, and not again: 2. With --again they are.",
    ]
    planned = await imported(desk, PAGE, "--dry-run")
    assert [row["plan"] for row in planned] == ["sent before"] * 2


async def test_what_was_accepted_is_sent_again_where_somebody_asks_for_it(desk: Terminal) -> None:
    await imported(desk, PAGE)
    writes(desk)
    assert [row["plan"] for row in await imported(desk, PAGE, "--dry-run", "--again")] == [
        "change",
        "change",
    ]
    rows = await imported(desk, PAGE, "--again")
    assert [row["result"] for row in rows] == [UNVERIFIED] * 2
    assert writes(desk) == ["POST /api/v1/group_membership/"]
    assert not rows[0]["detail"].startswith("Sent and accepted on")


async def test_only_whoever_changed_in_the_file_is_sent(desk: Terminal) -> None:
    await imported(desk, PAGE)
    writes(desk)
    rows = await imported(desk, PAGE.replace(",Dogs", ",Cats"))
    assert [row["detail"].startswith("Sent and accepted on") for row in rows] == [False, True]
    [call] = desk.server.ambition.journal.asked("POST")
    assert call.body == [
        {"username": JASON, "Role": "Account Executive"},
        {"username": JASON, "Team": "Cats"},
    ]
    # What was accepted first was undone since: it is remembered no more.
    await imported(desk, PAGE)
    jason = desk.server.ambition.account(JASON)
    assert jason is not None
    assert jason.groups["Team"] == "Dogs"


async def test_what_ambition_shows_otherwise_is_sent_whatever_was_accepted(desk: Terminal) -> None:
    await imported(desk, PAGE)
    accounts = desk.server.ambition.instance.accounts
    accounts[JASON].is_active = False
    del accounts[SUSAN]
    writes(desk)
    rows = await imported(desk, PAGE)
    assert [row["result"] for row in rows] == [UNVERIFIED] * 2
    assert writes(desk) == ["POST /api/v1/account/", "POST /api/v1/group_membership/"]
    assert (is_active(desk, JASON), is_active(desk, SUSAN)) == (True, True)


async def test_whoever_was_taken_out_of_a_group_is_put_into_it_again(desk: Terminal) -> None:
    await imported(desk, PAGE)
    await desk.run("vendors", "ambition", "revoke", JASON.upper(), "Team: Dogs")
    writes(desk)
    rows = await imported(desk, PAGE)
    assert [row["detail"].startswith("Sent and accepted on") for row in rows] == [False, True]
    jason = desk.server.ambition.account(JASON)
    assert jason is not None
    assert jason.groups["Team"] == "Dogs"


async def test_what_a_request_has_tried_since_is_sent_again(desk: Terminal) -> None:
    await imported(desk, PAGE)
    now = system_clock()
    with connected(desk) as connection:
        number = add_request(connection, email=SUSAN.upper(), state="completed")
        add_step(connection, number, vendor="ambition", attempts=1, updated_at=now)
    rows = await imported(desk, PAGE)
    assert [row["detail"].startswith("Sent and accepted on") for row in rows] == [True, False]


async def test_an_answer_that_was_lost_is_remembered_as_no_acceptance(desk: Terminal) -> None:
    desk.server.ambition.faults.lose_answer(only="POST /ambition/api/v1/group_membership/")
    result = await desk.run(*IMPORT, desk.write("export.csv", PAGE), "--json")
    assert [row["result"] for row in objects(result)] == ["unknown"] * 2
    writes(desk)
    rows = await imported(desk, PAGE)
    assert writes(desk) == ["POST /api/v1/group_membership/"]
    assert not [row for row in rows if row["detail"].startswith("Sent and accepted on")]


async def test_an_instance_that_lists_nobody_is_sent_nothing_twice_either(desk: Terminal) -> None:
    desk.change("[vendors.ambition]\n", "[vendors.ambition]\nlists_accounts = false\n")
    await imported(desk, leaving(SUSAN))
    writes(desk)
    rows = await imported(desk, leaving(SUSAN))
    assert [row["result"] for row in rows] == [UNVERIFIED] * 2
    assert writes(desk) == []
    await imported(desk, leaving())
    assert (is_active(desk, SUSAN), len(writes(desk))) == (True, 2)


async def test_without_a_table_an_import_works_and_says_that_it_will_send_again(
    tmp_path: Path,
) -> None:
    async with terminal(tmp_path) as desk:
        desk.write("a.db", "")
        file = desk.write("export.csv", PAGE)
        for _ in range(2):
            result = await desk.run(*IMPORT, file, "--json")
            assert [row["result"] for row in objects(result)] == [UNVERIFIED] * 2
            assert "sent again by the next run: `aboard migrate` makes the table" in result.stderr
            assert "POST /api/v1/group_membership/" in writes(desk)


async def test_what_cannot_be_remembered_any_more_is_done_and_said(desk: Terminal) -> None:
    async def vanishing(request: web.Request, handler: Handler) -> web.StreamResponse:
        with connected(desk) as connection:
            connection.execute(sa.text("DROP TABLE receipt"))
        return await handler(request)

    accounts = "POST /ambition/api/v1/account/"
    desk.server.ambition.faults.plant("vanishing", vanishing, 1, accounts)
    result = await desk.run(*IMPORT, desk.write("export.csv", PAGE), "--json")
    assert [row["result"] for row in objects(result)] == [UNVERIFIED] * 2
    assert result.exit_code == 0
    assert "sent again by the next run: the database cannot be written." in result.stderr


async def test_after_a_limit_is_reached_nobody_else_is_asked_for(desk: Terminal) -> None:
    crowd = [f"Person,No{one},person-{one}@x.example,Manager,Dogs" for one in range(2 * MOST)]
    desk.server.ambition.faults.status(429, None, only="POST /ambition/api/v1/account/")
    rows = await imported(desk, "\n".join([HEADER, *crowd, ""]))
    assert {row["result"] for row in rows} == {"failed"}
    assert len(rows) == 2 * MOST
    assert writes(desk) == ["POST /api/v1/account/"]


async def test_nobody_is_sent_anything_where_the_database_cannot_be_asked(desk: Terminal) -> None:
    desk.environment["DATABASE_URL"] = f"sqlite:///{desk.folder / 'nowhere' / 'a.db'}"
    result = await desk.run(*IMPORT, desk.write("export.csv", PAGE))
    assert (result.exit_code, "There is no database" in result.stderr) == (2, True)
    assert writes(desk) == []


async def test_what_is_remembered_names_nobody(desk: Terminal) -> None:
    await imported(desk, PAGE)
    with connected(desk) as connection:
        kept = receipts.of_vendor(connection, "ambition").values()
    assert len(kept) == 2
    text = " ".join(str(one) for receipt in kept for one in receipt.model_dump().values())
    assert not [one for one in (JASON, SUSAN, "jason", "Smith", "Dogs") if one in text]
