"""What a POST to a response URL does, and what the body of a slash command's answer does.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
(read 2026-11): ephemeral unless `response_type` is in_channel; `replace_original` and
`delete_original` act on the message that was interacted with.
"""

from sandbox.slack.messages import Draft
from sandbox.slack.methods.chat import checked_blocks, watch
from sandbox.slack.model import Json, Message, SlackError
from sandbox.slack.state import State

KNOWN = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "metadata",
    "unfurl_links",
    "unfurl_media",
}


def respond(state: State, name: str, body: object) -> None:
    """Do what was POSTed to a response URL; raises SlackError for a URL that is used up."""
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    hook = state.hooks.use(name)
    if body.get("delete_original"):
        _remove(state, hook.message)
    elif body.get("replace_original") and hook.message is not None:
        state.messages.update(hook.message, draft_of(state, body, "response_url"))
    else:
        say(state, hook.user, hook.channel, body, "response_url")


def _remove(state: State, message: Message | None) -> None:
    if message is None or message not in state.messages.seen_by(
        message.ephemeral_for, message.channel
    ):
        raise SlackError("message_not_found", status=404)
    state.messages.delete(message)


def draft_of(state: State, body: Json, source: str) -> Draft:
    """Return what a body wants to say; raises invalid_blocks, no_text."""
    for unknown in body.keys() - KNOWN:
        state.complain(f"{source}: unknown field {unknown}")
    blocks = checked_blocks(body.get("blocks"))
    text = str(body.get("text") or "")
    if not text and not blocks:
        raise SlackError("no_text")
    watch(state, source, text, blocks)
    return Draft(text, blocks, body.get("thread_ts"))


def say(state: State, user: str, channel: str, body: Json, source: str) -> Message:
    """Post an answer to an interaction: for one pair of eyes, or for the channel."""
    public = body.get("response_type") == "in_channel"
    return state.messages.post(
        channel,
        state.app.bot_user_id,
        draft_of(state, body, source),
        bot_id=state.app.bot_id,
        ephemeral_for=None if public else user,
    )
