"""Clicks on a card, written from a request's reference: as Slack sends them, whenever it shows it.

The card itself comes at Slack's pace of one message a second; a test of a hundred requests does not
wait for each. What a click carries is what a card's button holds: a reference and nothing else.
"""

from sandbox.parts import Server
from sandbox.slack.forms import Place
from sandbox.slack.model import Json, Message, User, View

REASON = "Not this month."


def approval(server: Server, who: User, ref: str) -> Json:
    """Write somebody's press of Approve."""
    state = server.workspace.state
    words = {"type": "plain_text", "text": "Approve"}
    button = {"type": "button", "action_id": "request.approve", "value": ref, "text": words}
    block = {"type": "actions", "block_id": "decision", "elements": [button]}
    ts = state.timestamps.new()
    card = Message(server.cast.requests, ts, state.app.bot_user_id, "A card", [block])
    return server.workspace.payloads().block_actions(who, card, Place(block, button), {})


def denial(server: Server, who: User, ref: str) -> Json:
    """Write somebody's denial, with the reason that its form asks for."""
    ids = server.workspace.state.ids
    content: Json = {
        "type": "modal",
        "callback_id": "deny",
        "private_metadata": ref,
        "title": {"type": "plain_text", "text": "Deny"},
        "blocks": [],
    }
    reason = {"value": {"type": "plain_text_input", "value": REASON}}
    name = ids.new("V")
    view = View(name, who.id, "modal", ids.new(""), content, name, values={"reason": reason})
    return server.workspace.payloads().view_submission(who, view)
