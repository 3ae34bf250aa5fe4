"""Modals: the right to open one, the stack, what is typed, and what an answer does to it."""

from typing import Any

import pytest

from sandbox.parts import Server
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.conftest import Caller, HandClock
from tests.unit.sandbox.listener import Listener

Json = dict[str, Any]

PEOPLE = {"type": "users_select", "action_id": "value"}
WORDS = {"type": "plain_text_input", "action_id": "value", "min_length": 3}
MENU = {
    "type": "static_select",
    "action_id": "value",
    "options": [
        {"text": {"type": "plain_text", "text": title}, "value": title.lower()}
        for title in ("Engineer", "Analyst")
    ],
}


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def field(name: str, element: Json, **extras: object) -> Json:
    block = {"type": "input", "block_id": name.lower(), "label": plain(name), "element": element}
    return block | extras


def form(**extras: object) -> Json:
    blocks = [field("Who", PEOPLE), field("Why", WORDS), field("Profile", MENU, optional=True)]
    return {
        "type": "modal",
        "callback_id": "ask",
        "title": plain("Ask"),
        "submit": plain("Send"),
        "blocks": blocks,
        **extras,
    }


def trigger(server: Server) -> str:
    return server.workspace.state.triggers.new(server.cast.manager.id)


async def opened(server: Server, call: Caller, **extras: object) -> Json:
    answer = await call("views.open", trigger_id=trigger(server), view=form(**extras))
    assert answer["ok"], answer
    view: Json = answer["view"]
    return view


async def test_a_trigger_opens_one_modal_and_no_second(server: Server, call: Caller) -> None:
    right = trigger(server)
    assert (await call("views.open", trigger_id=right, view=form()))["ok"]
    again = await call("views.open", trigger_id=right, view=form())
    assert again["error"] == "exchanged_trigger_id"
    assert (await call("views.open", trigger_id="1.2.x", view=form()))[
        "error"
    ] == "invalid_trigger_id"
    assert (await call("views.open", view=form()))["error"] == "invalid_arguments"


@pytest.mark.parametrize(("seconds", "error"), [(3.0, None), (3.1, "expired_trigger_id")])
async def test_a_trigger_lives_for_three_seconds(
    server: Server, call: Caller, clock: HandClock, seconds: float, error: str | None
) -> None:
    right = trigger(server)
    clock.forward(seconds)
    assert (await call("views.open", trigger_id=right, view=form())).get("error") == error


