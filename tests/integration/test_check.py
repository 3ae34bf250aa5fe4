"""What `aboard check` finds wrong with our own house, and how it says that it can be mended."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot import manifest, slack
from bot.migration import migrate
from sandbox.slack.model import Channel
from storage.migrate import newest
from tests.architecture.source import ROOT
from tests.integration.commanding import Terminal, terminal

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Lend a terminal whose token may do what the manifest asks for."""
    async with terminal(tmp_path) as lent:
        lent.server.workspace.state.scopes |= set(manifest.read()["oauth_config"]["scopes"]["bot"])
        yield lent


def _page(kind: str) -> str:
    """Return the block of a kind in docs/setup.md."""
    page = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8")
    [block] = re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(block)


def _requests(desk: Terminal) -> Channel:
    workspace = desk.server.workspace
    return workspace.state.directory.channel(workspace.channel(desk.server.cast.requests))


async def _found(desk: Terminal, subject: str, *options: str) -> dict[str, tuple[str, str]]:
    """Check, and return what was found about a subject."""
    rows = await desk.rows("check", *options)
    mine = [row for row in rows if row["subject"] == subject]
    return {row["about"]: (row["state"], row["detail"]) for row in mine}


async def test_a_database_that_is_not_there_yet_is_well_and_is_not_made(desk: Terminal) -> None:
    found = await _found(desk, "Database")
    assert found == {"schema": ("ok", "the file is not there yet: the first start makes it.")}
    assert not (desk.folder / "a.db").exists()


async def test_a_folder_that_is_not_there_is_wrong(desk: Terminal) -> None:
    desk.environment["DATABASE_URL"] = f"sqlite:///{desk.folder / 'away' / 'a.db'}"
    state, detail = (await _found(desk, "Database"))["schema"]
    assert (state, "no file can be made in" in detail) == ("wrong", True)


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


async def test_every_other_channel_that_is_named_is_looked_at_and_gets_no_message(
    desk: Terminal,
) -> None:
    workspace = desk.server.workspace
    hall = workspace.state.directory.channel("C0GENERAL1")
    hall.members.remove(workspace.state.app.bot_user_id)  # nothing could be posted there
    desk.change('title = "Engineer"', f'title = "Engineer"\nwelcome = "{hall.id}"')
    desk.change("[people]", '[audit]\nchannel = "C0NOWHERE1"\n\n[people]')
    desk.change("[people]", '[digest]\nat = "09:00"\nchannels = ["C0NOWHERE2"]\n\n[people]')
    found = await _found(desk, "Slack", "--post")
    assert found[f"profiles.engineer.welcome {hall.id}"][0] == "ok"
    for about in ("audit.channel C0NOWHERE1", "digest.channels C0NOWHERE2"):
        state, detail = found[about]
        assert (state, "/invite @Aboard there" in detail) == ("wrong", True)


async def test_an_app_level_token_is_proven_without_a_connection(desk: Terminal) -> None:
    found = await _found(desk, "Slack")
    assert found["Socket Mode"] == ("ok", "the app-level token is accepted.")
    assert found["HTTP"][0] == "unknown", "only a request proves the signing secret"


async def test_an_app_level_token_that_slack_refuses_is_wrong(desk: Terminal) -> None:
    desk.environment["SLACK_APP_TOKEN"] = "xapp-of-another-time"
    state, detail = (await _found(desk, "Slack"))["Socket Mode"]
    assert (state, "refused by Slack (invalid_auth)" in detail) == ("wrong", True)
    assert "connections:write" in detail


async def test_a_workspace_that_may_not_use_socket_mode_is_told(desk: Terminal) -> None:
    forbidden = {"ok": False, "error": "forbidden_team"}
    desk.server.slack.faults.status(200, body=forbidden, only="apps.connections.open")
    state, detail = (await _found(desk, "Slack"))["Socket Mode"]
    assert (state, "refused by Slack (forbidden_team)" in detail) == ("wrong", True)


async def test_a_slack_that_is_busy_refuses_no_app_level_token(desk: Terminal) -> None:
    busy = {"ok": False, "error": "internal_error"}
    desk.server.slack.faults.status(200, body=busy, only="apps.connections.open")
    state, detail = (await _found(desk, "Slack"))["Socket Mode"]
    said = "Slack could not say whether it takes SLACK_APP_TOKEN (internal_error)."
    assert (state, detail) == ("unknown", said)


async def test_a_bot_token_is_no_app_level_token(desk: Terminal) -> None:
    desk.environment["SLACK_APP_TOKEN"] = desk.environment["SLACK_BOT_TOKEN"]
    state, detail = (await _found(desk, "Slack"))["Socket Mode"]
    assert (state, "not_allowed_token_type" in detail) == ("wrong", True)


