"""What Bolt's dispatch costs with all that Aboard answers, beside an app with one listener.

Both run here, without a server and with the same switches, in turns; the figure is CPU time. What
is sent has no handler in either, so that it is the way there which is measured; of a command Aboard
answers any.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from benchmarks import inside
from benchmarks.figures import Requirement, spread
from benchmarks.payloads import CHANNEL, TEAM, TOKEN, member

OURS, PLAIN = "Aboard", "an app with one listener"
_MOST = 1.5
_USER = {"id": member(1), "team_id": TEAM}
_BUTTON = {"type": "button", "action_id": "nobody", "block_id": "b", "value": "1"}
_VIEW = {"id": "V0BENCH00", "type": "modal", "callback_id": "nobody", "hash": "1"}
_EVENT = {"type": "team_join", "user": {"id": member(1)}}
PAYLOADS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "action": {
            "type": "block_actions", "team": {"id": TEAM}, "user": _USER, "trigger_id": "1.1",
            "actions": [_BUTTON], "container": {"type": "message"}, "channel": {"id": CHANNEL},
        },
        "form": {"type": "view_submission", "team": {"id": TEAM}, "user": _USER, "view": _VIEW},
        "event": {
            "type": "event_callback", "team_id": TEAM, "event_id": "Ev0BENCH00", "event": _EVENT,
        },
    }
)  # fmt: skip
"""What is sent, by its kind."""


@dataclass
class Dispatched:
    """CPU of one answer in microseconds, a value per round: with all of them, and with one."""

    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How much more all of Aboard costs, as a ratio of the medians."""
        return spread(self.ours).median / spread(self.plain).median


def measure(rounds: int, many: int) -> dict[str, Dispatched]:
    """Dispatch each payload ``many`` times in each of ``rounds``, in turns."""
    return asyncio.run(_measure(rounds, many))


async def _measure(rounds: int, many: int) -> dict[str, Dispatched]:
    found = {kind: Dispatched() for kind in PAYLOADS}
    with TemporaryDirectory() as folder:
        async with inside.aboard(f"sqlite:///{Path(folder) / 'aboard.db'}") as aboard:
            ones = {kind: inside.Inside(_with_one(kind), aboard.slack) for kind in PAYLOADS}
            for _ in range(rounds):
                for kind, body in PAYLOADS.items():
                    found[kind].ours.append(await _cpu(aboard, body, many))
                    found[kind].plain.append(await _cpu(ones[kind], body, many))
    return found


async def _cpu(app: inside.Inside, body: Mapping[str, Any], many: int) -> float:
    await app.answer(body)
    began = time.thread_time()
    for _ in range(many):
        await app.answer(body)
    return (time.thread_time() - began) / many * 1e6


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=TOKEN)


def _with_one(kind: str) -> AsyncApp:
    """Return an app whose one listener takes every payload of a kind."""
    bolt = AsyncApp(
        signing_secret="bench",  # noqa: S106 - nothing is verified here
        authorize=_authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )

    async def answer(ack: AsyncAck) -> None:
        await ack()

    listening = {"action": bolt.action, "form": bolt.view, "event": bolt.event}
    listening[kind](re.compile(".*"))(answer)
    return bolt


def requirements(found: Mapping[str, Dispatched]) -> Iterator[Requirement]:
    """Yield what had to be reached, of every kind of payload."""
    for kind, one in found.items():
        says = f"CPU of dispatching, {kind}: of one listener's"
        yield Requirement(says, one.ratio, _MOST, at_most=True)
