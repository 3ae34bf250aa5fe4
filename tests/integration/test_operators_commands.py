"""What an operator types, as the whole sandbox answers it: rows, sentences and exit statuses."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from bot import manifest
from sandbox.faults import Faults
from tests.integration.commanding import Terminal, list_memberships, objects, terminal

pytestmark = pytest.mark.usefixtures("logging_as_before")

HEADER = "first_name,last_name,email,role,team_name"
PAGE = f"""{HEADER}
Jason,Smith,jason@yourcompany.example,Account Executive,Dogs
Susan,Simpson,susan@yourcompany.example,Manager,Cats
"""
ALLOWED = 'allowed_groups = { Role = ["Account Executive", "Manager"], Team = ["Dogs", "Cats"] }\n'


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Lend a terminal whose Ambition takes every group of the page's example."""
    async with terminal(tmp_path) as lent:
        lent.write("a.db", "")
        yield lent


async def test_the_own_name_is_changed_at_axiom_once(desk: Terminal) -> None:
    email = desk.become_lead()
    first = await desk.run("vendors", "axiom", "rename", "Countess Ada")
    assert (first.exit_code, "The name was changed." in first.stdout) == (0, True)
    [again] = await desk.rows("vendors", "axiom", "rename", "Countess Ada")
    assert again == {"result": "unchanged", "detail": "The name is that already."}
    user = desk.server.axiom.user(email)
    assert user is not None
    assert user.name == "Countess Ada"


async def test_the_page_of_axiom_names_another_path_for_it(desk: Terminal) -> None:
    email = desk.become_lead()
    desk.change("[vendors.axiom]\n", "[vendors.axiom]\nlegacy_rename = true\n")
    assert (await desk.run("vendors", "axiom", "rename", "Countess")).exit_code == 0
    [call] = desk.server.axiom.journal.asked("PUT")
    user = desk.server.axiom.user(email)
    assert user is not None
    assert call.path == f"/v2/users/{user.id}"


async def test_an_api_token_renames_nobody(desk: Terminal) -> None:
    result = await desk.run("vendors", "axiom", "rename", "Countess")
    assert result.exit_code == 1
    assert "aboard: Only a personal token can rename" in result.stderr


async def test_an_open_invitation_is_mailed_again(desk: Terminal) -> None:
    company = desk.server.ixon.company
    invite = company.add_invite("new@acme.example")
    company.grant(
        invite.public_id,
        desk.server.ixon.company_group.public_id,
        desk.server.ixon.operator.public_id,
    )
    [row] = await desk.rows("vendors", "ixon", "resend", "NEW@acme.example")
    assert row == {"result": "invited", "detail": "The invitation was mailed again."}
    assert invite.mails == 2


async def test_without_an_open_invitation_nobody_is_mailed(desk: Terminal) -> None:
    result = await desk.run("vendors", "ixon", "resend", desk.server.cast.lead.email)
    assert result.exit_code == 1
    assert "There is no open invitation." in result.stdout
    assert desk.server.ixon.journal.asked("POST") == []


async def test_a_dry_run_says_what_would_happen_and_sends_nothing(desk: Terminal) -> None:
    desk.show_groups()
    file = desk.write("export.csv", PAGE)
    assert (await desk.run("vendors", "ambition", "import", file)).exit_code == 0
    desk.server.ambition.instance.accounts["susan@yourcompany.example"].is_active = False
    desk.server.ambition.journal.calls.clear()
    moved = PAGE.replace(",Dogs", ",Cats") + (
        "Ada,Byron,ada@yourcompany.example,Manager,Dogs\n"
        "Bob,Stone,bob@yourcompany.example,Manager,Birds\n"
    )
    result = await desk.run(
        "vendors", "ambition", "import", desk.write("more.csv", moved), "--dry-run", "--json"
    )
    assert [(row["line"], row["person"].split("@")[0], row["plan"]) for row in objects(result)] == [
        (2, "jason", "move"),
        (3, "susan", "change"),
        (4, "ada", "create"),
        (5, "bob", "by hand"),
    ]
    assert "Move the person from Dogs to Cats (Team)." in objects(result)[0]["detail"]
    assert "Activate the account again." in objects(result)[1]["detail"]
    assert "not set up for Team: Birds" in objects(result)[3]["detail"]
    assert (result.exit_code, result.stderr) == (
        1,
        "People: 4 (1 move, 1 change, 1 create, 1 by hand).\n",
    )
    assert {call.method for call in desk.server.ambition.journal.calls} == {"GET"}


