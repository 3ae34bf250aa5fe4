"""What Aboard says by itself, in direct messages: reminders, an end that is near, what is overdue.

Each of them is drawn again when it no longer holds, so that an old one never asks for anything.
"""

from slack_sdk.models.blocks import ActionsBlock, Block, SectionBlock

from commands.views import times, words
from commands.views.card import Drawing, card, fallback, followups, step_text
from commands.views.text import markup, moment, person
from rules.states import ALIVE, RequestState
from workflow.readmodels import RequestView


def reminder(view: RequestView) -> Drawing:
    """Remind an approver of a question, with all that its card says."""
    if view.state is not RequestState.PENDING:
        return _done(view)
    until = "" if view.is_an_end else f", until {moment(view.expires_at)}"
    head = f":bell: *#{view.number} still waits for you*{until}."
    drawn = card(view)
    blocks = (SectionBlock(text=markup(head)), *drawn.blocks)
    return Drawing(f"Still waits for you: {drawn.text}", blocks)


def ending(view: RequestView) -> Drawing:
    """Tell whoever asked for an access that its end is near, and offer to ask for a later one."""
    standing, whose = view.standing, f"The access of {words.name(view)}"
    if standing is None:
        over = f":calendar: {whose}, given with #{view.number}, has ended or has no end any more."
        return Drawing(over, (SectionBlock(text=markup(over)),))
    when = f"{times.there(standing.at, standing.zone)} ({times.here(standing.at)})"
    if standing.number != view.number:
        moved = f":calendar: {whose} now ends on {when}, as approved with #{standing.number}."
        return Drawing(moved, (SectionBlock(text=markup(moved)),))
    text = (
        f":calendar: {whose} ends on {when}. "
        f"All of it is removed then, as approved with #{view.number}."
    )
    blocks = (
        SectionBlock(text=markup(text)),
        ActionsBlock(elements=[times.extend(view)]),
    )
    return Drawing(f"#{view.number} {whose} ends soon", blocks)


def overdue(view: RequestView) -> Drawing:
    """Say that an offboarding should be done and is not, and what is left of it."""
    left = [one for one in view.steps if one.is_open]
    is_done = view.state is not RequestState.COMPLETED_WITH_ERRORS or not left
    if view.state not in ALIVE and is_done:
        return _done(view)
    head = f":rotating_light: *#{view.number} Offboard {words.name(view)} is overdue*"
    given = [bool(one.handed_to) for one in left]
    handed = bool(given) and all(given)
    rest = "Part of it is handed over; nobody sees to the rest yet."
    by = rest if any(given) else "Nobody sees to it yet."
    by = "It is handed over." if handed else by
    by = f"{person(view.taken_by)} sees to it." if view.taken_by else by
    blocks: list[Block] = [SectionBlock(text=markup(f"{head}\n{by}"))]
    blocks += [SectionBlock(text=markup(step_text(view, step))) for step in left]
    mine = [] if view.taken_by or handed else [times.take(view)]
    if buttons := [*mine, *followups(view, left)]:
        blocks.append(ActionsBlock(elements=buttons[:25]))
    return Drawing(f"Overdue: {fallback(view)}", tuple(blocks))


def _done(view: RequestView) -> Drawing:
    text = f"#{view.number} {words.named(view)}"
    return Drawing(text, (SectionBlock(text=markup(text)),))
