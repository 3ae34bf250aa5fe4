"""conversations.*: channels, their members and what was said."""

from sandbox.slack import wire
from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.registry import Method, page
from sandbox.slack.model import Channel, Json, Message, SlackError
from sandbox.slack.state import State

MOST_IN_GROUP_DM = 8


def conversations_open(state: State, arguments: Arguments) -> Json:
    """Open the direct message with one person; group messages are not simulated."""
    if channel_id := arguments.maybe("channel"):
        channel, there = state.directory.channel(channel_id), True
    else:
        channel, there = _direct(state, arguments)
    state.changes.happened()
    if not arguments.flag("return_im"):
        return {"channel": {"id": channel.id}}
    known = {"no_op": True, "already_open": True} if there else {}
    return {"channel": wire.channel_object(state, channel)} | known


def _direct(state: State, arguments: Arguments) -> tuple[Channel, bool]:
    users = [name for name in arguments.text("users").split(",") if name]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > MOST_IN_GROUP_DM:
        raise SlackError("too_many_users")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = state.directory.user(users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.id == state.app.bot_user_id:
        raise SlackError("invalid_user_combination")
    return state.directory.direct(user.id, state.app.bot_user_id)


def visible(state: State, channel_id: str) -> Channel:
    """Return a channel the app may know of: public ones, and what it is in."""
    channel = state.directory.channel(channel_id)
    if (channel.is_private or channel.is_im) and state.app.bot_user_id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def conversations_info(state: State, arguments: Arguments) -> Json:
    """Describe a channel."""
    channel = visible(state, arguments.text("channel"))
    body = wire.channel_object(state, channel)
    if arguments.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def conversations_members(state: State, arguments: Arguments) -> Json:
    """List who is in a channel."""
    channel = visible(state, arguments.text("channel"))
    some, cursor = page(channel.members, arguments, 100)
    return {"members": some} | cursor


def conversations_join(state: State, arguments: Arguments) -> Json:
    """Bring the app into a public channel."""
    channel = visible(state, arguments.text("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if state.app.bot_user_id not in channel.members:
        channel.members.append(state.app.bot_user_id)
        state.changes.happened()
    return {"channel": wire.channel_object(state, channel)}


def conversations_history(state: State, arguments: Arguments) -> Json:
    """List what everybody sees in a channel, newest first, without thread replies."""
    channel = visible(state, arguments.text("channel"))
    if state.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    top = [one for one in state.messages.seen_by(None, channel.id) if not one.is_reply]
    return _listed(state, list(reversed(_between(top, arguments))), arguments)


def conversations_replies(state: State, arguments: Arguments) -> Json:
    """List a thread, its parent first."""
    channel = visible(state, arguments.text("channel"))
    ts = arguments.text("ts")
    try:
        parent = state.messages.find(channel.id, ts)
    except SlackError:
        raise SlackError("thread_not_found") from None
    thread = [parent, *_between(state.messages.replies(channel.id, ts), arguments)]
    return _listed(state, thread, arguments)


def _between(messages: list[Message], arguments: Arguments) -> list[Message]:
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest", "9")
    ends = (oldest, latest) if arguments.flag("inclusive") else ()
    return [one for one in messages if oldest < one.ts < latest or one.ts in ends]


def _listed(state: State, messages: list[Message], arguments: Arguments) -> Json:
    some, cursor = page(messages, arguments, 100)
    written = [wire.message_object(state, message) for message in some]
    more = bool(cursor["response_metadata"]["next_cursor"])
    return {"messages": written, "has_more": more} | cursor


METHODS: dict[str, Method] = {
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.join": conversations_join,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
}