async def test_an_import_tells_how_everybody_ended_and_a_second_one_changes_nothing(
    desk: Terminal,
) -> None:
    desk.show_groups()
    file = desk.write("export.csv", PAGE)
    first = await desk.run("vendors", "ambition", "import", file)
    assert first.exit_code == 0
    assert first.stdout.count("done") == 2
    assert first.stderr == "People: 2 (2 done).\n"
    jason = desk.server.ambition.account("jason@yourcompany.example")
    assert jason is not None
    assert (jason.first_name, jason.groups) == (
        "Jason",
        {"Role": "Account Executive", "Team": "Dogs"},
    )
    desk.server.ambition.journal.calls.clear()
    rows = await desk.rows("vendors", "ambition", "import", file)
    assert [(row["line"], row["result"]) for row in rows] == [(2, "unchanged"), (3, "unchanged")]
    assert {call.method for call in desk.server.ambition.journal.calls} == {"GET"}


async def test_a_terminal_shows_how_far_it_is_beside_the_rows(desk: Terminal) -> None:
    file = desk.write("export.csv", PAGE)
    desk.environment["FORCE_COLOR"] = "1"  # what Rich takes for a terminal
    result = await desk.run("vendors", "ambition", "import", file, "--json")
    assert len(objects(result)) == 2
    assert "2/2" in result.stderr
    assert "People: 2 (2 unverified)." in result.stderr


async def test_what_ambition_does_not_show_is_told_as_unverified(desk: Terminal) -> None:
    rows = await desk.rows("vendors", "ambition", "import", desk.write("export.csv", PAGE))
    assert [row["result"] for row in rows] == ["unverified", "unverified"]


async def test_of_an_import_only_the_one_fails_who_is_meant(desk: Terminal) -> None:
    wrong = PAGE + "No,Address,no@two@yourcompany.example,Manager,Cats\n"
    refused = await desk.run("vendors", "ambition", "import", desk.write("wrong.csv", wrong))
    assert refused.exit_code == 2
    assert "wrong.csv: Line 4: the email is no e-mail address." in refused.stderr
    strange = PAGE + "Bob,Stone,bob@yourcompany.example,Manager,Birds\n"
    desk.server.ambition.faults.status(422, only="POST /ambition/api/v1/account/")
    result = await desk.run(
        "vendors", "ambition", "import", desk.write("strange.csv", strange), "--json"
    )
    assert [row["result"] for row in objects(result)] == [
        "unverified",
        "unverified",
        "action_required",
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "is not in UTF-8, from byte 0 on"),
        (b"", "Line 1: the columns must be"),
        (
            b"a,b\n",
            "Line 1: the columns must be first_name, last_name, email, role, team_name, and",
        ),
    ],
)
async def test_a_file_that_is_no_export_is_refused_before_anybody_is_asked(
    desk: Terminal, content: bytes, words: str
) -> None:
    file = desk.folder / "export.csv"
    file.write_bytes(content)
    result = await desk.run("vendors", "ambition", "import", str(file))
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert desk.server.ambition.journal.calls == []


async def test_a_file_that_is_not_there_is_told_in_a_sentence(desk: Terminal) -> None:
    result = await desk.run("vendors", "ambition", "import", str(desk.folder / "nothing.csv"))
    assert (result.exit_code, "nothing.csv: the file cannot be read" in result.stderr) == (2, True)


