"""The bot of the demo: what ``aboard serve`` runs, with a clock that can be put forward.

Only ``aboard demo`` starts it. How far the clock is ahead stands in a file that the sandbox writes.
"""

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Aboard, compose
from bot.leaving import leave, settings
from bot.server import listen
from bot.settings import Settings
from bot.status import Address
from workflow.clock import SECOND, system_clock

_LOOK_SECONDS = 0.5


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
        return int(self._file.read_text() or 0)


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
        noticing = asyncio.create_task(_notice(aboard, clock))
        await listen(aboard, secret, slack, now=lambda: clock() / SECOND)
        noticing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await noticing


async def _notice(aboard: Aboard, clock: Rehearsed) -> None:
    """Look for what is due whenever the clock was put forward: the loops wait by the machine's."""
    known = clock.ahead()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if clock.ahead() != known:
            known = clock.ahead()
            await aboard.timers.once()
            for bell in (aboard.means.bells.received, aboard.means.bells.invitations):
                bell.ring()


if __name__ == "__main__":
    typer.run(main)
