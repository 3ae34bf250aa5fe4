"""What a workspace consists of: people, channels, user groups, messages, views, the app."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

ENGLISH = "en-US"


@dataclass
class Team:
    """A workspace, ours or a connected one."""

    id: str
    name: str
    domain: str


@dataclass
class User:
    """A member, a bot or a person of a connected workspace."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    color: str = "4a154b"
    tz: str = "Europe/Amsterdam"

    @property
    def initials(self) -> str:
        """The letters on the avatar."""
        return "".join(part[0] for part in self.real_name.split()[:2]).upper()


@dataclass
class Channel:
    """A channel, or a direct message where `im_with` names the person."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    is_general: bool = False
    shared_with: list[str] = field(default_factory=list)
    im_with: str | None = None

    @property
    def is_im(self) -> bool:
        """Whether this is a direct message with the app."""
        return self.im_with is not None


@dataclass
class UserGroup:
    """A group that can be mentioned, such as @it-ops."""

    id: str
    handle: str
    name: str
    users: list[str]
    disabled: bool = False


@dataclass
class Message:
    """One message as it stands now; `ephemeral_for` names the only person who sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    ephemeral_for: str | None = None
    edited_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    values: Values = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal or a Home as one person sees it, with what stands in its inputs."""

    id: str
    user: str
    kind: str
    hash: str
    content: Json
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks as the app sent them, every id filled in."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        """The name the app gave this kind of view."""
        return str(self.content.get("callback_id", ""))

    @property
    def title(self) -> str:
        """The words on top."""
        return str((self.content.get("title") or {}).get("text", ""))


@dataclass(frozen=True)
class Command:
    """A slash command as the app's manifest declares it."""

    command: str
    description: str
    usage_hint: str = ""


@dataclass(frozen=True)
class App:
    """The app under test as Slack knows it: ids, secrets, what it may do."""

    id: str
    bot_id: str
    bot_user_id: str
    name: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: tuple[Command, ...]


@dataclass
class ApiCall:
    """One call the app made, in the journal."""

    at: float
    method: str
    arguments: Json
    status: int
    answer: Json

    @property
    def error(self) -> str | None:
        """Slack's error, or None when it said ok."""
        return None if self.answer.get("ok") else str(self.answer.get("error"))


@dataclass
class Delivery:
    """One payload Slack sent to the app, and how the app took it."""

    kind: str
    payload: Json
    status: int | None
    seconds: float
    error: str | None = None
    retry: int = 0


class SlackError(Exception):
    """A refusal in Slack's words: an error code, and sometimes sentences."""

    def __init__(self, code: str, *messages: str, status: int = 200, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.status = status
        self.extra = extra

    def body(self) -> Json:
        """Return what stands in the answer."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body
