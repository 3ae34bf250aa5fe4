"""The fields of a profile's vendors in the form: what they offer and take, and what comes of it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.slack.forms import find
from sandbox.slack.model import User, View
from sandbox.vendors.axiom_model import BUILT_IN
from tests.e2e.forging import Forger
from tests.e2e.story import Story, mention
from tests.e2e.world import PATIENCE

Json = dict[str, Any]

ROLE = "access:engineer:axiom:role"
ORGANIZATION = "access:engineer:axolo:organization"
SELLER = "access:seller:"
STALE = timedelta(minutes=2)
SLACK_WAITS = 3.0


def asked(form: View) -> set[str]:
    """Return the ids of a form's inputs."""
    return {block["block_id"] for block in form.blocks if block["type"] == "input"}


def standing(form: View, block_id: str) -> list[str]:
    """Return the values that stand in a field."""
    state = form.values[block_id]["value"]
    one, many = state.get("selected_option"), state.get("selected_options") or []
    return [option["value"] for option in (*many, *([one] if one else []))]


def of(story: Story, subject: User, **more: object) -> dict[str, object]:
    return {"subject": subject.id, "github": story.people.login(subject), **more}


async def offered(story: Story, form: View, block_id: str, query: str = "") -> list[str]:
    """Return the labels that open under a field."""
    found = await story.slack.options(story.asker, form, block_id, query)
    return [one["text"]["text"] for one in found]


@pytest.fixture(autouse=True)
def _forget_roles(story: Story) -> Iterator[None]:
    """Take away the roles that a test has added, but for those that somebody has."""
    story.world.clock.forward(STALE)
    yield
    organization = story.world.server.axiom.organization
    held = {user.role for user in organization.listed()}
    for role in organization.roles.keys() - held - set(BUILT_IN):
        del organization.roles[role]


async def opened_anew(story: Story, roles: int) -> View:
    """Open a form that knows so many of Axiom's roles, whatever another story has had it know."""
    story.world.clock.forward(STALE)
    form = await story.opens("/onboard")
    async with asyncio.timeout(PATIENCE):
        while len(await offered(story, form, ROLE)) != roles:
            continue
    return form


async def test_the_form_shows_the_fields_of_the_profile_as_it_has_them(story: Story) -> None:
    form = await story.opens("/onboard")
    assert asked(form) >= {ROLE, ORGANIZATION}
    assert standing(form, ROLE) == ["user"]
    assert standing(form, ORGANIZATION) == []
    titles = [one["text"]["text"] for one in form.blocks if one["type"] == "header"]
    assert titles == ["Axolo", "Axiom"]


async def test_another_profile_brings_its_own_fields(story: Story) -> None:
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, {ROLE: "admin", "profile": "analyst"})
    assert standing(form, "access:analyst:axiom:role") == ["read-only"]
    assert not asked(form) & {ROLE, ORGANIZATION}
    await story.slack.fill(story.asker, {"profile": "engineer"})
    assert standing(form, ROLE) == ["user"]


async def test_what_else_was_filled_in_stays_when_the_profile_changes(
    story: Story, ada: User
) -> None:
    form = await story.opens("/onboard")
    values = of(story, ada, reason="Starts on Monday", profile="analyst")
    await story.slack.fill(story.asker, values)
    assert form.values["subject"]["value"]["selected_user"] == ada.id
    assert form.values["reason"]["value"]["value"] == "Starts on Monday"
    assert await story.slack.submit(story.asker) is None
    assert "Starts on Monday" in story.text(await story.card(ada))


async def test_a_form_left_as_it_was_asks_for_the_profile(story: Story, ada: User) -> None:
    await story.opens("/onboard")
    assert await story.slack.submit(story.asker, of(story, ada)) is None
    card = await story.card(ada)
    assert "changed in the form" not in story.text(card)
    assert "with the role user" in story.line(card, "Axiom")


async def test_a_changed_access_is_on_the_card_and_is_what_is_given(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    assert await story.slack.submit(story.asker, of(story, ada, **{ROLE: "admin"})) is None
    card = await story.card(ada)
    line = story.line(card, "Axiom")
    assert "changed in the form: role admin instead of user" in line
    assert "may manage people" in line
    assert "changed in the form" not in story.line(card, "Axolo")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "admin"


async def test_a_typed_command_asks_for_the_profile_at_once(story: Story, ada: User) -> None:
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} analyst")
    card = await story.card(ada)
    assert story.slack.modal(story.asker) is None
    assert "with the role read-only" in story.line(card, "Axiom")


async def test_what_the_vendor_offers_can_be_searched(story: Story) -> None:
    story.world.server.axiom.organization.roles["80f1b217-0c4d"] = "Dashboard readers"
    form = await opened_anew(story, 6)
    assert (await offered(story, form, ROLE))[:2] == ["user", "none"]
    assert await offered(story, form, ROLE, "READ") == ["read-only", "Dashboard readers"]
    assert await offered(story, form, ROLE, "no such thing") == []
    assert await offered(story, form, ORGANIZATION) == ["acme"]


