"""What each Web API method takes and needs, and reading it the way Slack does.

Source: the reference of each method at https://docs.slack.dev/reference/methods (read 2026-11):
arguments, scopes of a bot token (any one of them is enough), whether JSON bodies are read.
Slack ignores an argument it does not know; here that becomes a complaint.
"""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.slack.model import Json, SlackError

CONVERSATIONS_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
OPENING = ("channels:manage", "groups:write", "im:write", "mpim:write")
EVERYWHERE = ("team_id",)
WRITING = ("text", "blocks", "attachments", "markdown_text", "as_user", "parse", "link_names")
POSTING = (*WRITING, "icon_emoji", "icon_url", "username", "metadata", "thread_ts")
PAGING = ("cursor", "limit")
SPAN = (*PAGING, "include_all_metadata", "inclusive", "latest", "oldest")


@dataclass(frozen=True)
class Signature:
    """What one method takes; `app_level` ones need the xapp token."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    reads_json: bool = False
    app_level: bool = False
    open_to_all: bool = False


SIGNATURES: dict[str, Signature] = {
    "api.test": Signature((), ("error", "foo"), reads_json=True, open_to_all=True),
    "auth.test": Signature(reads_json=True),
    "apps.connections.open": Signature(reads_json=True, app_level=True),
    "team.info": Signature((), ("domain", "team"), ("team:read",), reads_json=True),
    "bots.info": Signature((), ("bot",), ("users:read",)),
    "users.info": Signature(("user",), ("include_locale",), ("users:read",)),
    "users.list": Signature((), (*PAGING, "include_locale"), ("users:read",)),
    "users.lookupByEmail": Signature(("email",), (), ("users:read.email",)),
    "users.conversations": Signature(
        (), (*PAGING, "exclude_archived", "types", "user"), CONVERSATIONS_READ
    ),
    "usergroups.list": Signature(
        (), ("include_count", "include_disabled", "include_users"), ("usergroups:read",)
    ),
    "usergroups.users.list": Signature(("usergroup",), ("include_disabled",), ("usergroups:read",)),
    "chat.postMessage": Signature(
        ("channel",),
        (*POSTING, "mrkdwn", "reply_broadcast", "unfurl_links", "unfurl_media"),
        ("chat:write",),
        reads_json=True,
    ),
    "chat.update": Signature(
        ("channel", "ts"),
        (*WRITING, "metadata", "reply_broadcast"),
        ("chat:write",),
        reads_json=True,
    ),
    "chat.postEphemeral": Signature(("channel", "user"), POSTING, ("chat:write",), reads_json=True),
    "chat.delete": Signature(("channel", "ts"), ("as_user",), ("chat:write",), reads_json=True),
    "chat.getPermalink": Signature(("channel", "message_ts")),
    "conversations.open": Signature(
        (), ("channel", "return_im", "users", "prevent_creation"), OPENING, reads_json=True
    ),
    "conversations.info": Signature(
        ("channel",), ("include_locale", "include_num_members"), CONVERSATIONS_READ
    ),
    "conversations.members": Signature(("channel",), PAGING, CONVERSATIONS_READ),
    "conversations.replies": Signature(("channel", "ts"), SPAN, HISTORY),
    "conversations.history": Signature(("channel",), SPAN, HISTORY, reads_json=True),
    "conversations.join": Signature(("channel",), (), ("channels:join",), reads_json=True),
    "files.getUploadURLExternal": Signature(
        ("length", "filename"), ("snippet_type", "alt_txt"), ("files:write",)
    ),
    "files.completeUploadExternal": Signature(
        ("files",),
        ("blocks", "channel_id", "channels", "initial_comment", "thread_ts"),
        ("files:write",),
        reads_json=True,
    ),
    "files.info": Signature(("file",), ("count", "cursor", "limit", "page"), ("files:read",)),
    "reactions.add": Signature(
        ("channel", "name", "timestamp"), (), ("reactions:write",), reads_json=True
    ),
    "views.open": Signature(("view",), ("trigger_id", "interactivity_pointer"), reads_json=True),
    "views.push": Signature(("view",), ("trigger_id", "interactivity_pointer"), reads_json=True),
    "views.update": Signature(("view",), ("view_id", "external_id", "hash"), reads_json=True),
    "views.publish": Signature(
        ("user_id", "view"), ("hash", "interactivity_pointer"), reads_json=True
    ),
}


class Arguments:
    """The arguments of one call, from a query, a form or a JSON body."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def require(self, names: tuple[str, ...]) -> None:
        """Refuse the call with invalid_arguments when one of `names` is missing."""
        missing = [name for name in names if self.given.get(name) in (None, "")]
        if missing:
            said = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", *said)

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.given.get(name)
        return default if value is None else str(value)

    def maybe(self, name: str) -> str | None:
        """Return a string, or None where it was left out or empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Return a boolean: true, 1, "true" and "1" count."""
        return str(self.given.get(name, "")).casefold() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """Return a whole number; raises invalid_arguments."""
        try:
            return int(self.given.get(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", f"[ERROR] must be a number: {name}") from None

    def json(self, name: str, refusal: str) -> Any:  # noqa: ANN401 - whatever JSON the app sent
        """Return a value that may come as JSON text; raises `refusal` when it cannot be read."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(refusal) from None
