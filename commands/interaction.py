"""What somebody did in Slack, read once from the payload, and what Slack is answered with.

Payloads: https://docs.slack.dev/reference/interaction-payloads. Everything is checked for its form
here; nothing of a payload is believed beyond who clicked and what they typed: a button carries an
opaque reference, and all else is read from the rows.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from commands.views.text import storable
from rules.values import is_channel_id, is_person_id

Payload = Mapping[str, Any]


class PayloadError(Exception):
    """A payload is not of the form that Slack documents."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that somebody did. ``delivery`` identifies this delivery from Slack.

    ``view`` and ``view_hash`` name a form in which it was done, and its revision.
    """

    team_id: str
    actor: str
    delivery: str
    channel: str | None = None
    text: str = ""
    trigger_id: str = ""
    response_url: str | None = None
    action: str = ""
    value: str = ""
    message_ts: str | None = None
    metadata: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    view: str = ""
    view_hash: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a text that only the one who acted sees; ``blocks`` say the same, and more."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Keep the form open, with a sentence beside each field that is wrong."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Show:
    """Replace the form with another view."""

    view: View


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer something to choose from."""

    options: Sequence[Option] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to say in the answer itself."""


Reply = Say | Wrong | Show | Offer | Done


def acknowledgement(reply: Reply) -> dict[str, Any]:
    """Return the arguments with which Bolt acknowledges ``reply``."""
    match reply:
        case Say(text, blocks):
            shown: list[Block | dict[str, Any]] = [*blocks] or [_section(text)]
            return {"text": text, "blocks": shown, "response_type": "ephemeral"}
        case Wrong(errors):
            return {"response_action": "errors", "errors": dict(errors)}
        case Show(view):
            return {"response_action": "update", "view": view}
        case Offer(options):
            return {"options": list(options)}
        case Done():
            return {}


def _section(text: str) -> dict[str, Any]:
    """Return a section of ours as Slack reads it: its class validates itself, for every answer."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def of_command(body: Payload, raw: str) -> Interaction:
    """Read a slash command."""
    return Interaction(
        team_id=_text(body, "team_id"),
        actor=_person(body, "user_id"),
        delivery=delivery_key(body, raw),
        channel=_channel(body.get("channel_id")),
        text=storable(str(body.get("text") or "")).strip(),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=_url(body),
    )


def of_action(body: Payload, raw: str) -> Interaction:
    """Read a press on a button, or a choice in a form."""
    action = _first(body.get("actions"))
    container = _mapping(body.get("container"))
    message = _mapping(body.get("message"))
    view = _mapping(body.get("view"))
    chosen = _mapping(action.get("selected_option"))
    return Interaction(
        team_id=_team(body),
        actor=_person(_mapping(body.get("user")), "id"),
        delivery=delivery_key(body, raw),
        channel=_channel(_mapping(body.get("channel")).get("id") or container.get("channel_id")),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=_url(body),
        action=str(action.get("action_id") or ""),
        value=str(action.get("value") or chosen.get("value") or action.get("selected_user") or ""),
        message_ts=_optional(message.get("ts") or container.get("message_ts")),
        metadata=str(view.get("private_metadata") or ""),
        values=_entered(view),
        view=str(view.get("id") or ""),
        view_hash=str(view.get("hash") or ""),
    )


def of_suggestion(body: Payload, raw: str) -> Interaction:
    """Read what somebody typed into a list that is filled from here; ``action`` is its block."""
    return Interaction(
        team_id=_team(body),
        actor=_person(_mapping(body.get("user")), "id"),
        delivery=delivery_key(body, raw),
        action=str(body.get("block_id") or ""),
        text=storable(str(body.get("value") or "")),
    )


def of_submission(body: Payload, raw: str) -> Interaction:
    """Read a form that was submitted."""
    view = _mapping(body.get("view"))
    return Interaction(
        team_id=_team(body),
        actor=_person(_mapping(body.get("user")), "id"),
        delivery=delivery_key(body, raw),
        action=str(view.get("callback_id") or ""),
        metadata=str(view.get("private_metadata") or ""),
        values=_entered(view),
    )


def of_event(body: Payload, raw: str) -> Interaction:
    """Read an event about a person."""
    event = _mapping(body.get("event"))
    return Interaction(
        team_id=_text(body, "team_id"),
        actor=_person(event, "user"),
        delivery=delivery_key(body, raw),
        action=str(event.get("type") or ""),
        text=str(event.get("tab") or ""),
    )


def delivery_key(body: Payload, raw: str) -> str:
    """Return what is the same for the same delivery and differs for every other one.

    An event has an id. A command or a click has none: its body holds a trigger that Slack gives
    once, so that the digest of the body is as good. Socket Mode hands in no raw body.
    """
    if isinstance(body.get("event_id"), str):
        return f"event:{body['event_id']}"
    text = raw or json.dumps(body, sort_keys=True)
    return f"body:{hashlib.sha256(text.encode()).hexdigest()}"


def _team(body: Payload) -> str:
    """Return the team of the one who acted: in a shared channel it differs from the channel's."""
    user = _mapping(body.get("user")).get("team_id")
    return str(user) if user else _text(_mapping(body.get("team")), "id")


def _entered(view: Payload) -> Payload:
    return _mapping(_mapping(view.get("state")).get("values"))


def _mapping(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def _first(value: object) -> Payload:
    return _mapping(value[0]) if isinstance(value, list) and value else {}


def _optional(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _text(body: Payload, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise PayloadError(f"The payload has no {name}.")
    return value


def _person(body: Payload, name: str) -> str:
    slack_id = _text(body, name)
    if not is_person_id(slack_id):
        raise PayloadError(f"{name} is no person.")
    return slack_id


def _channel(value: object) -> str | None:
    return value if isinstance(value, str) and is_channel_id(value) else None


def _url(body: Payload) -> str | None:
    return _optional(body.get("response_url"))