async def test_group_types_may_be_called_otherwise_but_are_two(desk: Terminal) -> None:
    file = desk.write("export.csv", PAGE)
    same = await desk.run("vendors", "ambition", "import", file, "--team-type", "role")
    assert (same.exit_code, "must name two group types" in same.stderr) == (2, True)
    rows = await desk.rows(
        "vendors", "ambition", "import", file, "--dry-run", "--team-type", "Squad"
    )
    assert "not set up for Squad: Dogs" in rows[0]["detail"]


async def test_allowed_groups_are_made_and_people_taken_out_of_them(desk: Terminal) -> None:
    desk.show_groups()
    desk.server.ambition.instance.groups.clear()
    [made] = await desk.rows("vendors", "ambition", "create-groups")
    assert made["result"] == "unverified"
    assert desk.server.ambition.instance.groups["Team"] == {"Dogs", "Cats"}
    keeper = desk.server.cast.keeper.email
    [row] = await desk.rows("vendors", "ambition", "revoke", keeper, "Team: Cats")
    assert row == {"result": "done", "detail": "The person is out of the groups."}
    account = desk.server.ambition.account(keeper)
    assert account is not None
    assert account.groups == {"Role": "Manager"}
    wrong = await desk.run("vendors", "ambition", "revoke", keeper, "Cats")
    assert (wrong.exit_code, "written with its type" in wrong.stderr) == (2, True)


async def test_without_allowed_groups_none_is_made(desk: Terminal) -> None:
    desk.change(ALLOWED, "")
    desk.change('ambition = { groups = { Role = "Account Executive", Team = "Dogs" } }\n', "")
    result = await desk.run("vendors", "ambition", "create-groups")
    assert (result.exit_code, "No groups are allowed" in result.stderr) == (2, True)
    assert desk.server.ambition.journal.calls == []


async def test_appxites_roles_and_identity_providers_are_listed(desk: Terminal) -> None:
    platform = desk.server.appxite.platform
    off = platform.add_provider("Old directory", "old", enabled=False)
    roles = await desk.rows("vendors", "appxite", "roles")
    assert roles == [
        {"id": one.id, "name": one.name, "weight": str(one.weight)}
        for one in platform.roles.values()
    ]
    providers = await desk.rows("vendors", "appxite", "identity-providers")
    assert len(providers) == len(platform.providers)
    assert providers[-1] == {
        "id": off.id,
        "name": "Old directory",
        "prefix": "old",
        "enabled": "no",
    }


async def test_a_table_is_whole_on_a_narrow_terminal(desk: Terminal) -> None:
    desk.environment["COLUMNS"] = "80"
    shown = (await desk.run("vendors")).stdout
    assert {"ambition", "appxite", "axiom", "axolo", "ixon"} <= set(shown.split())
    long = f"{'x' * 100}@acme.example"
    desk.server.axiom.add("Long Name", long)
    listed = (await desk.run("accounts", "axiom", "--find", long)).stdout
    assert listed.count("x") >= 100
    assert "…" not in listed


async def test_roles_groups_and_which_role_fits_which_group_are_listed_at_ixon(
    desk: Terminal,
) -> None:
    grants = [row["label"] for row in await desk.rows("choices", "ixon", "grants")]
    roles = [row["label"] for row in await desk.rows("choices", "ixon", "grants.role")]
    groups = [row["label"] for row in await desk.rows("choices", "ixon", "grants.group", "PRESS")]
    company = desk.server.ixon.company
    assert sorted(roles) == sorted(one.name for one in company.roles.values())
    assert groups == ["Press 7"]
    assert "Engineer in Company" in grants
    for wrong in ("grants.door", "doors"):
        refused = await desk.run("choices", "ixon", wrong)
        assert (refused.exit_code, f"ixon has no field {wrong}; there are" in refused.stderr) == (
            2,
            True,
        )


async def test_a_person_is_found_among_the_accounts(desk: Terminal) -> None:
    lead = desk.server.cast.lead.email
    [row] = await desk.rows("accounts", "ixon", "--find", lead.upper())
    assert (row["who"], row["state"], row["ambiguous"]) == (lead, "active", "no")
    assert await desk.rows("accounts", "ixon", "--find", "nobody@acme.example") == []
    unlisted = await desk.run("accounts", "axolo", "--find", lead)
    assert (unlisted.exit_code, "Axolo" in unlisted.stderr) == (1, True)


