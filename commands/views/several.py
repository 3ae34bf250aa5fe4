"""A batch in Slack: the card with its one decision, and what the requester is told.

Five hundred people do not fit into a message: the card counts what would happen and names whom it
can, and a file has every line.
"""

from collections import Counter
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    SectionBlock,
)

from commands.ids import Action, approval
from commands.views import batch_words, policy, words
from commands.views.card import Drawing
from commands.views.text import literal, markup, moment, person, plain, within
from rules.states import RequestState
from rules.values import Verdict
from workflow.batch_views import BatchView, RowView

_LONGEST = 3000
_SHORT = 2000
_WAYS = 12


def card(view: BatchView) -> Drawing:
    """Draw a batch for its approvers."""
    return _drawing(view, _decision_buttons(view))


def answer(view: BatchView) -> Drawing:
    """Draw a batch for whoever asked, with the lines that are wrong and what to do about them."""
    able = [_button("List", Action.LIST_BATCH, view)]
    if view.state == "pending":
        able = [_button("Cancel", Action.CANCEL_BATCH, view), *able]
    return _drawing(view, able, _wrongs(view))


def reminder(view: BatchView) -> Drawing:
    """Remind an approver of a batch, with all that its card says, for as long as it waits."""
    if view.state != "pending":
        stands = _standing(view)
        head = f"Batch {view.number} no longer waits for you: {stands}"
        return Drawing(head, (SectionBlock(text=markup(head)),))
    drawn = card(view)
    head = f":bell: *Batch {view.number} still waits for you*, until {moment(view.expires_at)}."
    blocks = (SectionBlock(text=markup(head)), *drawn.blocks)
    return Drawing(f"Still waits for you: {drawn.text}", blocks)


def _standing(view: BatchView) -> str:
    states = Counter(one.state for one in view.asked if one.state is not None)
    return batch_words.standing(view.state, view.verdict, states, view.seen_to)


def _drawing(view: BatchView, able: list[ButtonElement], more: Sequence[Block] = ()) -> Drawing:
    stands = _standing(view)
    head = batch_words.headline(stands, view.number, len(view.asked))
    blocks: list[Block] = [
        SectionBlock(text=markup(f"*{head}*")),
        SectionBlock(fields=[markup(one) for one in _fields(view)]),
    ]
    if view.problem:
        blocks.append(SectionBlock(text=markup(literal(view.problem, 600))))
    if view.reason:
        blocks.append(SectionBlock(text=plain(f"Reason: {view.reason}", 1100)))
    blocks += [DividerBlock(), *_progress(view), *_troubled(view), *_left_out(view)]
    blocks += [*_plan(view), *_named(view), *more]
    blocks.append(ActionsBlock(elements=able))
    blocks.append(ContextBlock(elements=[markup(_footer(view))]))
    return Drawing(head, tuple(blocks))


def _fields(view: BatchView) -> list[str]:
    facts = {"Asked by": words.askers(view), "Lines": str(len(view.rows))}
    if view.wrong:
        facts["Not possible"] = str(len(view.wrong))
    profiles = Counter(one.title for one in view.asked)
    if profiles:
        facts["Profiles"] = within(batch_words.profiles(profiles), 1000)
    if view.state == "pending":
        facts["Expires"] = moment(view.expires_at)
    return [f"*{name}*\n{value}" for name, value in facts.items()]


def _progress(view: BatchView) -> list[Block]:
    """Return how far it has come: people by the state of their requests."""
    if view.state == "pending":
        return []
    states = Counter(one.state for one in view.rows if one.state is not None)
    lines = batch_words.progress(states, view.seen_to)
    unread = len([one for one in view.rows if one.state is None and not one.problem])
    lines += [f":white_circle: Not read yet: {unread}"] if unread else []
    return [SectionBlock(text=markup("\n".join(lines)))] if lines else []


