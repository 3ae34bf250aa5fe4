"""What `aboard check` finds wrong with our own house, and how it says that it can be mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot import manifest
from bot.migration import migrate
from sandbox.slack.model import Channel
from storage.migrate import newest
from tests.integration.commanding import Terminal, terminal

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Lend a terminal whose token may do what the manifest asks for."""
    async with terminal(tmp_path) as lent:
        lent.server.workspace.state.scopes |= set(manifest.read()["oauth_config"]["scopes"]["bot"])
        yield lent


def _requests(desk: Terminal) -> Channel:
    slack = desk.server.workspace
    return slack.state.directory.channel(slack.channel(desk.server.cast.requests))


async def _found(desk: Terminal, subject: str, *options: str) -> dict[str, tuple[str, str]]:
    """Check, and return what was found about a subject."""
    rows = await desk.rows("check", *options)
    mine = [row for row in rows if row["subject"] == subject]
    return {row["about"]: (row["state"], row["detail"]) for row in mine}


async def test_a_database_that_is_not_there_yet_is_well_and_is_not_made(desk: Terminal) -> None:
    found = await _found(desk, "Database")
    assert found == {"schema": ("ok", "the file is not there yet: the first start makes it.")}
    assert not (desk.folder / "a.db").exists()


async def test_a_database_of_this_version_is_well(desk: Terminal) -> None:
    migrate(f"sqlite:///{desk.folder / 'a.db'}")
    found = await _found(desk, "Database")
    assert found["schema"] == ("ok", f"it is that of this version, {newest()}.")
    assert found["durability"] == ("ok", "what is acknowledged is on its disk.")


async def test_a_file_that_is_no_database_is_wrong(desk: Terminal) -> None:
    (desk.folder / "a.db").write_bytes(b"nothing of the kind" * 1000)
    state, detail = (await _found(desk, "Database"))["schema"]
    assert (state, "cannot be opened (DatabaseError)" in detail) == ("wrong", True)


@pytest.mark.postgres
async def test_a_server_without_our_tables_is_to_be_migrated(
    desk: Terminal, postgres_url: str
) -> None:
    desk.environment["DATABASE_URL"] = postgres_url
    found = await _found(desk, "Database")
    assert found["schema"][0] == "wrong"
    assert "run `aboard migrate`" in found["schema"][1]
    assert found["durability"][0] == found["clock"][0] == "ok"


@pytest.mark.postgres
async def test_a_server_that_does_not_sync_is_wrong(desk: Terminal, postgres_url: str) -> None:
    desk.environment["DATABASE_URL"] = postgres_url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "DO $$ BEGIN EXECUTE format("
            "'ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"
        )
    state, detail = (await _found(desk, "Database"))["durability"]
    assert (state, detail) == (
        "wrong",
        "a crash could lose what was acknowledged: switch synchronous_commit on.",
    )


async def test_a_server_that_cannot_be_reached_is_wrong_and_its_password_untold(
    desk: Terminal,
) -> None:
    desk.environment["DATABASE_URL"] = "postgresql://aboard:s3cret-word@127.0.0.1:9/aboard"
    result = await desk.run("check")
    assert "!!  Database, schema: it cannot be opened (OperationalError)" in result.stdout
    assert "s3cret-word" not in result.output


async def test_a_channel_that_aboard_is_not_in_is_wrong(desk: Terminal) -> None:
    channel = _requests(desk)
    about = f"channel {channel.id}"
    assert (await _found(desk, "Slack"))[about][0] == "ok"
    channel.members.remove(desk.server.workspace.state.app.bot_user_id)
    channel.is_private = True
    state, detail = (await _found(desk, "Slack"))[about]
    assert (state, "/invite @Aboard there" in detail) == ("wrong", True)


async def test_only_a_message_proves_that_cards_can_be_posted(desk: Terminal) -> None:
    channel = _requests(desk)
    about, before = f"channel {channel.id}", len(desk.server.workspace.messages(channel.id))
    proven = await _found(desk, "Slack", "--post")
    assert proven[about] == ("ok", "a message was posted there and taken back.")
    assert len(desk.server.workspace.messages(channel.id)) == before
    channel.members.remove(desk.server.workspace.state.app.bot_user_id)
    channel.is_private = False
    assert (await _found(desk, "Slack"))[about][0] == "ok"
    state, detail = (await _found(desk, "Slack", "--post"))[about]
    assert (state, detail) == ("wrong", "Aboard is not in it: /invite @Aboard there.")


async def test_an_approver_who_has_left_is_wrong(desk: Terminal) -> None:
    lead = desk.server.cast.lead
    assert (await _found(desk, "approval"))[lead.id] == ("ok", "is known to Slack.")
    lead.deleted = True
    state, detail = (await _found(desk, "approval"))[lead.id]
    assert (state, detail.startswith("cannot do this: ")) == ("wrong", True)
    assert detail.endswith(" Name somebody else in aboard.toml.")


async def test_what_a_vendor_refuses_is_told_with_what_to_do(desk: Terminal) -> None:
    desk.server.axiom.faults.status(401, only="GET /axiom/v2/user")
    assert (await _found(desk, "Axiom", "axiom"))["credential"] == (
        "wrong",
        (
            "Axiom does not accept the credential. "
            "Set AXIOM_TOKEN to one that may, and start Aboard again."
        ),
    )
    desk.server.axiom.faults.clear()
    desk.server.axiom.faults.down()
    state, detail = (await _found(desk, "Axiom", "axiom"))["credential"]
    assert (state, "Check once more in a while" in detail) == ("wrong", True)


async def test_an_address_with_two_accounts_is_wrong_and_is_not_told(desk: Terminal) -> None:
    assert (await _found(desk, "IXON", "ixon"))["people"] == ("ok", "nobody has two accounts.")
    colleague = desk.server.cast.colleague
    desk.server.ixon.company.add_user("Twin", colleague.email.upper())
    result = await desk.run("check", "ixon")
    assert "!!  IXON, people: 1 of them have several accounts" in result.stdout
    assert "`aboard accounts ixon` says who is ambiguous" in result.stdout
    assert colleague.email not in result.output.casefold()
