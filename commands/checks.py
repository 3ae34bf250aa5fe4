"""``/aboard check``: what an operator finds out on the command line, told to an operator in Slack.

It asks every vendor and takes longer than Slack waits: what was found follows as messages that
nobody else sees. Operators are those whom ``people.operators`` names; without it there are none.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass

import structlog

from commands.interaction import Interaction
from commands.views.text import literal, visible

_log = structlog.get_logger(__name__)

_SECONDS = 120.0
_MARK = len("!!  ")
_LONGEST_LINE = 600
_MOST_SIGNS = 3_500
"""What fits into one message that Slack shows as a whole."""

_TOO_LONG = "!!  It took more than two minutes; what is missing was not found out."
_BROKEN = "!!  Something went wrong inside Aboard; its log says what."

NOT_YOURS = "Only operators may do that: `people.operators` in aboard.toml names them."
BEGUN = "I am looking at everything that I need. What I find follows here, for you alone."


@dataclass(frozen=True, slots=True)
class Checks:
    """Who may check, and how: a line for each finding, ``!!`` first where it has to be mended."""

    operators: tuple[str, ...]
    look: Callable[[], AsyncIterator[str]]


async def found(checks: Checks, interaction: Interaction) -> list[str]:
    """Check, and return what was found as texts of messages: what has to be mended first.

    The last of them says that nothing more follows, and how much there is of each kind.
    """
    lines = list[str]()
    try:
        async with asyncio.timeout(_SECONDS):
            async for line in checks.look():
                lines.append(_harmless(line))
    except TimeoutError:
        lines.append(_TOO_LONG)
    except Exception:  # noqa: BLE001 - whoever asked is told, and the log holds the error
        _log.exception("a check broke", actor=interaction.actor)
        lines.append(_BROKEN)
    *pages, last = [f"```\n{text}\n```" for text in _pages(sorted(lines, key=_gravity))]
    return [*pages, f"{last}\n{_counted(lines)}"]


def _counted(lines: Collection[str]) -> str:
    found = Counter(map(_gravity, lines))
    return f"That is all: {found[0]} to mend, {found[1]} to know, {found[2]} in order."


def _harmless(line: str) -> str:
    """Return a line that stays one inside a block of code, its mark in front as it was."""
    words = visible(line[_MARK:], _LONGEST_LINE).replace("`", "'")
    return line[:_MARK] + literal(words, _LONGEST_LINE)


def _gravity(line: str) -> int:
    return {"!!": 0, "ok": 2}.get(line[:2], 1)


def _pages(lines: list[str]) -> Iterator[str]:
    page = ""
    for line in lines:
        if page and len(page) + len(line) >= _MOST_SIGNS:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else line
    yield page or "Nothing was found."