async def test_a_role_of_the_organization_is_named_on_the_card(story: Story, ada: User) -> None:
    story.world.server.axiom.organization.roles["80f1b217-0c4d"] = "Dashboard readers"
    await opened_anew(story, 6)
    values = of(story, ada, **{ROLE: "Dashboard readers"})
    assert await story.slack.submit(story.asker, values) is None
    card = await story.card(ada)
    assert "role Dashboard readers instead of user" in story.line(card, "Axiom")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "80f1b217-0c4d"


async def test_of_many_choices_a_hundred_are_shown_and_their_names_are_cut(story: Story) -> None:
    for number in range(150):
        name = f"Role {number:03} {'of a very long name ' * 5}"
        story.world.server.axiom.organization.roles[f"role-{number:03}"] = name
    form = await opened_anew(story, 100)
    labels = await offered(story, form, ROLE)
    assert max(map(len, labels)) == 75
    assert [one[:8] for one in await offered(story, form, ROLE, "role 149")] == ["Role 149"]


async def test_a_vendor_that_is_down_leaves_what_the_profile_says(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.down()
    await story.slack.command(story.asker, "/onboard", "", channel="#general")
    form = story.slack.opened(story.asker)
    assert await offered(story, form, "access:engineer:axolo:organization") == ["acme"]
    assert await story.slack.submit(story.asker, of(story, ada)) is None
    assert "with the role user" in story.line(await story.card(ada), "Axiom")


@pytest.mark.usefixtures("hurried")
async def test_a_silent_vendor_is_answered_for_in_time(story: Story, forger: Forger) -> None:
    form = await story.opens("/onboard")
    before = await offered(story, form, ROLE)
    story.world.clock.forward(STALE)
    story.world.server.axiom.faults.hang(times=None, only="GET /v2/rbac/roles")
    answer = await forger.send("options", suggestion(story, forger, form, ROLE))
    assert answer.seconds < SLACK_WAITS
    assert len((answer.json() or {})["options"]) == len(before)


def suggestion(story: Story, forger: Forger, form: View, block_id: str) -> Json:
    return forger.slack.payloads().block_suggestion(story.asker, form, find(form, block_id), "")


async def test_what_nobody_offered_is_refused_at_its_own_field(story: Story, ada: User) -> None:
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, of(story, ada))
    wrong = await story.slack.submit_as_typed(story.asker, form, chosen(ROLE, "superuser"))
    assert wrong == {ROLE: "Please choose from the list."}
    assert await story.slack.submit(story.asker, {ROLE: "user"}) is None
    assert "superuser" not in story.text(await story.card(ada))


def chosen(block_id: str, *values: str, many: bool = False) -> dict[str, dict[str, Json]]:
    """Return the state of a menu in which something stands that was never offered."""
    options = [{"value": one, "text": {"type": "plain_text", "text": one}} for one in values]
    kind = "multi_external_select" if many else "external_select"
    held = {"selected_options": options} if many else {"selected_option": options[0]}
    return {block_id: {"value": {"type": kind, **held}}}


async def test_a_group_that_no_setting_names_cannot_be_asked_for(story: Story, ada: User) -> None:
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, of(story, ada, profile="seller"))
    strange = chosen(f"{SELLER}ambition:groups", "Team: Wolves", many=True)
    wrong = await story.slack.submit_as_typed(story.asker, form, strange)
    assert wrong == {f"{SELLER}ambition:groups": "Please choose from the list."}


async def test_what_the_vendors_model_refuses_is_said_at_its_own_field(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    values = of(story, ada, profile="seller", **{f"{SELLER}appxite:activate_by_email": []})
    wrong = await story.slack.submit(story.asker, values)
    field = f"{SELLER}appxite:activate_by_email"
    assert wrong == {field: "Can be left out only with an identity provider."}


async def test_the_fields_of_five_vendors_are_filled_as_the_profile_says(story: Story) -> None:
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, {"profile": "seller"})
    titles = [one["text"]["text"] for one in form.blocks if one["type"] == "header"]
    assert titles == ["Axolo", "Axiom", "IXON", "AppXite", "Ambition"]
    assert standing(form, f"{SELLER}ixon:grants") == ["Company/Engineer"]
    assert standing(form, f"{SELLER}appxite:organizations") == ["Acme"]
    assert standing(form, f"{SELLER}appxite:role") == ["Viewer"]
    assert standing(form, f"{SELLER}appxite:activate_by_email") == ["true"]
    groups = standing(form, f"{SELLER}ambition:groups")
    assert groups == ["Role: Account Executive", "Team: Dogs"]


