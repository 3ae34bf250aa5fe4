"""The judge of what is sent to Slack: its own limits, and no active sequence that is not ours."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from commands.views.card import Drawing
from sandbox.slack.blockkit.surfaces import problems_in_message, problems_in_view
from tests.unit.commands.hostile import GROUPS, IDS

TAG = re.compile(r"<([^<>]*)>")
MOMENT = re.compile(r"!date\^\d+\^\{date_short_pretty\} at \{time\}\|[\w: ]+")
OURS = {f"@{one}" for one in IDS} | {f"!subteam^{one}" for one in GROUPS}
MESSAGE_TEXT = 40_000
"""Slack truncates a message's text beyond this: https://docs.slack.dev/reference/methods/chat.postMessage."""


def problems_of(drawing: Drawing) -> list[str]:
    """Return what is wrong with a message."""
    blocks = as_json(drawing.blocks)
    found = [*problems_in_message(blocks), *active(drawing.text), *unsafe(blocks)]
    if not drawing.text.strip() or len(drawing.text) > MESSAGE_TEXT:
        found.append(f"a text of {len(drawing.text)} characters")
    return found


def problems_of_view(view: View) -> list[str]:
    """Return what is wrong with a form or a Home."""
    shown = view.to_dict()
    return [*problems_in_view(shown, view.type), *unsafe(shown["blocks"])]


def as_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Return blocks as they are sent."""
    return [block.to_dict() for block in blocks]


def active(text: str) -> list[str]:
    """Return the parts of markup to which Slack would give a meaning that we did not put there."""
    foreign = [tag for tag in TAG.findall(text) if tag not in OURS and not MOMENT.fullmatch(tag)]
    rest = TAG.sub("", text)
    return foreign + [f"a bare {sign}" for sign in "<>" if sign in rest]


def unsafe(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is active in the markup of blocks, and markup that would make links by itself."""
    found = []
    for words in _texts(blocks):
        if words["type"] == "mrkdwn":
            found += active(words["text"])
            found += [] if words.get("verbatim") is True else ["not verbatim"]
    return found


def _texts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") in {"mrkdwn", "plain_text"}:
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