async def test_everybody_is_listed_and_who_cannot_be_told_apart_is_said(desk: Terminal) -> None:
    ixon, colleague = desk.server.ixon, desk.server.cast.colleague
    twin = ixon.company.add_user("Twin", colleague.email.upper())
    nameless = ixon.company.add_user("Nameless", "")
    rows = await desk.rows("accounts", "ixon")
    assert len(rows) == 4
    told = {row["id"].rpartition("/")[2]: row["ambiguous"] for row in rows}
    assert (told[twin.public_id], told[nameless.public_id]) == ("yes", "yes")
    assert sorted(told.values()) == ["no", "yes", "yes", "yes"]
    [alone] = await desk.rows("accounts", "ixon", "--find", twin.public_id)
    assert alone["ambiguous"] == "yes"


async def test_every_part_is_checked_by_calls_that_change_nothing(desk: Terminal) -> None:
    (desk.folder / "a.db").unlink()
    desk.server.workspace.state.scopes |= set(manifest.read()["oauth_config"]["scopes"]["bot"])
    result = await desk.run("check", "--json")
    found = objects(result)
    assert result.exit_code == 0, result.output
    about = {(row["subject"], row["about"]): row["state"] for row in found}
    for subject in ("Slack", "Axiom", "IXON", "AppXite", "Ambition"):
        assert about[subject, "credential"] == about[subject, "clock"] == "ok"
    assert about["Slack", "rights"] == about["IXON", "rate"] == "ok"
    assert about["Axolo", "credential"] == about["Axolo", "clock"] == "unknown"
    said = [row["detail"] for row in found if row["subject"] == "Axiom"]
    assert [one for one in said if re.fullmatch(r"it may list \d+ accounts?\.", one)]
    assert [one for one in said if re.fullmatch(r"it may read \d+ choices for role\.", one)]
    assert [one for one in said if "more calls now" in one]
    for vendor in (desk.server.axiom, desk.server.ixon, desk.server.ambition):
        assert {call.method for call in vendor.journal.calls} == {"GET"}


async def test_what_is_wrong_is_told_and_ends_with_one(desk: Terminal) -> None:
    desk.environment["AXIOM_TOKEN"] = "xaat-of-nobody"
    desk.server.workspace.state.scopes.discard("users:read.email")
    result = await desk.run("check")
    assert result.exit_code == 1
    assert "!!  Axiom, credential: Axiom does not accept the credential." in result.stdout
    [rights] = [one for one in result.stdout.splitlines() if "Slack, rights" in one]
    assert rights.startswith("!!")
    assert "users:read.email" in rights
    assert "ok  IXON, credential: it is accepted." in result.stdout
    assert desk.environment["AXIOM_TOKEN"] not in result.output


async def test_a_token_that_slack_refuses_is_told_before_the_vendors(desk: Terminal) -> None:
    desk.environment["SLACK_BOT_TOKEN"] = "xoxb-of-nobody"
    result = await desk.run("check")
    told = result.stdout.splitlines()
    first, second = [one for one in told if one[4:].startswith("Slack, ")][:2]
    assert told.index(first) < told.index("ok  Axiom, credential: it is accepted.")
    assert first.startswith("!!  Slack, credential: SLACK_BOT_TOKEN is refused by Slack")
    assert second == "ok  Slack, clock: it agrees with ours, within a minute."
    assert "ok  Axiom, credential: it is accepted." in result.stdout
    assert (result.exit_code, "xoxb-of-nobody" in result.output) == (1, False)


