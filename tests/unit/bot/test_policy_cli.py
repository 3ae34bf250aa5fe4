"""`aboard policy`: who could approve what, and whether Slack knows everybody who is named."""

import json
from collections.abc import Collection, Iterator

import pytest
from typer.testing import Result

from bot.findings import Mark
from bot.policy_desk import Asked, Desk, check, explain
from bot.reader import ConfigurationError
from bot.settings import Settings
from rules.catalog import Catalog
from rules.values import Kind
from tests.unit.bot.configured import Configuration
from tests.unit.bot.test_cli import run
from workflow.directory import DirectoryError, Resident

pytestmark = pytest.mark.usefixtures("logging_as_before")

HOME = "T0HOME"
LEAD, SECOND, GUEST = "U0123456789", "U0223456789", "U0323456789"
BOARD, EMPTY = "S0123456789", "S0223456789"
VENDORS = ["axolo", "axiom"]

RULES = f"""
[people]
protected = ["{SECOND}"]

[profiles.admin]
axiom = {{ role = "admin" }}

[profiles.reader]
axiom = {{ role = "read-only" }}

[[rules]]
name = "axiom-admins"
when = {{ vendor = "axiom", access = {{ role = ["Admin", "owner"] }} }}
title = "The board"
approvers = ["{BOARD}"]

[[rules]]
name = "readers"
when = {{ action = "onboard", profile = "reader" }}
automatic = true
requesters = ["{BOARD}"]

[[rules]]
name = "quiet-leave"
when = {{ action = "offboard", profile = "admin" }}
confidential = true
"""


