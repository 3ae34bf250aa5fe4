"""The history in an answer: a page of requests, and buttons for the pages around it."""

from dataclasses import replace

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from commands.ids import Action
from commands.views import words
from commands.views.answers import row
from commands.views.card import Drawing
from commands.views.text import literal, markup, person, plain, within
from workflow.archive import MOST, Paper
from workflow.readmodels import PageView
from workflow.searching import Search

_SECTION = 3000

BROKEN = ":warning: Your export could not be made. Please ask for it once more."
WHERE_IT_COMES = "It comes as a direct message."


def page(title: str, search: Search, found: PageView, titles: dict[str, str]) -> Drawing:
    """Draw a page. The buttons hold the question in words; it is read and ruled on anew."""
    head = " · ".join([f"*{title}*", *asked(search, titles)])
    text = within([head, *(row(view) for view in found.requests), *_notes(search, found)], _SECTION)
    if not found.requests and found.after is None:
        text = f"{' · '.join([title, *asked(search, titles)])}: nothing."
    blocks: list[Block] = [SectionBlock(text=markup(text))]
    if buttons := _buttons(search, found):
        blocks.append(ActionsBlock(elements=buttons))
    return Drawing(text, tuple(blocks))


def asked(search: Search, titles: dict[str, str]) -> list[str]:
    """Return what the choice was narrowed by, in words."""
    state = words.REQUEST_WORDS[search.state] if search.state else None
    parts = [
        f"about {person(search.person)}" if search.person else None,
        f"#{search.number}" if search.number is not None else None,
        literal(titles.get(search.vendor, search.vendor)) if search.vendor else None,
        state,
        search.days.typed if search.days else None,
    ]
    return [one for one in parts if one]


def _notes(search: Search, found: PageView) -> list[str]:
    if found.requests or found.after is None:
        return []
    since = f" before #{search.after}" if search.after is not None else ""
    return [f"Nothing among those{since} down to #{found.after}. More looks further back."]


def _buttons(search: Search, found: PageView) -> list[ButtonElement]:
    buttons = []
    if found.after is not None:
        older = replace(search, after=found.after)
        buttons.append(_button("More", Action.MORE.value, older, "Show older requests"))
    if search.after is not None:
        newest = replace(search, after=None)
        spoken = "Show the newest requests"
        buttons.append(_button("Newest", f"{Action.MORE.value}:newest", newest, spoken))
    return buttons


def _button(label: str, action: str, search: Search, spoken: str) -> ButtonElement:
    return ButtonElement(
        text=plain(label, 75),
        action_id=action,
        value=f"history {search.words}",
        accessibility_label=spoken,
    )


def begun(search: Search, titles: dict[str, str]) -> str:
    """Return the answer to whoever asked for an export."""
    of = f" ({' · '.join(asked(search, titles))})" if asked(search, titles) else ""
    return f":inbox_tray: Your export of the history{of} is being made. {WHERE_IT_COMES}"


def exported(paper: Paper) -> str:
    """Return what introduces an export."""
    count = "1 request" if paper.rows == 1 else f"{paper.rows} requests"
    cut = f", the newest {MOST}; ask for a span of days to get others" if paper.is_cut else ""
    return f"Here is your export of the history: {count}{cut}. SHA-256 `{paper.digest}`"


def certified(number: int, paper: Paper) -> str:
    """Return what introduces a certificate."""
    return (
        f"Here is the leaver's certificate of request #{number}. `aboard evidence verify` checks "
        f"it. SHA-256 of its facts: `{paper.digest}`"
    )