async def test_a_bad_view_is_refused_before_the_trigger_is_used(
    server: Server, call: Caller, slack: Workspace
) -> None:
    right = trigger(server)
    refused = await call("views.open", trigger_id=right, view=form(title=plain("x" * 25)))
    assert refused["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in refused["response_metadata"]["messages"][0]
    assert slack.modal(server.cast.manager) is None
    assert (await call("views.open", trigger_id=right, view=form()))["ok"]


async def test_three_views_stack_and_no_fourth(
    server: Server, call: Caller, slack: Workspace
) -> None:
    first = await opened(server, call)
    second = (await call("views.push", trigger_id=trigger(server), view=form()))["view"]
    assert second["previous_view_id"] == second["root_view_id"] == first["id"]
    assert (await call("views.push", trigger_id=trigger(server), view=form()))["ok"]
    fourth = await call("views.push", trigger_id=trigger(server), view=form())
    assert fourth["error"] == "push_limit_reached"
    assert len(slack.state.views.stack(server.cast.manager.id)) == 3


async def test_an_update_with_an_old_hash_is_refused(server: Server, call: Caller) -> None:
    view = await opened(server, call)
    first = await call("views.update", view_id=view["id"], hash=view["hash"], view=form())
    assert first["ok"]
    again = await call("views.update", view_id=view["id"], hash=view["hash"], view=form())
    assert again["error"] == "hash_conflict"
    assert (await call("views.update", view_id="V0NOTHERE1", view=form()))["error"] == "not_found"


async def test_what_was_typed_survives_an_update(
    server: Server, call: Caller, slack: Workspace
) -> None:
    view = await opened(server, call)
    await slack.fill(server.cast.manager, {"Why": "because"})
    await call("views.update", view_id=view["id"], view=form(title=plain("Again")))
    assert slack.opened(server.cast.manager).values["why"]["value"]["value"] == "because"


async def test_a_form_reads_with_what_stands_in_it(
    server: Server, call: Caller, slack: Workspace
) -> None:
    await opened(server, call)
    values = {"Who": server.cast.lead.id, "Profile": "analyst"}
    await slack.fill(server.cast.manager, values)
    assert slack.text_of(slack.opened(server.cast.manager)).splitlines() == [
        "Ask",
        "Who: Amara Okafor",
        "Why: [plain_text_input]",
        "Profile: Analyst",
    ]


async def test_an_empty_required_field_is_refused_before_anything_is_sent(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    await opened(server, call)
    errors = await slack.submit(server.cast.manager, {"Who": server.cast.lead.id, "Why": "no"})
    assert errors == {"why": "Must be at least 3 characters long."}
    errors = await slack.submit(server.cast.manager, {"Who": None, "Why": "because"})
    assert errors == {"who": "Please complete this required field."}
    assert app.heard == []


async def test_a_submission_carries_everything_that_stands_in_the_form(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    await opened(server, call, private_metadata="secret")
    values = {"Who": server.cast.lead.id, "Why": "because", "Profile": "Analyst"}
    assert await slack.submit(server.cast.manager, values) is None
    payload = app.last.payload
    assert payload["type"] == "view_submission"
    assert payload["user"]["id"] == server.cast.manager.id
    assert (payload["view"]["callback_id"], payload["view"]["private_metadata"]) == (
        "ask",
        "secret",
    )
    assert payload["view"]["state"]["values"] == {
        "who": {"value": {"type": "users_select", "selected_user": server.cast.lead.id}},
        "why": {"value": {"type": "plain_text_input", "value": "because"}},
        "profile": {"value": {"type": "static_select", "selected_option": MENU["options"][1]}},
    }
    assert slack.modal(server.cast.manager) is None


FILLED = {"Who": "U0AMARA001", "Why": "because"}


async def submitted(
    server: Server, call: Caller, app: Listener, says: object
) -> dict[str, str] | None:
    await opened(server, call)
    app.says = says
    return await server.workspace.submit(server.cast.manager, FILLED)


async def test_errors_show_up_under_their_fields(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    says = {"response_action": "errors", "errors": {"why": "Say more"}}
    assert await submitted(server, call, app, says) == {"why": "Say more"}
    assert slack.opened(server.cast.manager).errors == {"why": "Say more"}


async def test_an_answer_may_show_another_view(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    said = {"response_action": "update", "view": form(title=plain("Then"))}
    assert await submitted(server, call, app, said) is None
    assert slack.opened(server.cast.manager).title == "Then"


async def test_an_answer_may_push_and_clear(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    says = {"response_action": "push", "view": form(title=plain("On top"))}
    assert await submitted(server, call, app, says) is None
    assert len(slack.state.views.stack(server.cast.manager.id)) == 2
    app.says = {"response_action": "clear"}
    assert await slack.submit(server.cast.manager, FILLED) is None
    assert slack.modal(server.cast.manager) is None


@pytest.mark.parametrize(
    "says",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal"}},
        ["no object"],
    ],
)
async def test_an_answer_slack_cannot_use_is_trouble(
    server: Server, call: Caller, slack: Workspace, app: Listener, says: object
) -> None:
    errors = await submitted(server, call, app, says)
    assert errors == {"": "We had some trouble connecting. Try again?"}
    assert len(slack.complaints) == 1


async def test_a_dead_app_is_trouble_too(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    app.status = 500
    errors = await submitted(server, call, app, {})
    assert errors == {"": "We had some trouble connecting. Try again?"}
    assert "dispatch_failed" in slack.ephemerals(server.cast.manager)[-1].text


async def test_closing_is_told_where_it_was_asked_for(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    await opened(server, call)
    await slack.close(server.cast.manager)
    assert app.heard == []
    await opened(server, call, notify_on_close=True)
    await slack.close(server.cast.manager)
    assert (app.last.payload["type"], app.last.payload["is_cleared"]) == ("view_closed", False)
    assert slack.modal(server.cast.manager) is None


async def test_an_external_menu_asks_the_app_for_its_options(
    server: Server, call: Caller, slack: Workspace, app: Listener
) -> None:
    menu = {"type": "external_select", "action_id": "value", "min_query_length": 0}
    await opened(server, call, blocks=[field("Role", menu)])
    offered = {"text": plain("Owner"), "value": "owner"}
    app.says = {"options": [offered]}
    await slack.fill(server.cast.manager, {"Role": "owner"})
    asked = app.last.payload
    assert (asked["type"], asked["value"], asked["block_id"]) == (
        "block_suggestion",
        "owner",
        "role",
    )
    state = slack.opened(server.cast.manager).values["role"]["value"]
    assert state == {"type": "external_select", "selected_option": offered}


async def test_a_home_is_published_for_one_person(
    server: Server, call: Caller, slack: Workspace
) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    lead = server.cast.lead
    first = await call("views.publish", user_id=lead.id, view=home)
    assert first["ok"]
    assert slack.home(server.cast.manager) is None
    stale = await call("views.publish", user_id=lead.id, view=home, hash="0.old")
    assert stale["error"] == "hash_conflict"
    shown = slack.home(lead)
    assert shown is not None
    assert shown.id == first["view"]["id"]
    refused = await call("views.publish", user_id="U0NOBODY01", view=home)
    assert refused["error"] == "invalid_arguments"
