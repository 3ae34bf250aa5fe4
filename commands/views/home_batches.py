"""A batch in App Home: how it stands, what would happen to how many people, and what can be done.

Nobody approves there what they cannot see: what does not fit is approved on its card, and the list
has every line.
"""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from commands.ids import Action, approval
from commands.views import batch_words
from commands.views.home_rows import button
from commands.views.text import literal, markup, moment, person, within
from workflow.homeviews import HomeBatch

_SECTION = 3000


def drawn(name: str, row: HomeBatch) -> list[Block]:
    """Draw a row of the list ``name``."""
    lines = [*_head(row), *(_plan(row) if name == "batches" else _progress(row))]
    shown = within(lines, _SECTION)
    able = [*_able(name, row, is_whole=shown == "\n".join(lines)), _button("List", row)]
    return [SectionBlock(text=markup(shown)), ActionsBlock(elements=able)]


def line(row: HomeBatch) -> str:
    """Return a batch in one line."""
    return f"{_headline(row)}, asked {moment(row.created_at)}"


def _head(row: HomeBatch) -> list[str]:
    another = f" on behalf of {person(row.principal)}" if row.principal else ""
    told = f"Batch {row.number}, asked {moment(row.created_at)} by {person(row.requester)}{another}"
    reason = [f"Reason: {literal(row.reason, 300)}"] if row.reason else []
    return [f"*{_headline(row)}*", told, *reason]


def _headline(row: HomeBatch) -> str:
    stands = batch_words.standing(row.state, row.verdict, row.states, row.seen_to)
    return batch_words.headline(stands, row.number, sum(row.profiles.values()))


def _plan(row: HomeBatch) -> list[str]:
    """Return all that the card says of what would happen, and to whom."""
    profiles = f"Profiles: {', '.join(batch_words.profiles(row.profiles))}"
    names = " ".join(person(one) for one in row.subjects)
    return [profiles, *batch_words.ways(row.ways), *batch_words.risks(row.risks), names]


def _progress(row: HomeBatch) -> list[str]:
    wrong = [f":no_entry: Lines of which nothing came: {row.problems}"] if row.problems else []
    return [*batch_words.progress(row.states, row.seen_to), *wrong]


_WORDS = {
    "Approve": (Action.APPROVE_BATCH, "primary"),
    "Deny": (Action.DENY_BATCH, "danger"),
    "Cancel": (Action.CANCEL_BATCH, None),
    "List": (Action.LIST_BATCH, None),
}


def _able(name: str, row: HomeBatch, *, is_whole: bool) -> list[ButtonElement]:
    """Return the buttons of those who decide, or of whoever asked and may still withdraw it."""
    if name == "batches":
        return [_button(label, row) for label in (["Approve", "Deny"] if is_whole else ["Deny"])]
    return [_button("Cancel", row)] if row.state == "pending" else []


def _button(label: str, row: HomeBatch) -> ButtonElement:
    action, style = _WORDS[label]
    value = approval(row.ref, row.digest) if action is Action.APPROVE_BATCH else row.ref
    return button(label, action, value, f"{label}, batch {row.number}", style)
