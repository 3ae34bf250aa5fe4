"""Blocks: what may stand in each kind, and that ids are told apart.

Source: https://docs.slack.dev/reference/block-kit/blocks (read 2026-11). Rich text is accepted
as it comes; tables, videos, files and calls are not simulated and count as unsupported.
"""

from collections import Counter
from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Report,
    anything,
    array,
    boolean,
    by_type,
    complain,
    every,
    one_of,
    shape,
    string,
)
from sandbox.slack.blockkit.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.slack.blockkit.objects import plain, text

CONTEXT_WORDS = text(3000)


def _in_context(value: object, pointer: str, report: Report) -> None:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    (IMAGE if is_image else CONTEXT_WORDS)(value, pointer, report)


def _text_or_fields(value: object, pointer: str, report: Report) -> None:
    if isinstance(value, dict) and not {"text", "fields"} & value.keys():
        complain(report, "missing required field: text", pointer)


def _block(
    kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None
) -> Check:
    return shape({"type": one_of(kind)} | required, {"block_id": string(255)} | (optional or {}))


BLOCKS: dict[str, Check] = {
    "section": every(
        _block(
            "section",
            {},
            {
                "text": text(3000),
                "fields": array(text(2000), 10),
                "accessory": by_type(IN_SECTION, "element"),
                "expand": boolean,
            },
        ),
        _text_or_fields,
    ),
    "header": _block("header", {"text": plain(150)}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": array(_in_context, 10)}),
    "actions": _block("actions", {"elements": array(by_type(IN_ACTIONS, "element"), 25)}),
    "image": _block(
        "image",
        {"alt_text": string(2000)},
        {"image_url": string(3000), "title": plain(2000), "slack_file": anything},
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": by_type(IN_INPUT, "element")},
        {"dispatch_action": boolean, "hint": plain(2000), "optional": boolean},
    ),
    "rich_text": _block("rich_text", {"elements": anything}),
}
MARKDOWN: dict[str, Check] = {"markdown": _block("markdown", {"text": string(12000)})}


def _ids_of(block: dict[str, Any]) -> list[str]:
    inside = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [
        entry["action_id"] for entry in inside if isinstance(entry, dict) and "action_id" in entry
    ]


def ids_apart(value: object, pointer: str, report: Report) -> None:
    """Refuse a block_id twice on one surface, and an action_id twice in one block."""
    blocks = (
        [block for block in value if isinstance(block, dict)] if isinstance(value, list) else []
    )
    names = Counter(block["block_id"] for block in blocks if isinstance(block.get("block_id"), str))
    for name, times in names.items():
        if times > 1:
            complain(report, f"block_id `{name}` already exists", pointer)
    for number, block in enumerate(blocks):
        for name, times in Counter(_ids_of(block)).items():
            if times > 1:
                complain(report, f"action_id `{name}` already exists", f"{pointer}/{number}")
