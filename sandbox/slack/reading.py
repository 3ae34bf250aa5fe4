"""Reading a message or a view as a person does: words, fields, and what can be pressed.

Slack's markup becomes plain text: `<@U…>` a name, `<url|words>` the words, `<!date^…|words>` the
words, `:emoji:` the sign where it is a common one.
"""

import html
import re
from collections.abc import Callable
from typing import Any

from sandbox.slack import inputs
from sandbox.slack.model import Json, Message, View

Names = Callable[[str], str]

EMOJI = {
    "alarm_clock": "⏰",
    "arrow_forward": "▶",
    "arrows_counterclockwise": "🔄",
    "ballot_box_with_check": "☑",
    "bust_in_silhouette": "👤",
    "calendar": "📅",
    "envelope": "✉",
    "grey_question": "❔",
    "hand": "✋",
    "writing_hand": "✍️",
    "heavy_check_mark": "✔",
    "heavy_equals_sign": "=",
    "heavy_minus_sign": "-",
    "heavy_plus_sign": "+",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "inbox_tray": "📥",
    "key": "🔑",
    "large_green_circle": "🟢",
    "lock": "🔒",
    "memo": "📝",
    "no_entry": "⛔",
    "no_entry_sign": "🚫",
    "pencil2": "✏",
    "question": "❓",
    "red_circle": "🔴",
    "tada": "🎉",
    "warning": "⚠",
    "wastebasket": "🗑",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "x": "❌",
}
BOLD = re.compile(r"(?<![\w*])\*(?! )([^*\n]+?)(?<! )\*(?![\w*])")
MARKUP = re.compile(r"<([^<>]+)>")
CODE = re.compile(r":([a-z0-9_+-]+):")


def plainly(words: str, names: Names = lambda user: user) -> str:
    """Return mrkdwn as a person reads it."""
    read = MARKUP.sub(lambda found: _reference(found[1], names), words)
    read = CODE.sub(lambda found: EMOJI.get(found[1], found[0]), read)
    read = BOLD.sub(r"\1", read)
    return html.unescape(read)


def _reference(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return label
    if target.startswith("!subteam^"):
        return label or f"@{names(target.removeprefix('!subteam^'))}"
    if target.startswith(("@", "#")):
        return f"{target[0]}{label or names(target[1:])}"
    return label or target.removeprefix("!").removeprefix("mailto:")


def text_of(shown: Message | View, names: Names = lambda user: user) -> str:
    """Return a message, a modal or a Home as plain text, one line for each thing to read."""
    if isinstance(shown, View):
        return "\n".join(_view(shown, names))
    lines = [line for block in shown.blocks for line in lines_of(block, names)]
    return "\n".join(lines) if lines else plainly(shown.text, names)


def _view(view: View, names: Names) -> list[str]:
    lines = [view.title] if view.title else []
    for block in view.blocks:
        states = view.values.get(block["block_id"], {}) if block["type"] == "input" else {}
        held = [_held(state, names) for state in states.values()]
        if any(held):
            lines.append(f"{_words(block['label'], names)}: {', '.join(held)}")
        else:
            lines += lines_of(block, names)
    return lines


def _held(state: Json, names: Names) -> str:
    """Return what stands in an input, as a person reads it."""
    value = inputs.value_in(state)
    several = value if isinstance(value, list) else [] if value is None else [value]
    shown = [one["text"]["text"] if isinstance(one, dict) else names(str(one)) for one in several]
    return ", ".join(shown)


def lines_of(block: Json, names: Names) -> list[str]:
    """Return the lines of one block."""
    return LINES.get(block["type"], _section)(block, names)


def _section(block: Json, names: Names) -> list[str]:
    lines = [_words(block["text"], names)] if "text" in block else []
    lines += [_field(entry, names) for entry in block.get("fields", [])]
    if "accessory" in block:
        lines.append(pressable(block["accessory"], names))
    return lines


def _field(entry: Json, names: Names) -> str:
    """Return a field in one line: its name, which stands above its value in Slack, before it."""
    name, line, value = _words(entry, names).partition("\n")
    return f"{name}: {value}" if line else name


def _words(entry: Json, names: Names) -> str:
    if entry["type"] == "image":
        return f"({entry['alt_text']})"
    if entry["type"] == "plain_text":
        return CODE.sub(lambda found: EMOJI.get(found[1], found[0]), str(entry["text"]))
    return plainly(entry["text"], names)


def _rich(entry: Any, names: Names) -> str:  # noqa: ANN401 - rich text nests as it likes
    if entry.get("type") == "user":
        return f"@{names(entry['user_id'])}"
    inside = "".join(_rich(one, names) for one in entry.get("elements", []))
    return str(entry.get("text", "")) + inside


def label_of(element: Json) -> str:
    """Return the words on a button, or what a menu says before anything is chosen."""
    words = element.get("text") or element.get("placeholder") or {}
    return str(words.get("text") or element.get("alt_text") or element["type"])


def pressable(element: Json, names: Names) -> str:
    """Return an element in brackets, `[Approve]`, or an image's description."""
    if element["type"] == "image":
        return f"({element['alt_text']})"
    if element["type"] == "overflow":
        return f"[⋯ {' | '.join(_words(one['text'], names) for one in element['options'])}]"
    return f"[{label_of(element)}]"


LINES: dict[str, Callable[[Json, Names], list[str]]] = {
    "divider": lambda _block, _names: ["─" * 24],
    "header": lambda block, names: [_words(block["text"], names)],
    "image": lambda block, _names: [f"({block['alt_text']})"],
    "input": lambda block, names: [
        f"{_words(block['label'], names)}: {pressable(block['element'], names)}"
    ],
    "context": lambda block, names: ["  ".join(_words(one, names) for one in block["elements"])],
    "actions": lambda block, names: ["  ".join(pressable(one, names) for one in block["elements"])],
    "markdown": lambda block, _names: [str(block["text"])],
    "rich_text": lambda block, names: [_rich(block, names)],
}
