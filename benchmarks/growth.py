"""What pages of the history, Home and a search take among 1,000 requests, and among a million.

It is the time within the process: from a payload that was checked to its answer, with the queries,
the views and what is sent to Slack, which answers at once. Every size has a database of its own,
and they take turns.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import inside, years
from benchmarks.figures import Requirement, spread
from benchmarks.inside import Inside
from benchmarks.payloads import CHANNEL, TEAM
from commands.ids import Action
from commands.views.places import Places
from rules.pages import Span
from storage import migrate
from storage.engine import create_engine

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_MOST_MS, _MOST_RATIO = 10.0, 2.0
_DEPTHS = (0.9, 0.5, 0.1)
_WHO = years.APPROVER


@dataclass
class Grown:
    """One question at one size: milliseconds, a value per round."""

    taken: list[float] = field(default_factory=list)


Payload = Mapping[str, Any]


def measure(rounds: int, many: int, sizes: Sequence[int] = SIZES) -> dict[tuple[str, int], Grown]:
    """Ask every question ``many`` times in each of ``rounds``, in turns among ``sizes``."""
    return asyncio.run(_measure(rounds, many, sizes))


async def _measure(rounds: int, many: int, sizes: Sequence[int]) -> dict[tuple[str, int], Grown]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        houses = {}
        for size in sizes:
            url = f"sqlite:///{folder / f'{size}.db'}"
            _fill(url, size)
            houses[size] = await stack.enter_async_context(inside.aboard(url))
        found = {(name, size): Grown() for size in sizes for name in questions(size)}
        for _ in range(rounds):
            for size, house in houses.items():
                for name, asked in questions(size).items():
                    found[name, size].taken.append(await _median(house, asked, many))
    return found


def _fill(url: str, many: int) -> None:
    engine = create_engine(url)
    migrate.upgrade(engine)
    years.fill(engine, many)
    engine.dispose()


async def _median(house: Inside, asked: Sequence[Payload], many: int) -> float:
    """Return the milliseconds of an answer; the first ones, which open connections, are left."""
    await asyncio.gather(*(house.answer(one) for one in asked))
    taken = []
    for number in range(many):
        began = time.perf_counter()
        await house.answer(asked[number % len(asked)])
        taken.append((time.perf_counter() - began) * 1e3)
    return spread(taken).median


def questions(size: int) -> dict[str, list[Payload]]:
    """Return what is asked among ``size`` requests, each question at one depth or at several."""
    deep = [int(size * depth) for depth in _DEPTHS]
    somebody = [f"U0B{20_000_000 + number // 2 * 2 + 1}" for number in deep]
    return {
        "history, the first page": [_command("history")],
        "history, a page at any depth": [_command(f"history after {one}") for one in deep],
        "history of one person": [_command(f"history <@{one}>") for one in somebody],
        "Home, the first pages": [_opened()],
        "Home, pages at any depth": [_turned(one) for one in deep],
        "Home, a search for one person": [_searched(one) for one in somebody],
    }


def _command(text: str) -> Payload:
    return {
        "team_id": TEAM, "user_id": _WHO, "channel_id": CHANNEL, "command": "/aboard",
        "text": text, "trigger_id": "1.1", "api_app_id": "A0BENCH00",
    }  # fmt: skip


def _opened() -> Payload:
    event = {"type": "app_home_opened", "user": _WHO, "tab": "home"}
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev0BENCH00", "event": event}


def _turned(number: int) -> Payload:
    spans = {name: Span((number,)) for name in ("trouble", "mine", "on_board")}
    places = Places({**spans, "my_batches": Span((number // 50,))})
    button = {"action_id": f"{Action.PAGE}:mine:on", "value": Span((number,)).text()}
    return _pressed(button, places)


def _searched(who: str) -> Payload:
    return _pressed({"action_id": Action.SEARCH.value, "selected_user": who}, Places())


def _pressed(action: Mapping[str, str], places: Places) -> Payload:
    view = {"id": "V0BENCH00", "hash": "1", "private_metadata": places.text()}
    return {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": _WHO, "team_id": TEAM},
        "trigger_id": "1.1", "container": {"type": "view"}, "view": view,
        "actions": [{"type": "button", "block_id": "b", **action}],
    }  # fmt: skip


def requirements(found: Mapping[tuple[str, int], Grown]) -> Iterator[Requirement]:
    """Yield what had to be reached, of every question."""
    sizes = sorted({size for _, size in found})
    for name in dict.fromkeys(name for name, _ in found):
        few, many = (spread(found[name, size].taken).median for size in (sizes[0], sizes[-1]))
        says = f"{name}: ms among {sizes[-1]:,}"
        yield Requirement(says, many, _MOST_MS, at_most=True)
        says = f"{name}: {sizes[-1]:,} to {sizes[0]:,}"
        yield Requirement(says, many / few, _MOST_RATIO, at_most=True)