async def test_every_list_of_five_vendors_is_offered(story: Story) -> None:
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, {"profile": "seller"})
    assert "Engineer in Press 7" in await offered(story, form, f"{SELLER}ixon:grants")
    assert "Acme" in await offered(story, form, f"{SELLER}appxite:organizations")
    assert "Viewer" in await offered(story, form, f"{SELLER}appxite:role")
    assert await offered(story, form, f"{SELLER}appxite:identity_provider")
    every = ["Role: Account Executive", "Role: Manager", "Team: Cats", "Team: Dogs"]
    assert sorted(await offered(story, form, f"{SELLER}ambition:groups")) == every
    assert await offered(story, form, f"{SELLER}ambition:groups", "dogs") == ["Team: Dogs"]


async def test_what_was_changed_at_several_vendors_is_planned_and_given(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    changed = {
        f"{SELLER}ixon:grants": ["Engineer in Company", "Engineer in Press 7"],
        f"{SELLER}ixon:message": "Welcome to <press> 7",
        f"{SELLER}ambition:groups": ["Role: Manager", "Team: Cats"],
    }
    values = of(story, ada, profile="seller", **changed)
    assert await story.slack.submit(story.asker, values) is None
    card = await story.card(ada)
    ixon = story.line(card, "IXON")
    assert "Engineer in Company; Engineer in Press 7" in ixon
    assert "groups and roles Engineer in Company, Engineer in Press 7 instead of" in ixon
    assert "message “Welcome to <press> 7” instead of nothing" in ixon
    ambition = story.line(card, "Ambition")
    assert "groups Role: Manager, Team: Cats instead of Role: Account Executive" in ambition
    assert "changed in the form" not in story.line(card, "AppXite")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    held = story.world.server.ixon.roles_of(ada.email)
    assert {group.name for group, _ in held} == {"Company", "Press 7"}
    account = story.world.server.ambition.account(ada.email)
    assert account is not None
    assert account.groups == {"Role": "Manager", "Team": "Cats"}
    invited = story.world.server.ixon.journal.asked("POST")
    assert any("Welcome to <press> 7" in str(one.body) for one in invited)


async def test_what_was_changed_under_another_profile_is_not_dropped_unsaid(
    story: Story, ada: User
) -> None:
    """The update that brings the fields of the new profile may never arrive."""
    form = await story.opens("/onboard")
    await story.slack.fill(story.asker, of(story, ada, **{ROLE: "admin"}))
    story.world.server.slack.faults.status(200, body=MOVED_ON, only="views.update")
    await story.slack.fill(story.asker, {"profile": "analyst"})
    assert await story.slack.submit(story.asker) is None
    assert standing(form, "access:analyst:axiom:role") == ["read-only"]
    assert "Please look, then ask again" in story.text(form)
    assert await story.slack.submit(story.asker) is None
    card = await story.card(ada)
    assert "changed in the form" not in story.text(card)
    assert "with the role read-only" in story.line(card, "Axiom")


MOVED_ON = {"ok": False, "error": "hash_conflict"}


async def test_fields_of_another_profile_that_nobody_touched_keep_no_one(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    story.world.server.slack.faults.status(200, body=MOVED_ON, only="views.update")
    assert await story.slack.submit(story.asker, of(story, ada, profile="analyst")) is None
    assert "with the role read-only" in story.line(await story.card(ada), "Axiom")


async def test_nothing_is_offered_to_somebody_who_may_not_ask(story: Story) -> None:
    form = await story.opens("/onboard")
    assert await offered(story, form, ROLE)
    story.asker.is_restricted = True
    await story.world.later(timedelta(seconds=31))
    assert await offered(story, form, ROLE) == []


async def test_nothing_is_offered_to_another_workspace_or_without_a_signature(
    story: Story, forger: Forger
) -> None:
    form = await story.opens("/onboard")
    payload = suggestion(story, forger, form, ROLE)
    assert (await forger.send("options", payload)).json() != NOTHING
    payload["user"]["team_id"] = "T0NORTHW01"
    assert (await forger.send("options", payload)).json() == NOTHING
    assert (await forger.send_unsigned("options", payload)).status == 401


async def test_a_list_that_nobody_knows_is_empty(story: Story, forger: Forger) -> None:
    form = await story.opens("/onboard")
    payload = suggestion(story, forger, form, ROLE)
    for strange in ("reason", "access:engineer:axiom:nonsense", "access:x", "access:a:b:c:d:e"):
        payload["block_id"] = strange
        assert (await forger.send("options", payload)).json() == NOTHING


NOTHING: Json = {"options": []}


async def test_an_old_list_is_served_and_a_new_one_follows(story: Story) -> None:
    form = await story.opens("/onboard")
    before = await offered(story, form, ROLE)
    story.world.server.axiom.organization.roles["80f1b217-0c4d"] = "Newcomers"
    story.world.clock.forward(STALE)
    assert await offered(story, form, ROLE) == before

    async with asyncio.timeout(PATIENCE):
        while "Newcomers" not in await offered(story, form, ROLE):
            continue
