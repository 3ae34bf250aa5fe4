"""chat.* and reactions.add: what the app says.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours (read
2026-11). Text beyond 40 000 characters is cut by Slack without an error; chat.update refuses
text beyond 4 000.
"""

from typing import Any

from sandbox.slack import wire
from sandbox.slack.arguments import Arguments
from sandbox.slack.blockkit.surfaces import literal_markup, problems_in_message
from sandbox.slack.messages import Draft
from sandbox.slack.methods.conversations import visible
from sandbox.slack.methods.registry import Method
from sandbox.slack.model import Channel, Json, Message, SlackError
from sandbox.slack.state import State

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000


def draft_of(state: State, arguments: Arguments, method: str) -> Draft:
    """Return what the call wants to say; raises invalid_blocks, no_text."""
    blocks = checked_blocks(arguments.json("blocks", "invalid_blocks_format"))
    text = arguments.text("text")
    if not text and not blocks and not arguments.given.get("attachments"):
        raise SlackError("no_text")
    watch(state, method, text, blocks)
    return Draft(
        text[:LONGEST_TEXT],
        blocks,
        arguments.maybe("thread_ts"),
        arguments.json("metadata", "invalid_metadata_format"),
    )


def checked_blocks(blocks: Any) -> list[Json]:  # noqa: ANN401 - whatever JSON the app sent
    """Return blocks that Slack would take; raises invalid_blocks with what it dislikes."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := problems_in_message(blocks):
        raise SlackError("invalid_blocks", *problems)
    return blocks


def watch(state: State, method: str, text: str, blocks: list[Json]) -> None:
    """Complain of what Slack lets pass and people suffer from."""
    if blocks and not text.strip():
        state.complain(
            f"{method}: blocks without a top-level text: nothing to notify or read aloud"
        )
    if len(text) > LONGEST_TEXT:
        state.complain(f"{method}: text of {len(text)} characters is cut at {LONGEST_TEXT}")
    for words in literal_markup(blocks):
        state.complain(f"{method}: plain_text shows its markup to the reader: {words[:60]!r}")


def _target(state: State, channel_id: str) -> Channel:
    """Find where to post: an id, a name, or a person, whose direct message it becomes."""
    if channel_id in state.directory.users:
        return state.directory.direct(channel_id, state.app.bot_user_id)[0]
    named = state.directory.named(channel_id)
    channel = visible(state, named.id if named else channel_id)
    if channel.is_archived:
        raise SlackError("is_archived")
    public = "chat:write.public" in state.scopes and not channel.is_private
    if state.app.bot_user_id not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def chat_post_message(state: State, arguments: Arguments) -> Json:
    """Post to a channel, a thread or a person."""
    channel = _target(state, arguments.text("channel"))
    draft = draft_of(state, arguments, "chat.postMessage")
    message = state.messages.post(channel.id, state.app.bot_user_id, draft, bot_id=state.app.bot_id)
    written = wire.message_object(state, message)
    return {"channel": channel.id, "ts": message.ts, "message": written}


def chat_post_ephemeral(state: State, arguments: Arguments) -> Json:
    """Show something to one person in a channel they are in."""
    channel = _target(state, arguments.text("channel"))
    user = arguments.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = draft_of(state, arguments, "chat.postEphemeral")
    message = state.messages.post(
        channel.id,
        state.app.bot_user_id,
        draft,
        bot_id=state.app.bot_id,
        ephemeral_for=user,
    )
    return {"message_ts": message.ts}


def _own(state: State, arguments: Arguments, refusal: str) -> Message:
    channel = visible(state, arguments.text("channel"))
    message = state.messages.find(channel.id, arguments.text("ts"))
    if message.ephemeral_for is not None:
        raise SlackError("message_not_found")
    if message.bot_id != state.app.bot_id:
        raise SlackError(refusal)
    return message


def chat_update(state: State, arguments: Arguments) -> Json:
    """Change one of the app's own messages."""
    message = _own(state, arguments, "cant_update_message")
    draft = draft_of(state, arguments, "chat.update")
    if len(draft.text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    state.messages.update(message, draft)
    written = wire.message_object(state, message)
    return {"channel": message.channel, "ts": message.ts, "text": draft.text, "message": written}


def chat_delete(state: State, arguments: Arguments) -> Json:
    """Delete one of the app's own messages."""
    message = _own(state, arguments, "cant_delete_message")
    state.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def chat_get_permalink(state: State, arguments: Arguments) -> Json:
    """Return the web address of a message."""
    channel = visible(state, arguments.text("channel"))
    message = state.messages.find(channel.id, arguments.text("message_ts"))
    link = f"https://{state.team.domain}.slack.com/archives/{channel.id}/p"
    link += message.ts.replace(".", "")
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def reactions_add(state: State, arguments: Arguments) -> Json:
    """Put an emoji under a message."""
    channel = visible(state, arguments.text("channel"))
    message = state.messages.find(channel.id, arguments.text("timestamp"))
    state.messages.react(message, arguments.text("name"), state.app.bot_user_id)
    return {}


METHODS: dict[str, Method] = {
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "chat.delete": chat_delete,
    "chat.getPermalink": chat_get_permalink,
    "reactions.add": reactions_add,
}
