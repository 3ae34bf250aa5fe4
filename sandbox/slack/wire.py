"""How Slack writes its objects in JSON: users, channels, messages, views.

Source: https://docs.slack.dev/reference/objects (read 2026-11).
"""

from sandbox.slack.files import file_object
from sandbox.slack.model import ENGLISH, Channel, Json, Message, User, UserGroup, View
from sandbox.slack.state import State

CREATED = 1_700_000_000


def user_object(state: State, user: User) -> Json:
    """Write a user; the e-mail stands there only with users:read.email, and never a stranger's."""
    stranger = user.team_id != state.team.id
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "team": user.team_id,
    }
    if user.email and not stranger and "users:read.email" in state.scopes:
        profile["email"] = user.email
    if user.is_bot and user.id == state.app.bot_user_id:
        profile |= {"bot_id": state.app.bot_id, "api_app_id": state.app.id}
    body: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": CREATED,
    }
    return body | _standing(user) if not stranger else body | {"is_stranger": True}


def _standing(user: User) -> Json:
    if user.deleted:
        return {}
    return {
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_email_confirmed": True,
        "locale": ENGLISH,
    }


def channel_object(state: State, channel: Channel) -> Json:
    """Write a channel or a direct message."""
    if channel.is_im:
        return {
            "id": channel.id,
            "created": CREATED,
            "is_im": True,
            "is_org_shared": False,
            "user": channel.im_with,
            "is_archived": channel.is_archived,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": CREATED,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "shared_team_ids": [state.team.id, *channel.shared_with],
        "is_member": state.app.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "context_team_id": state.team.id,
    }


def group_object(state: State, group: UserGroup, *, with_users: bool) -> Json:
    """Write a user group."""
    body: Json = {
        "id": group.id,
        "team_id": state.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": CREATED,
        "date_update": CREATED,
        "date_delete": CREATED if group.disabled else 0,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.users),
    }
    return body | ({"users": list(group.users)} if with_users else {})


def message_object(state: State, message: Message) -> Json:
    """Write a message."""
    body: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": state.team.id,
    }
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": state.app.id}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.files:
        found = [state.files.find(one) for one in message.files]
        body["files"] = [file_object(one, state.base_url) for one in found]
    if message.thread_ts:
        body |= {"thread_ts": message.thread_ts, "parent_user_id": message.user}
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.metadata:
        body["metadata"] = message.metadata
    return body


def view_object(state: State, view: View) -> Json:
    """Write a view with everything Slack adds to what the app sent."""
    content = view.content
    return {
        "id": view.id,
        "team_id": state.team.id,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": view.callback_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "submit_disabled": content.get("submit_disabled", False),
        "external_id": content.get("external_id", ""),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": state.app.id,
        "app_installed_team_id": state.team.id,
        "bot_id": state.app.bot_id,
    }
