"""users.* and usergroups.*: finding people."""

from sandbox.slack import wire
from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.registry import Method, page
from sandbox.slack.model import Json, SlackError
from sandbox.slack.state import State

KINDS = {"public_channel", "private_channel", "im", "mpim"}


def users_info(state: State, arguments: Arguments) -> Json:
    """Describe one person."""
    return {"user": wire.user_object(state, state.directory.user(arguments.text("user")))}


def users_list(state: State, arguments: Arguments) -> Json:
    """List the members, deactivated ones too."""
    members = [user for user in state.directory.users.values() if user.team_id == state.team.id]
    some, cursor = page(members, arguments, 1000)
    return {"members": [wire.user_object(state, user) for user in some], "cache_ts": 0} | cursor


def users_lookup_by_email(state: State, arguments: Arguments) -> Json:
    """Find a member by address."""
    return {"user": wire.user_object(state, state.directory.by_email(arguments.text("email")))}


def users_conversations(state: State, arguments: Arguments) -> Json:
    """List the conversations somebody is in (by default the app itself)."""
    kinds = set(arguments.text("types", "public_channel").replace(" ", "").split(","))
    if not kinds <= KINDS:
        raise SlackError("invalid_types")
    user = state.directory.user(arguments.text("user", state.app.bot_user_id))
    mine = [
        channel
        for channel in state.directory.of(user.id)
        if _kind(is_im=channel.is_im, is_private=channel.is_private) in kinds
        and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    some, cursor = page(mine, arguments, 100)
    return {"channels": [wire.channel_object(state, channel) for channel in some]} | cursor


def _kind(*, is_im: bool, is_private: bool) -> str:
    if is_im:
        return "im"
    return "private_channel" if is_private else "public_channel"


def usergroups_list(state: State, arguments: Arguments) -> Json:
    """List the user groups."""
    groups = [
        wire.group_object(state, group, with_users=arguments.flag("include_users"))
        for group in state.directory.groups.values()
        if not group.disabled or arguments.flag("include_disabled")
    ]
    return {"usergroups": groups}


def usergroups_users_list(state: State, arguments: Arguments) -> Json:
    """List the people of a group; a disabled group answers only when asked for."""
    group = state.directory.group(arguments.text("usergroup"))
    if group.disabled and not arguments.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS: dict[str, Method] = {
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "users.conversations": users_conversations,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
}
