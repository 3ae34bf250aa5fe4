"""Messages, modals and Homes: how many blocks each takes, and what stands around them.

Source: https://docs.slack.dev/reference/views and https://docs.slack.dev/messaging (read 2026-11).
"""

from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Report,
    array,
    boolean,
    by_type,
    complain,
    every,
    one_of,
    shape,
    string,
)
from sandbox.slack.blockkit.layout import BLOCKS, MARKDOWN, ids_apart
from sandbox.slack.blockkit.objects import plain

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
LITERAL_MARKUP = ("<@", "<#", "<!", "<http", "<mailto")

MESSAGE_BLOCKS = every(
    array(by_type(BLOCKS | MARKDOWN, "block"), MOST_IN_MESSAGE, least=0), ids_apart
)
VIEW_BLOCKS = every(array(by_type(BLOCKS, "block"), MOST_IN_VIEW, least=0), ids_apart)
AROUND: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}


def _submit_where_asked(value: object, pointer: str, report: Report) -> None:
    blocks = value.get("blocks") if isinstance(value, dict) else None
    asks = any(isinstance(entry, dict) and entry.get("type") == "input" for entry in blocks or [])
    if asks and isinstance(value, dict) and not value.get("submit"):
        complain(report, "missing required field: submit", pointer)


MODAL = every(
    shape(
        {"type": one_of("modal"), "title": plain(24), "blocks": VIEW_BLOCKS},
        AROUND
        | {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    _submit_where_asked,
)
HOME = shape({"type": one_of("home"), "blocks": VIEW_BLOCKS}, AROUND)
VIEW = by_type({"modal": MODAL, "home": HOME}, "view")


def problems_in_message(blocks: object) -> list[str]:
    """Say what Slack would refuse in the blocks of a message."""
    report: Report = []
    MESSAGE_BLOCKS(blocks, "/blocks", report)
    return report


def problems_in_view(view: object, kind: str | None = None) -> list[str]:
    """Say what Slack would refuse in a view; `kind` narrows it to modal or home."""
    report: Report = []
    check = {"modal": MODAL, "home": HOME}.get(kind or "", VIEW)
    check(view, "/view", report)
    return report


def literal_markup(value: Any) -> list[str]:  # noqa: ANN401 - walks JSON of any shape
    """Find plain_text holding markup, which Slack shows to the reader as it is written."""
    if isinstance(value, list):
        return [found for entry in value for found in literal_markup(entry)]
    if not isinstance(value, dict):
        return []
    words = value.get("text")
    if value.get("type") == "plain_text" and isinstance(words, str):
        return [words] if any(mark in words for mark in LITERAL_MARKUP) else []
    return [found for entry in value.values() for found in literal_markup(entry)]
