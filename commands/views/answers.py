"""What Aboard says to one person: after a command, after a click, when a request has ended."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, SectionBlock

from commands.views import policy, times, words
from commands.views.card import Drawing, fallback, followups, rows, step_text
from commands.views.text import literal, markup, moment, person, within
from rules.approval import DEFAULT_RULE
from rules.states import RETRYABLE, RequestState, StepState
from rules.values import Verdict
from workflow.clock import MINUTE
from workflow.drafts import Refusal
from workflow.readmodels import Line, PageView, RequestView, StepView

_SECTION = 3000

HELP = """*Aboard* gives people their accounts and takes them away, once that is approved.

`/onboard` opens a form; `/onboard @ada ada-lovelace engineer` asks at once
`/offboard @ada` shows what would be removed, and asks
`/aboard status` what is open
`/aboard digest` what waits for you, in one message
`/aboard history` what was; `@ada`, `12`, a vendor, a state or `2026-03` narrow it down
`/aboard why 12` who decided, under which rule
`/aboard cancel 12` withdraws a request
`/aboard evidence @ada` the certificate of somebody's offboarding
`/aboard export` the history as a file, for approvers
`/aboard check` what I need to work, for operators"""

_SAID_ALREADY = {"ok", "denied", "failed", "waiting"}
"""The outcomes that the meaning of a fact holds: it was denied, has failed, waits."""

_STEP_ENDS = {"STP002I", "STP007W", "STP010W"}

_ENDED_BY = {
    RequestState.COMPLETED: "is done.",
    RequestState.COMPLETED_WITH_ERRORS: "ended, and something needs attention.",
    RequestState.PARTLY_DONE: "is partly done; the rest was cancelled before it started.",
    RequestState.EXPIRED: "expired: nobody decided in time. Ask again if it is still wanted.",
}
_WITH_A_REST = frozenset({RequestState.PARTLY_DONE, RequestState.COMPLETED_WITH_ERRORS})


def received(number: int, *, repeated: bool = False) -> str:
    """Return the first answer: the ask is on disk."""
    again = " (it was already here)" if repeated else ""
    return (
        f":inbox_tray: Request *#{number}* is recorded{again}. I am looking the person up "
        "at the vendors; the plan follows here."
    )


def plan(view: RequestView) -> Drawing:
    """Draw the answer to the requester once the request was looked into."""
    if view.state is RequestState.REFUSED:
        text = (
            f":no_entry: Request #{view.number} is not possible. {literal(view.problem or '', 600)}"
        )
        return Drawing(text, (SectionBlock(text=markup(text)),))
    blocks: list[Block] = [SectionBlock(text=markup(f"*#{view.number} {words.title(view)}*"))]
    if view.principal:
        blocks.append(ContextBlock(elements=[markup(f"Asked by {words.askers(view)}")]))
    blocks += [SectionBlock(text=markup(step_text(view, step))) for step in view.steps]
    until = "" if view.is_an_end else f" until {moment(view.expires_at)}"
    waits = f"{policy.asks(view)}{until}."
    blocks += times.notes(view)
    if view.state is RequestState.PENDING:
        blocks.append(ContextBlock(elements=[markup(f"{waits} I'll tell you how it ends.")]))
    return Drawing(fallback(view), tuple(blocks))


def outcome(view: RequestView) -> Drawing:
    """Draw what the requester is told when a request has ended."""
    head = f"*#{view.number} {words.KIND_WORDS[view.kind]} {words.who(view)}* {_how(view)}"
    blocks: list[Block] = [SectionBlock(text=markup(f"{head} {times.end(view)}".rstrip()))]
    if view.state not in {RequestState.EXPIRED, RequestState.CANCELLED, RequestState.DENIED}:
        blocks += [SectionBlock(text=markup(step_text(view, step))) for step in view.steps]
    if able := times.buttons(view):
        blocks.append(ActionsBlock(elements=able))
    return Drawing(fallback(view), tuple(blocks))


def task(view: RequestView, reader: str = "") -> Drawing:
    """Draw what somebody who is named for a vendor is told: what to do there, and that it is done.

    Only what has to be done by hand stands here; the card has all of it. ``reader`` is who is told:
    what was handed to somebody else is not asked of them any more.
    """
    mine = [one for one in view.steps if (one.hands or one.handed_to) and one.state in _BY_HAND]
    ask = _asked(mine, reader)
    head = f"*#{view.number} {words.KIND_WORDS[view.kind]} {words.who(view)}* · {ask}"
    blocks: list[Block] = [SectionBlock(text=markup(head))]
    email = f"E-mail: {literal(view.email or 'unknown')}"
    blocks.append(ContextBlock(elements=[markup(email)]))
    blocks += [SectionBlock(text=markup(step_text(view, step))) for step in mine]
    blocks += rows(followups(view, mine))
    return Drawing(f"#{view.number} {ask}: {words.name(view)}", tuple(blocks))


def _asked(steps: Sequence[StepView], reader: str) -> str:
    left = [one for one in steps if one.is_open]
    if not left:
        return "Nothing is left to do by hand"
    if any(one.handed_to in {None, reader} for one in left):
        return "You are asked to finish by hand"
    return "Somebody else has this now"


_BY_HAND = RETRYABLE | {StepState.ATTESTED, StepState.UNCHANGED}


def _how(view: RequestView) -> str:
    if view.state is RequestState.DENIED and view.decisions:
        last = view.decisions[-1]
        reason = f": {literal(last.reason, 500)}" if last.reason else "."
        return f"was denied by {person(last.approver)}{reason}"
    if view.state is RequestState.SCHEDULED and view.starts_at is not None:
        return f"is approved and starts on {times.there(view.starts_at, view.zone)}."
    if view.state is RequestState.CANCELLED and view.problem:
        return f"is cancelled. {literal(view.problem, 600)}"
    if view.state is RequestState.COMPLETED and view.has_lapsed:
        return "is done, and an invitation has expired."
    if view.is_seen_to:
        return "ended with errors, which were seen to otherwise since."
    return _ENDED_BY.get(view.state, f"is {view.state.value.replace('_', ' ')}.") + _rest(view)


def _rest(view: RequestView) -> str:
    """Say why the rest was called off, where that was not somebody's word."""
    has_one = view.problem and view.state in _WITH_A_REST
    return f" {literal(view.problem or '', 600)}" if has_one else ""


