"""What the page shows one person: the workspace, the vendors and the faults as one JSON object."""

from collections.abc import Mapping

from sandbox.acts import acts
from sandbox.parts import Server
from sandbox.slack.files import file_object
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.switches import Switch
from sandbox.tenancies import Simulator
from sandbox.vendors.journal import Journal

CALLS_SHOWN = 8


def page_state(server: Server, me: User) -> Json:
    """Return everything `me` sees right now."""
    workspace = server.workspace
    channels = workspace.state.directory.of(me.id)
    home = workspace.home(me)
    return {
        "version": server.changes.version,
        "team": {"id": workspace.state.team.id, "name": workspace.state.team.name},
        "me": me.id,
        "users": [_user(user) for user in workspace.state.directory.users.values()],
        "usergroups": [
            {"id": group.id, "handle": group.handle}
            for group in workspace.state.directory.groups.values()
        ],
        "channels": [_channel(channel, server.cast.app.id) for channel in channels],
        "messages": {
            channel.id: [
                _message(server, message) for message in workspace.messages(channel.id, me)
            ]
            for channel in channels
        },
        "modals": [_modal(view) for view in workspace.state.views.stack(me.id)],
        "home": {"blocks": home.blocks} if home else None,
        "commands": [vars(command) for command in workspace.state.app.commands],
        "vendors": [_vendor(server, name, one) for name, one in server.vendors.items()],
        "faults": [_fault(one) for one in server.switches],
        "bot": vars(server.bot),
        "ahead": server.passing.ahead if server.passing else None,
    }


def _fault(switch: Switch) -> Json:
    shown = ("id", "service", "short", "label", "active", "help")
    return {name: getattr(switch, name) for name in shown}


def _user(user: User) -> Json:
    shown = ("id", "name", "real_name", "email", "title", "is_bot", "deleted", "is_restricted")
    return {name: getattr(user, name) for name in (*shown, "color", "initials")}


def _channel(channel: Channel, app: str) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "with": app if channel.is_im else None,
        "topic": channel.topic,
    }


def _message(server: Server, message: Message) -> Json:
    workspace = server.workspace
    return {
        "ts": message.ts,
        "user": message.user,
        "is_bot": message.bot_id is not None,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "ephemeral": message.ephemeral_for is not None,
        "edited": message.edited_ts is not None,
        "files": [_file(server, one) for one in message.files],
        "reply_count": len(workspace.replies(message)),
    }


def _file(server: Server, file_id: str) -> Json:
    state = server.workspace.state
    shown = ("id", "name", "title", "size", "url_private_download")
    written = file_object(state.files.find(file_id), state.base_url)
    return {name: written[name] for name in shown}


def _modal(view: View) -> Json:
    return {
        "view_id": view.id,
        "callback_id": view.callback_id,
        "title": view.content["title"],
        "submit": view.content.get("submit"),
        "close": view.content.get("close"),
        "blocks": view.blocks,
        "errors": view.errors,
    }


def _vendor(server: Server, name: str, vendor: Simulator) -> Json:
    return {
        "name": name,
        "title": vendor.title,
        "accounts": [_account(server, name, one) for one in vendor.accounts()],
        "calls": _calls(vendor.journal),
    }


def _account(server: Server, vendor: str, account: Mapping[str, str | float]) -> Json:
    """Return a row, with the name that Slack knows where the vendor knows an id of Slack's."""
    shown = {name: value for name, value in account.items() if name != "slack_id"}
    user = server.workspace.state.directory.users.get(str(account.get("slack_id")))
    named = {"who": user.real_name} if user else {}
    return {**shown, **named, "acts": _offered(server, vendor, account)}


def _offered(server: Server, vendor: str, account: Mapping[str, object]) -> list[Json]:
    offered = acts(server).get(vendor, ())
    return [{"id": one.id, "label": one.label} for one in offered if account["state"] in one.states]


def _calls(journal: Journal) -> list[Json]:
    newest = reversed(journal.calls[-CALLS_SHOWN:])
    return [
        {"at": one.at, "method": one.method, "path": one.path, "status": one.status}
        for one in newest
    ]