def at_another_time(faults: Faults, apart: timedelta) -> None:
    """Have a vendor's clock go wrong."""

    async def late(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + apart, usegmt=True)
        return answer

    faults.plant("clock", late, None)


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (timedelta(minutes=3), "!!  Axiom, clock: it is 0:0"),
        (timedelta(hours=-2), "behind ours: set this machine's clock."),
        (timedelta(seconds=30), "ok  Axiom, clock: it agrees with ours"),
    ],
)
async def test_a_clock_that_is_more_than_a_minute_off_is_told(
    desk: Terminal, apart: timedelta, words: str
) -> None:
    at_another_time(desk.server.axiom.faults, apart)
    result = await desk.run("check", "axiom")
    assert words in result.stdout
    assert result.exit_code == (0 if abs(apart) < timedelta(minutes=1) else 1)


async def test_one_vendor_is_checked_alone_and_has_to_be_on(desk: Terminal) -> None:
    alone = await desk.rows("check", "ambition")
    assert {row["subject"] for row in alone} == {"Ambition"}
    assert desk.server.workspace.state.calls == []
    off = await desk.run("check", "acme")
    assert (off.exit_code, "acme, settings: this vendor is not on." in off.stdout) == (1, True)


async def test_an_ambition_that_shows_more_than_the_settings_know_is_told(desk: Terminal) -> None:
    advice = "--  Ambition, settings: it lists who is in which group: set lists_memberships"
    assert advice not in (await desk.run("check", "ambition")).stdout
    list_memberships(desk.server.ambition)
    shown = await desk.run("check", "ambition")
    assert (shown.exit_code, advice in shown.stdout) == (0, True)
    desk.show_groups()
    assert advice not in (await desk.run("check", "ambition")).stdout
    assert {call.method for call in desk.server.ambition.journal.calls} == {"GET"}


async def test_the_requests_to_appxite_are_shown_before_they_are_confirmed(desk: Terminal) -> None:
    desk.change("confirmed = true\n", "")
    result = await desk.run("check", "appxite")
    assert result.exit_code == 0, result.output
    base = f"{desk.server.url}/appxite"
    for shown in (
        f"POST {base}/connect/token",
        f"GET {base}/users/",
        f"GET {base}/roles/",
        f"GET {base}/identity-providers/",
        f"# Invite a User (profile seller)\nPOST {base}/users/invite",
        '"GroupId": "<id of Viewer>"',
        "--  AppXite, confirmation: nothing was sent.",
    ):
        assert shown in result.stdout
    assert desk.server.appxite.journal.calls == []
    for name in ("APPXITE_SUBSCRIPTION_KEY", "APPXITE_CLIENT_SECRET"):
        assert desk.environment[name] not in result.output
    assert (await desk.run("check")).exit_code == 2


async def test_before_it_is_confirmed_other_mistakes_are_told_as_well(desk: Terminal) -> None:
    desk.change("confirmed = true\n", "")
    desk.change("threshold = 1", "threshold = 99")
    result = await desk.run("check", "appxite")
    assert (result.exit_code, "POST " in result.stdout) == (2, True)
    [told] = result.stderr.splitlines()
    assert "approval.threshold" in told
    desk.change('portal = "', 'gate = "')
    result = await desk.run("check", "appxite")
    assert result.exit_code == 2
    assert "vendors.appxite.portal is missing" in result.stderr


async def test_what_is_shown_of_appxite_is_what_is_sent(desk: Terminal) -> None:
    rows = await desk.rows("check", "appxite")
    shown = [row["detail"].splitlines()[1] for row in rows if row["about"] == "request"]
    assert [row["state"] for row in rows if row["about"] == "credential"] == ["ok"]
    prefix = f"{desk.server.url}/appxite"
    sent = [f"{one.method} {prefix}{one.path}" for one in desk.server.appxite.journal.calls]
    assert set(sent) == {one for one in shown if not one.endswith("/invite")}


@pytest.mark.parametrize(
    "command",
    ["vendors", "accounts axiom", "choices axiom role", "check axiom", "migrate", "history"],
)
async def test_every_command_that_tells_something_tells_programs_too(
    desk: Terminal, command: str
) -> None:
    await desk.run("migrate")
    result = await desk.run(*command.split(), "--json")
    assert result.exit_code == 0, result.output
    assert all(isinstance(row, dict) for row in objects(result))