def line(fact: Line) -> str:
    """Return one fact as a line of the thread."""
    about = f" at {fact.title}" if fact.title else ""
    ended = "" if fact.outcome in _SAID_ALREADY else f" ({_ended(fact)})"
    by = "" if fact.actor == "aboard" else f" by {person(fact.actor)}"
    rule = f", rule `{literal(fact.rule)}`" if fact.rule and fact.rule != DEFAULT_RULE else ""
    asked = f": {' '.join(policy.mention(one) for one in fact.asked)}" if fact.asked else ""
    meaning = fact.meaning[:1].upper() + fact.meaning[1:]
    behalf = f" on behalf of {person(fact.principal)}" if fact.principal else ""
    return f"{moment(fact.at)}  {meaning}{about}{ended}{by}{behalf}{rule}{asked}"


def _ended(fact: Line) -> str:
    """Return how it ended: a step that did so in the words of its card."""
    if fact.code in _STEP_ENDS and fact.outcome in {*StepState}:
        return words.without_sign(words.STEP_WORDS[StepState(fact.outcome)])
    return literal(fact.outcome.replace("_", " "))


def thread(facts: Sequence[Line]) -> Drawing:
    """Draw what happened since the last message of the thread."""
    text = within((line(fact) for fact in facts), _SECTION)
    return Drawing(text, (SectionBlock(text=markup(text)),))


def listing(title: str, page: PageView, batches: Sequence[str] = ()) -> str:
    """Return requests as lines of text, newest first; before them the lines of ``batches``."""
    lines = [*batches, *(row(view) for view in page.requests)]
    if not lines:
        return f"{title}: nothing."
    more = ["… older ones: `/aboard history`"] if page.after else []
    return within([f"*{title}*", *lines, *more], _SECTION)


def row(view: RequestView) -> str:
    """Return one request in one line."""
    return f"#{view.number}  {words.named(view)}, asked {moment(view.created_at)}"


def why(view: RequestView, facts: Sequence[Line]) -> str:
    """Return who decided what about a request, under which rule, and what happened."""
    problem = view.problem if view.state is RequestState.REFUSED else None
    lines = [
        f"*#{view.number} {words.named(view)}*",
        *([literal(problem, 600)] if problem else []),
        *policy.rule(view),
        f"Policy `{view.policy_digest[:12]}`"
        + (f", plan `{view.plan_digest[:12]}`." if view.plan_digest else "."),
        *(_decided(view)),
        *(line(fact) for fact in facts),
    ]
    return within(lines, _SECTION)


def _decided(view: RequestView) -> list[str]:
    return [
        f"{person(one.approver)} {'approved' if one.verdict == Verdict.APPROVE else 'denied'} "
        f"{moment(one.at)} under the rule `{literal(one.rule)}`"
        for one in view.decisions
    ]


def refused(refusal: Refusal) -> str:
    """Return why something was not done, and from which minute on it may be asked again."""
    if refusal.again_at is None:
        return refusal.sentence
    minute = -(-refusal.again_at // MINUTE) * MINUTE
    return f"{refusal.sentence} You can go on from {moment(minute)}."


def without_markup(sentence: str) -> str:
    """Return a sentence for a place where Slack knows no markup, such as beside a field."""
    dates = re.sub(r"<!date\^(\d+)\^[^>]*>", _utc, sentence)
    return re.sub(r"<@[^>]*>", "Somebody", dates).replace("`", "")


def _utc(match: re.Match[str]) -> str:
    return f"{datetime.fromtimestamp(int(match.group(1)), UTC):%d %B %Y at %H:%M} UTC"