class Members:
    """A directory with a lead, a second approver, a guest, and a board of both members."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent

    async def resident(self, slack_id: str) -> Resident | None:
        if self.silent:
            raise DirectoryError("Slack could not be asked who somebody is.")
        name = {LEAD: "Lea", SECOND: "Sam", GUEST: "Gus"}.get(slack_id)
        if name is None:
            return None
        guest = slack_id == GUEST
        return Resident(slack_id, HOME, f"{name}@acme.example", name, "Doe", is_guest=guest)

    async def get_to_know(self, people: Collection[str]) -> None:
        """Need no preparation."""

    async def members(self, group_id: str) -> frozenset[str]:
        if self.silent:
            raise DirectoryError("Slack could not be asked who somebody is.")
        return frozenset({LEAD, SECOND}) if group_id == BOARD else frozenset()


@pytest.fixture
def settings(configuration: Configuration) -> Settings:
    configuration.document += RULES
    return configuration.load()


@pytest.fixture
def catalog(settings: Settings) -> Catalog:
    return settings.catalog


async def explained(catalog: Catalog, asked: Asked, desk: Desk | None) -> dict[str, list[str]]:
    """Return what is said, as the rule and the detail of each line."""
    rows = await explain(catalog, VENDORS, asked, desk)
    return {str(row["about"]): [str(row["rule"]), str(row["detail"])] for row in rows}


def ask(kind: Kind = Kind.ONBOARD, **values: str) -> Asked:
    given = {"profile": "", "requester": "", "subject": ""} | values
    return Asked(kind, given["profile"], given["requester"], given["subject"], frozenset())


async def test_who_could_approve_is_named_with_the_rule_that_says_so(catalog: Catalog) -> None:
    said = await explained(catalog, ask(profile="admin"), Desk(Members(), HOME))
    assert said["axiom"] == ["axiom-admins", "asked for"]
    assert said["stage 1: The board"] == [
        "axiom-admins",
        f"1 of Lea Doe ({LEAD}), Sam Doe ({SECOND})",
    ]
    assert said["enough people"][1] == "yes"
    assert len(said["policy"][1]) == 64


async def test_requester_and_subject_are_left_out(catalog: Catalog) -> None:
    asked = ask(profile="admin", requester=LEAD, subject=SECOND)
    said = await explained(catalog, asked, Desk(Members(), HOME))
    assert said["stage 1: The board"][1] == "1 of nobody"
    assert said["enough people"][1].startswith("no")


async def test_what_no_rule_answers_is_answered_by_the_default(catalog: Catalog) -> None:
    said = await explained(catalog, ask(), Desk(Members(), HOME))
    assert said["axolo"][0] == said["axiom"][0] == "approval"
    assert said["stage 1: The approvers"][0] == "approval"
    assert said["may ask"][1] == "every full member"


async def test_what_a_rule_approves_is_said_and_stops_where_there_is_a_risk(
    catalog: Catalog,
) -> None:
    desk = Desk(Members(), HOME)
    said = await explained(catalog, ask(profile="reader"), desk)
    assert said["approval"] == ["readers", "approved by this rule, and by nobody"]
    risky = Asked(Kind.ONBOARD, "reader", "", "", frozenset({"axiom"}))
    said = await explained(catalog, risky, desk)
    assert said["stage 1: The approvers"][0] == "approval"


async def test_it_is_said_whether_somebody_may_ask(catalog: Catalog) -> None:
    desk = Desk(Members(), HOME)
    may = await explained(catalog, ask(profile="reader", requester=LEAD), desk)
    assert may["may ask"][1] == f"{LEAD}: You may ask for this."
    must_not = await explained(catalog, ask(profile="reader", requester=GUEST), desk)
    assert "Guests can't do this" in must_not["may ask"][1]


async def test_a_protected_person_needs_two(catalog: Catalog) -> None:
    asked = ask(Kind.OFFBOARD, profile="admin", subject=SECOND)
    said = await explained(catalog, asked, Desk(Members(), HOME))
    assert "2 of" in said["stage 1: The approvers"][1]
    assert "protected" in said["policy"][0]
    assert said["confidential"][1] == "direct messages only"


async def test_without_slack_ids_stand_for_people(catalog: Catalog) -> None:
    said = await explained(catalog, ask(profile="admin"), None)
    assert said["stage 1: The board"][1] == f"1 of {BOARD}"


async def test_a_profile_that_does_not_exist_is_said(catalog: Catalog) -> None:
    with pytest.raises(ConfigurationError, match="There is no profile nobody"):
        await explain(catalog, VENDORS, ask(profile="nobody"), None)


async def marks(settings: Settings, desk: Desk) -> dict[tuple[str, str], Mark]:
    return {(one.subject, one.about): one.mark async for one in check(settings, desk)}


async def test_everybody_who_is_named_is_looked_up(settings: Settings) -> None:
    found = await marks(settings, Desk(Members(), HOME))
    assert found[("approval", LEAD)] is Mark.OK
    assert found[("axiom-admins", BOARD)] is Mark.OK
    assert found[("people.protected", SECOND)] is Mark.OK
    assert set(found.values()) == {Mark.OK}


async def test_a_group_without_anybody_and_a_guest_are_wrong(
    configuration: Configuration,
) -> None:
    configuration.document += RULES.replace(BOARD, EMPTY)
    configuration.change(SECOND, GUEST)
    found = await marks(configuration.load(), Desk(Members(), HOME))
    assert found[("axiom-admins", EMPTY)] is Mark.WRONG
    assert found[("axiom-admins", "approval")] is Mark.WRONG
    assert found[("approval", GUEST)] is Mark.WRONG


async def test_a_silent_slack_proves_nothing(settings: Settings) -> None:
    found = await marks(settings, Desk(Members(silent=True), HOME))
    assert Mark.OK not in {mark for (subject, _), mark in found.items() if subject != "readers"}


def lines(result: Result) -> Iterator[dict[str, str]]:
    for line in result.stdout.splitlines():
        yield json.loads(line)


def test_the_command_explains_without_slack(configuration: Configuration) -> None:
    configuration.document += RULES
    arguments = ("policy", "explain", "onboard", "--profile", "admin", "--offline", "--json")
    result = run(configuration, *arguments)
    assert result.exit_code == 0, result.output
    said = {row["about"]: row["detail"] for row in lines(result)}
    assert said["stage 1: The board"] == f"1 of {BOARD}"


def test_the_command_refuses_a_broken_policy_in_sentences(configuration: Configuration) -> None:
    configuration.document += RULES.replace('profile = "reader"', 'profile = "raeder"')
    for arguments in (("check", "--offline"), ("explain", "onboard", "--offline")):
        result = run(configuration, "policy", *arguments)
        assert result.exit_code == 2
        assert "rules.1.when.profile names a profile that does not exist" in result.stderr


def test_the_command_checks_without_slack(configuration: Configuration) -> None:
    configuration.document += RULES
    result = run(configuration, "policy", "check", "--offline")
    assert (result.exit_code, result.stdout) == (0, "ok  4 rules, not compared with Slack\n")


def test_an_action_that_there_is_not_is_refused(configuration: Configuration) -> None:
    result = run(configuration, "policy", "explain", "promote", "--offline")
    assert result.exit_code == 2
    assert "say onboard or offboard" in result.stderr
