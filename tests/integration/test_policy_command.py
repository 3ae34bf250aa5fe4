"""`aboard policy` asks Slack who is who, as the bot itself does."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import policy_desk
from bot.findings import Mark
from bot.policy_desk import Asked
from bot.reader import ConfigurationError
from bot.settings import Settings, load
from rules.values import Kind
from sandbox.parts import Server
from sandbox.server import running


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as server:
        yield server


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> Settings:
    file = tmp_path / "aboard.toml"
    file.write_text(server.configuration(), encoding="utf-8")
    return load(server.environment() | {"ABOARD_CONFIG": str(file)})


async def marks(settings: Settings) -> dict[tuple[str, str], Mark]:
    async with policy_desk.opened(settings) as desk:
        found = policy_desk.check(settings, desk)
        return {(one.subject, one.about): one.mark async for one in found}


async def test_a_policy_that_slack_knows_is_right(settings: Settings, server: Server) -> None:
    found = await marks(settings)
    assert set(found.values()) == {Mark.OK}
    assert ("approval", server.cast.lead.id) in found
    assert ("managers", server.cast.leads.id) in found
    assert ("people.protected", server.cast.leads.id) in found


async def test_a_group_that_was_emptied_and_somebody_who_left_are_wrong(
    settings: Settings, server: Server
) -> None:
    server.cast.leads.users.clear()
    server.cast.lead.deleted = True
    found = await marks(settings)
    assert found["managers", server.cast.leads.id] is Mark.WRONG
    assert found["managers", "approval"] is Mark.WRONG
    assert found["approval", server.cast.lead.id] is Mark.WRONG
    assert found["approval", server.cast.group.id] is Mark.OK


async def test_whoever_is_named_beside_the_rules_is_looked_up_too(
    settings: Settings, server: Server
) -> None:
    settings = replace(settings, operators=("U0MISTYPED",))
    server.cast.keeper.deleted = True
    async with policy_desk.opened(settings) as desk:
        found = {one.subject: one async for one in policy_desk.check(settings, desk)}
    assert found["approval.by_hand.appxite"].mark is Mark.WRONG
    operator = found["people.operators"]
    assert (operator.mark, "copy it from their profile" in operator.detail) == (Mark.WRONG, True)


async def test_while_slack_says_nothing_about_people_nothing_is_called_right(
    settings: Settings, server: Server
) -> None:
    async with policy_desk.opened(settings) as desk:
        server.slack.faults.down()
        found = {one.about: one.mark async for one in policy_desk.check(settings, desk)}
    assert found[server.cast.group.id] is Mark.UNKNOWN
    assert found[server.cast.lead.id] is Mark.UNKNOWN


async def test_a_token_that_slack_refuses_is_said_in_a_sentence(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "aboard.toml"
    file.write_text(server.configuration(), encoding="utf-8")
    wrong = {"ABOARD_CONFIG": str(file), "SLACK_BOT_TOKEN": "xoxb-nobodys-token"}
    refused = load(server.environment() | wrong)
    with pytest.raises(ConfigurationError):
        async with policy_desk.opened(refused):
            pass


async def test_the_people_of_each_stage_are_named(settings: Settings, server: Server) -> None:
    jonas, priya = server.cast.ops
    asked = Asked(Kind.ONBOARD, "manager", server.cast.manager.id, jonas.id, frozenset())
    async with policy_desk.opened(settings) as desk:
        rows = await policy_desk.explain(settings.catalog, list(settings.vendors), asked, desk)
    said = {row["about"]: row["detail"] for row in rows}
    assert said["stage 1: IT operations"] == f"1 of {priya.real_name} ({priya.id})"
    lead = server.cast.lead
    assert said["stage 2: Team leads"] == f"1 of {lead.real_name} ({lead.id})"
    assert said["enough people"] == "yes"
