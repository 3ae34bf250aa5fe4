"""Text that people typed, made harmless, and moments, made readable.

Slack turns ``<…>`` into mentions and links, and bare addresses into links unless a text object is
``verbatim``: https://docs.slack.dev/messaging/formatting-message-text. ``html.escape`` escapes just
the three characters that Slack names. Characters that turn or hide text are dropped, so that a card
shows an approver what it says.
"""

import html
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate

from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject

from rules.values import ERASED_PREFIX, is_erased

_HIDING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_ODD = {"Cc", "Cs"}
_ELLIPSIS = "…"
_MORE = "… and more"


def storable(text: str) -> str:
    """Return what people typed without signs that no database keeps and nobody sees."""
    if text.isprintable():
        return text
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in _ODD)


def visible(text: str, limit: int) -> str:
    """Return ``text`` on one line within ``limit`` characters, without what turns or hides it."""
    shown = " ".join(text.split())
    if not shown.isprintable():
        shown = "".join(one for one in shown if unicodedata.category(one) not in _HIDING)
    return shown if len(shown) <= limit else shown[: limit - 1] + _ELLIPSIS


def literal(text: str, limit: int = 200) -> str:
    """Return ``text`` so that it means nothing but itself inside Slack's markup.

    What comes back has at most ``limit`` characters: one sign may become five.
    """
    shown = visible(text, limit)
    whole = html.escape(shown, quote=False)
    if len(whole) <= limit:
        return whole
    signs = [html.escape(sign, quote=False) for sign in shown]
    lengths = accumulate(map(len, signs))
    fitting = sum(length <= limit - len(_ELLIPSIS) for length in lengths)
    return "".join(signs[:fitting]) + _ELLIPSIS


def within(lines: Iterable[str], limit: int) -> str:
    """Return as many whole ``lines`` as fit into ``limit`` characters; the last says if any lack.

    Text is never cut inside a line: half a mention or half an escape means something else.
    """
    kept, room = list[str](), limit - len(_MORE)
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*kept, _MORE])
        kept.append(line)
    return "\n".join(kept)


def markup(text: str) -> MarkdownTextObject:
    """Return a text object of ours; whatever people typed in it must be ``literal``."""
    return MarkdownTextObject(text=text, verbatim=True)


def plain(text: str, limit: int = 150) -> PlainTextObject:
    """Return a text object in which nothing has a meaning."""
    return PlainTextObject(text=visible(text, limit), emoji=True)


def person(slack_id: str) -> str:
    """Return a mention of somebody, or our own name, or what is left of whoever was erased."""
    if is_erased(slack_id):
        return f"somebody (erased, {slack_id.removeprefix(ERASED_PREFIX)})"
    return "Aboard" if slack_id == "aboard" else f"<@{slack_id}>"


def moment(at: int) -> str:
    """Return a moment (microseconds) that Slack shows in the reader's own time zone."""
    seconds = at // 1_000_000
    fallback = f"{datetime.fromtimestamp(seconds, UTC):%d %b %Y at %H:%M} UTC"
    return f"<!date^{seconds}^{{date_short_pretty}} at {{time}}|{fallback}>"
