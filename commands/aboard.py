"""``/aboard``: help, status, digest, history, export, evidence, why, cancel, check.

Approvers see every request; everybody else sees the requests that they made themselves.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType

from commands import checks, daily, evidence, history
from commands.desk import Desk
from commands.interaction import Interaction, Reply, Say
from commands.views import answers, home_batches
from rules.pages import Span
from rules.states import ALIVE
from workflow.homeviews import HomeBatch
from workflow.readmodels import PageView, RequestView

_NUMBER = re.compile(r"#?(\d{1,12})")


async def command(interaction: Interaction, desk: Desk) -> Reply:
    """Do what the first word says."""
    word, rest = [*interaction.text.split(maxsplit=1), "", ""][:2]
    answer = _WORDS.get(word.casefold() or "help")
    if answer is None:
        return Say(f"I don't know that word.\n\n{answers.HELP}")
    ruling = await desk.ruling(interaction.actor)
    if not ruling.allowed:
        return Say(ruling.sentence)
    said = await answer(interaction, desk, rest.strip())
    return Say(said) if isinstance(said, str) else said


async def _help(_: Interaction, __: Desk, ___: str) -> str:
    return answers.HELP


async def _status(interaction: Interaction, desk: Desk, _: str) -> str:
    actor, batches = interaction.actor, desk.homes.batches
    mine = await desk.reads.of_requester(actor)
    still_open = tuple(one for one in mine.requests if one.state in ALIVE)
    many = [one for one in (await batches.mine(actor, Span())).rows if one.state != "ended"]
    text = answers.listing("Asked by you, still open", PageView(still_open, None), _lines(many))
    if not await desk.is_approver(actor):
        return text
    waiting = await _waiting_for(actor, desk)
    whole = _lines((await batches.waiting(actor, Span())).rows)
    return f"{answers.listing('Waiting for a decision', waiting, whole)}\n\n{text}"


def _lines(batches: Iterable[HomeBatch]) -> list[str]:
    return [home_batches.line(one) for one in batches]


async def _waiting_for(actor: str, desk: Desk) -> PageView:
    """Return what waits for a decision, with what is confidential to its own approvers alone."""
    waiting = await desk.reads.pending()
    hidden = await desk.reads.pending_in_confidence()
    seen = [one for one in hidden.requests if await desk.may_see(one, actor)]
    return PageView((*seen, *waiting.requests), waiting.after)


async def _why(interaction: Interaction, desk: Desk, rest: str) -> str:
    view = await _visible(interaction, desk, rest)
    if view is None:
        return _unknown(rest)
    return answers.why(view, await desk.reads.lines(view.number))


async def _cancel(interaction: Interaction, desk: Desk, rest: str) -> str:
    number = _number(rest)
    if number is None:
        return "Please say which one, for example `/aboard cancel 12`."
    answer = await desk.service.cancel(number, interaction.actor, interaction.delivery)
    return answer.sentence


async def _check(interaction: Interaction, desk: Desk, _: str) -> str:
    if not await desk.is_operator(interaction.actor):
        return checks.NOT_YOURS
    desk.whisper_when(interaction, checks.found(desk.checks, interaction))
    return checks.BEGUN


async def _visible(interaction: Interaction, desk: Desk, text: str) -> RequestView | None:
    number = _number(text)
    view = await desk.reads.request(number) if number is not None else None
    if view is None:
        return None
    return view if await desk.may_see(view, interaction.actor) else None


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    return int(match.group(1)) if match else None


def _unknown(text: str) -> str:
    if _number(text) is None:
        return "Please say which one, for example `/aboard why 12`."
    return "There is no such request, or it is not yours to see."


Answer = Callable[[Interaction, Desk, str], Awaitable[str | Say]]

_WORDS: Mapping[str, Answer] = MappingProxyType(
    {
        "help": _help,
        "status": _status,
        "digest": daily.show,
        "history": history.show,
        "export": history.export,
        "evidence": evidence.command,
        "why": _why,
        "cancel": _cancel,
        "check": _check,
    }
)