async def test_an_aboard_that_slack_cannot_reach_is_wrong(desk: Terminal) -> None:
    for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        del desk.environment[name]
    state, detail = (await _found(desk, "Slack"))["the way to us"]
    assert (state, "nothing of Slack would be heard" in detail) == ("wrong", True)


async def test_a_slack_that_cannot_be_reached_is_told_while_somebody_waits(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "AT_A_TERMINAL", 0.2)
    desk.environment["SLACK_API_URL"] = "http://127.0.0.1:1/api"
    found = await _found(desk, "Slack")
    state, detail = found["credential"]
    assert (state, "did not answer" in detail) == ("wrong", True)
    assert "Can this machine reach http://127.0.0.1:1/api/?" in detail
    assert found["Socket Mode"][0] == "unknown"


async def test_a_slack_that_is_busy_refuses_no_bot_token(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "AT_A_TERMINAL", 0.2)
    busy = {"ok": False, "error": "internal_error"}
    desk.server.slack.faults.status(200, None, body=busy, only="auth.test")
    state, detail = (await _found(desk, "Slack"))["credential"]
    assert (state, "refused" in detail) == ("wrong", False)
    assert "could not say whether it takes SLACK_BOT_TOKEN (internal_error)" in detail


async def test_whoever_waits_reads_how_it_ended_and_not_every_try(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "AT_A_TERMINAL", 1.5)
    desk.environment["SLACK_API_URL"] = "http://127.0.0.1:1/api"
    result = await desk.run("check")
    assert "Slack did not answer" in result.stdout
    assert result.stderr == ""


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
            "Set AXIOM_TOKEN to one that may. Where that is no file, start Aboard again."
        ),
    )
    desk.server.axiom.faults.clear()
    desk.server.axiom.faults.down()
    state, detail = (await _found(desk, "Axiom", "axiom"))["credential"]
    assert (state, "Check once more in a while" in detail) == ("wrong", True)


async def test_what_a_profile_asks_for_and_no_list_holds_is_told(desk: Terminal) -> None:
    assert "profile engineer" not in await _found(desk, "Axiom")
    desk.change('axiom = { role = "user" }', 'axiom = { role = "usr" }')
    state, detail = (await _found(desk, "Axiom"))["profile engineer"]
    assert (state, "role usr is not among what it lists" in detail) == ("unknown", True)
    assert "`aboard choices axiom role`" in detail


async def test_an_address_with_two_accounts_is_wrong_and_is_not_told(desk: Terminal) -> None:
    assert (await _found(desk, "IXON", "ixon"))["people"] == ("ok", "nobody has two accounts.")
    colleague = desk.server.cast.colleague
    desk.server.ixon.company.add_user("Twin", colleague.email.upper())
    result = await desk.run("check", "ixon")
    assert "!!  IXON, people: 1 of them have several accounts" in result.stdout
    assert "`aboard accounts ixon` says who is ambiguous" in result.stdout
    assert colleague.email not in result.output.casefold()


async def test_a_single_approver_is_told_that_nobody_approves_what_they_ask(desk: Terminal) -> None:
    several = (await _found(desk, "approval"))["approval"]
    desk.change(', "S0ITOPS001"]', "]")
    state, detail = (await _found(desk, "approval"))["approval"]
    assert several == ("ok", "approvals needed: 1, of 3 people.")
    assert (state, "name one more" in detail) == ("unknown", True)


async def test_the_page_for_newcomers_shows_what_the_check_prints(desk: Terminal) -> None:
    cast, workspace = desk.server.cast, desk.server.workspace
    real = {
        "C0123456789": workspace.channel(cast.requests),
        "U0123456789": cast.ops[0].id,
        "U0223456789": cast.lead.id,
        "T0123456789": workspace.state.team.id,
    }
    axiom = f'[vendors.axiom]\nbase_url = "{desk.server.url}/axiom"'
    desk.configuration = _named(_page("toml"), real).replace("[vendors.axiom]", axiom)
    wanted = {line.partition("=")[0] for line in _page("ini").splitlines()}
    others = {name for name in desk.environment if "TOKEN" in name or "SECRET" in name} - wanted
    for name in others:
        del desk.environment[name]
    result = await desk.run("check", "--post")
    assert (result.exit_code, "!!" in result.stdout) == (0, False), result.stdout
    shown = _named(_page("text"), real).splitlines()
    assert [line for line in shown if line not in result.stdout.splitlines()] == []


def _named(text: str, real: dict[str, str]) -> str:
    for example, name in real.items():
        text = text.replace(example, name)
    return text
