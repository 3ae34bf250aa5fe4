"""The daily digest as a message: how much there is in the first line, then what it is.

Somebody who is asked to decide sees all that is asked and decides here. A channel only reads, and
people are named and not mentioned there, so that it calls nobody.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, SectionBlock

from commands.views import home_batches, home_rows, words
from commands.views.card import Drawing
from commands.views.text import literal, markup, moment, plain, within
from rules.values import is_channel_id
from workflow.daily import MOST, Agenda
from workflow.homeviews import HomeRow, Trouble

_SECTION = 3000
_DECIDED_HERE = 5
"""So many requests are shown with all that is asked of them; the rest is at Home."""

_BATCHES_HERE = 3
"""So many batches: each of them is a long one."""


def digest(agenda: Agenda) -> Drawing:
    """Draw a digest for its reader."""
    text = _summary(agenda)
    if agenda.is_empty:
        return Drawing(text, (SectionBlock(text=markup(text)),))
    blocks: list[Block] = [SectionBlock(text=markup(f"*{text}*"))]
    blocks += _undecided(agenda) if _is_public(agenda) else _waiting(agenda)
    blocks += _listed("Needs attention", [_line(one) for one in agenda.trouble])
    blocks += _listed("Leaving soon", [_leaves(one) for one in agenda.leaving])
    note = "Approvers see all of it at Home." if _is_public(agenda) else "All of it is at Home."
    return Drawing(text, (*blocks, ContextBlock(elements=[markup(note)])))


def _is_public(agenda: Agenda) -> bool:
    return is_channel_id(agenda.place)


def _summary(agenda: Agenda) -> str:
    """Say in one line how much there is; it is the text of the notification as well."""
    late = sum(row.is_overdue for row in agenda.trouble)
    waits = "to decide" if _is_public(agenda) else "for you to decide"
    parts = {
        waits: len(agenda.waiting) + len(agenda.batches),
        "overdue": late,
        "in need of attention": len(agenda.trouble) - late,
        "leaving within seven days": len(agenda.leaving),
    }
    told = [f"{_count(number)} {what}" for what, number in parts.items() if number]
    return f"Today: {', '.join(told)}" if told else "Nothing waits for you."


def _count(number: int) -> str:
    return f"{number} or more" if number >= MOST else str(number)


def _waiting(agenda: Agenda) -> list[Block]:
    if not agenda.waiting and not agenda.batches:
        return []
    shown, batches = agenda.waiting[:_DECIDED_HERE], agenda.batches[:_BATCHES_HERE]
    more = len(agenda.waiting) - len(shown) + len(agenda.batches) - len(batches)
    blocks: list[Block] = [HeaderBlock(text=plain("Waiting for you"))]
    for row in shown:
        blocks += home_rows.drawn("waiting", row)
    for batch in batches:
        blocks += home_batches.drawn("batches", batch)
    if more > 0:
        blocks.append(ContextBlock(elements=[markup(f"{_count(more)} more wait at Home.")]))
    return blocks


def _undecided(agenda: Agenda) -> list[Block]:
    batches = [home_batches.line(one) for one in agenda.batches]
    return _listed("Waiting", [*(_line(one) for one in agenda.waiting), *batches])


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    text = within(lines, _SECTION)
    return [HeaderBlock(text=plain(title)), SectionBlock(text=markup(text))]


def _line(row: HomeRow) -> str:
    late = ":rotating_light: *Overdue* · " if row.is_overdue else ""
    told = "; ".join(_trouble(one) for one in row.troubles)
    what = f"{words.KIND_WORDS[row.kind]} {_name(row)}"
    asked = f"asked {moment(row.created_at)}"
    line = f"{late}{words.state(row)} · {what} · #{row.number}, {asked}"
    return f"{line}: {told}" if told else line


def _leaves(row: HomeRow) -> str:
    return f"{moment(row.due_at)} · {_name(row)} · #{row.number}"


def _trouble(one: Trouble) -> str:
    return f"{literal(one.title)}: {words.STEP_WORDS[one.state]}"


def _name(row: HomeRow) -> str:
    return literal(row.name or "somebody")
