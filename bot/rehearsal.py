"""The bot of the demo: what ``aboard serve`` runs, with a clock that can be put forward.

Only ``aboard demo`` starts it. How far the clock is ahead stands in a file that the sandbox writes.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.app import Aboard, compose
from bot.leaving import leave, settings
from bot.server import listen
from bot.settings import Settings
from bot.status import Address
from workflow.clock import SECOND, system_clock

_LOOK_SECONDS = 0.5
_log = structlog.get_logger(__name__)


class Rehearsed:
    """The machine's clock, ahead by as many seconds as ``file`` says."""

    def __init__(self, file: Path) -> None:
        """Read ``file`` at every question: another process writes it."""
        self._file = file

    def __call__(self) -> int:
        """Return the present moment in microseconds since the epoch."""
        return system_clock() + self.ahead() * SECOND

    def ahead(self) -> int:
        """Return by how many seconds the clock is ahead."""
        return int(self._file.read_text())


def main(
    ahead: Annotated[Path, typer.Option(help="The file that says how far the clock is ahead.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")],
    port: Annotated[int, typer.Option(help="The port to listen on.")],
) -> None:
    """Run the bot until it is told to stop."""
    asyncio.run(rehearse(settings(), Rehearsed(ahead), Address(host, port)))


async def rehearse(loaded: Settings, clock: Rehearsed, slack: Address) -> None:
    """Serve until SIGTERM or SIGINT, and notice at once when time was let pass."""
    secret = loaded.environment.slack_signing_secret
    if secret is None:
        leave(["SLACK_SIGNING_SECRET is missing: without it anybody could speak as Slack."])
    async with compose(loaded, clock) as aboard:
        noticing = asyncio.create_task(notice(partial(_look, aboard), clock, _LOOK_SECONDS))
        await listen(aboard, secret, slack, now=lambda: clock() / SECOND)
        noticing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await noticing


async def notice(look: Callable[[], Awaitable[None]], clock: Rehearsed, pause: float) -> None:
    """Call ``look`` whenever the clock was put forward, looked at every ``pause`` seconds.

    Goes on for ever: what fails is logged, and tried again after the next pause.
    """
    known = clock.ahead()
    while True:
        await asyncio.sleep(pause)
        try:
            ahead = clock.ahead()
            if ahead != known:
                await look()
                known = ahead
        except Exception:  # noqa: BLE001 - whatever it is, time goes on
            _log.exception("could not look for what is due")


async def _look(aboard: Aboard) -> None:
    """Look for what is due: the loops wait by the machine's clock."""
    await aboard.timers.once()
    for bell in (aboard.means.bells.received, aboard.means.bells.invitations):
        bell.ring()


if __name__ == "__main__":
    typer.run(main)
