"""views.*: modals and Homes.

Source: https://docs.slack.dev/reference/methods/views.open and its neighbours (read 2026-11).
A view that Slack does not like is refused with invalid_arguments and sentences.
"""

import json

from sandbox.slack import wire
from sandbox.slack.arguments import Arguments
from sandbox.slack.blockkit.surfaces import literal_markup, problems_in_view
from sandbox.slack.methods.registry import Method
from sandbox.slack.model import Json, SlackError, View
from sandbox.slack.state import State
from sandbox.slack.triggers import Trigger

LARGEST = 250_000


def checked_view(state: State, view: object, kind: str) -> Json:
    """Return a view Slack would show; raises invalid_arguments, view_too_large."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
    plain = {name: value for name, value in view.items() if value is not None}
    if problems := problems_in_view(plain, kind):
        raise SlackError("invalid_arguments", *problems)
    if len(json.dumps(plain)) > LARGEST:
        raise SlackError("view_too_large")
    for words in literal_markup(plain):
        state.complain(f"view {plain.get('callback_id')}: plain_text shows its markup: {words!r}")
    return plain


def _content(state: State, arguments: Arguments, kind: str) -> Json:
    return checked_view(state, arguments.json("view", "invalid_arguments"), kind)


def _trigger(state: State, arguments: Arguments) -> Trigger:
    arguments.require(("trigger_id",))
    return state.triggers.exchange(arguments.text("trigger_id"))


def _shown(state: State, view: View) -> Json:
    return {"view": wire.view_object(state, view)}


def views_open(state: State, arguments: Arguments) -> Json:
    """Open a modal for whoever interacted within the last three seconds."""
    content = _content(state, arguments, "modal")
    trigger = _trigger(state, arguments)
    return _shown(state, state.views.open(trigger.user, content))


def views_push(state: State, arguments: Arguments) -> Json:
    """Put a modal on top of the one that was interacted with."""
    content = _content(state, arguments, "modal")
    trigger = _trigger(state, arguments)
    return _shown(state, state.views.push(trigger.user, content))


def views_update(state: State, arguments: Arguments) -> Json:
    """Show something else in an open modal."""
    if not arguments.maybe("view_id") and not arguments.maybe("external_id"):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view_id")
    view = state.views.find(arguments.maybe("view_id"), arguments.maybe("external_id"))
    state.views.update(view, _content(state, arguments, view.kind), arguments.maybe("hash"))
    return _shown(state, view)


def views_publish(state: State, arguments: Arguments) -> Json:
    """Show a person their Home."""
    user = state.directory.users.get(arguments.text("user_id"))
    if user is None or user.deleted:
        raise SlackError("invalid_arguments", "[ERROR] invalid `user_id` [json-pointer:/user_id]")
    content = _content(state, arguments, "home")
    return _shown(state, state.views.publish(user.id, content, arguments.maybe("hash")))


METHODS: dict[str, Method] = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
