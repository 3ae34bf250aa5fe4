"""What a modal does with the app's answer to its submission.

Source: https://docs.slack.dev/surfaces/modals#response_actions (read 2026-11): no body closes
the view; errors, update, push and clear do what they say; anything else is trouble, and the
person reads "We had some trouble connecting".
"""

from sandbox.slack.delivery import Answer
from sandbox.slack.methods.views import checked_view
from sandbox.slack.model import Json, SlackError, View
from sandbox.slack.state import State

TROUBLE = {"": "We had some trouble connecting. Try again?"}


def settle(state: State, view: View, answer: Answer) -> dict[str, str]:
    """Do what the app answered, and return the errors the person now sees."""
    if answer.ok and not answer.body:
        state.views.close(view)
        return {}
    try:
        return _act(state, view, answer.json() if answer.ok else None)
    except SlackError as refusal:
        return _trouble(state, view, f"{refusal.code} {refusal.messages}")


def _act(state: State, view: View, body: Json | None) -> dict[str, str]:
    if body is None:
        return _trouble(state, view, "no JSON object in time")
    match body.get("response_action"):
        case "errors":
            return _errors(state, view, body.get("errors"))
        case "update":
            state.views.update(view, checked_view(state, body.get("view"), "modal"))
        case "push":
            state.views.push(view.user, checked_view(state, body.get("view"), "modal"))
        case "clear":
            state.views.close(view, everything=True)
        case other:
            return _trouble(state, view, f"unknown response_action {other}")
    return {}


def _errors(state: State, view: View, errors: object) -> dict[str, str]:
    known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= known:
        return _trouble(state, view, f"errors for something that is no input: {errors}")
    state.views.refuse(view, errors)
    return dict(errors)


def _trouble(state: State, view: View, why: str) -> dict[str, str]:
    state.complain(f"view_submission {view.callback_id}: {why}")
    state.views.refuse(view, TROUBLE)
    return dict(TROUBLE)