def _troubled(view: BatchView) -> list[Block]:
    """Return who needs attention, and what of it each was left with."""
    ended = [one for one in view.asked if one.state is RequestState.COMPLETED_WITH_ERRORS]
    troubled = [one for one in ended if not one.is_seen_to]
    if not troubled:
        return []
    lines = [_trouble(one) for one in troubled]
    text = within(["*Needs attention. Home has the buttons that put it right:*", *lines], _SHORT)
    return [SectionBlock(text=markup(text))]


def _trouble(row: RowView) -> str:
    left = [one for one in row.parts if one.is_left]
    said = [f"{literal(one.title)} {words.STEP_WORDS[one.state]}" for one in left]
    return f"#{row.number} {person(row.subject or '')}: {'; '.join(said)}"


def _left_out(view: BatchView) -> list[Block]:
    """Return who was approved and is gone by now, or was called off, each with what to do."""
    lines = [
        f"Line {one.line}, {person(one.subject or '')}: {literal(one.problem or '', 300)}"
        for one in view.left_out
    ]
    if not lines:
        return []
    text = within(["*Approved, and not brought on board:*", *lines], _SHORT)
    return [SectionBlock(text=markup(text))]


def _plan(view: BatchView) -> list[Block]:
    """Return what would happen, counted: at which vendor, what, and what of it is risky."""
    if view.state != "pending":
        return []
    parts = [part for row in view.asked for part in row.parts]
    ways = Counter((one.title, one.effect, one.planned) for one in parts)
    lines = batch_words.ways(ways)[:_WAYS]
    lines += [f"… and {len(ways) - _WAYS} more ways: see the list"] if len(ways) > _WAYS else []
    risks = Counter(risk for one in parts for risk in one.risks)
    texts = [within(lines, _LONGEST), within(batch_words.risks(risks), _LONGEST)]
    return [SectionBlock(text=markup(text)) for text in texts if text]


def _named(view: BatchView) -> list[Block]:
    if view.state != "pending":
        return []
    names = [person(one.subject) for one in view.asked if one.subject]
    lines = [" ".join(names[at : at + 8]) for at in range(0, len(names), 8)]
    return [SectionBlock(text=markup(within(lines, _SHORT)))]


def _wrongs(view: BatchView) -> list[Block]:
    """Return the lines that are wrong, each with what to do; the list has all of them."""
    lines = [_wrong(one) for one in view.wrong]
    if not lines:
        return []
    text = within(["*Not asked for. Correct these and ask for them again:*", *lines], _LONGEST)
    return [SectionBlock(text=markup(text))]


def _wrong(row: RowView) -> str:
    said = literal(row.problem or "", 300)
    return f"Line {row.line}, {literal(row.person or 'nobody', 80)}: {said}"


def _decision_buttons(view: BatchView) -> list[ButtonElement]:
    listed = _button("List", Action.LIST_BATCH, view)
    if view.state != "pending":
        return [listed]
    return [
        _button("Approve", Action.APPROVE_BATCH, view, "primary", approval(view.ref, view.digest)),
        _button("Deny", Action.DENY_BATCH, view, "danger"),
        listed,
    ]


def _button(
    label: str, action: Action, view: BatchView, style: str | None = None, value: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text=plain(label, 75),
        action_id=action.value,
        value=value or view.ref,
        style=style,
        accessibility_label=f"{label}, batch {view.number}",
    )


def _footer(view: BatchView) -> str:
    parts = [f"Batch {view.number}", f"asked {moment(view.created_at)}"]
    for one in view.decisions:
        word = "approved" if one.verdict == Verdict.APPROVE else "denied"
        parts.append(f"{word} by {person(one.approver)} {moment(one.at)}")
        parts += [f"“{literal(one.reason, 200)}”"] if one.reason else []
    if view.state == "pending":
        parts.append(policy.needs(view.terms.stages if view.terms else (), view.approvals))
    return " · ".join(parts)
