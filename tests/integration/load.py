"""People at work while the bot dies under their hands: what fails they do again, as people do."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from random import Random

from sandbox.parts import Server
from sandbox.slack.model import Json
from tests.integration import clicks
from tests.integration.facts import ENDED, LOOK, Watch
from tests.integration.staff import Newcomer, hire

RECORDED = re.compile(r"Request \*?#(\d+)\*? (?:is recorded|about this person is still open)")
BREATH = 0.25
PATIENCE = 90.0
AT_ONCE = 12


@dataclass
class Load:
    """Journeys of newcomers, several at once, until they are told to stop."""

    server: Server
    watch: Watch
    random: Random
    promised: dict[int, str] = field(default_factory=dict)
    """Request number to the subject for whom somebody read that it is recorded."""
    stopping: bool = False
    _hired: int = 0
    _under_way: dict[str, str] = field(default_factory=dict)
    """The names of those whose journey has no end yet, by their Slack IDs."""

    @property
    def unfinished(self) -> list[str]:
        """Say of everybody whose journey has no end yet how far it came."""
        return [f"{name} is {self.watch.state_of(who)}" for who, name in self._under_way.items()]

    async def work(self) -> None:
        """Bring one newcomer after the other on board."""
        while not self.stopping:
            self._hired += 1
            await self.journey(hire(self.server, self._hired))

    async def journey(self, newcomer: Newcomer) -> None:
        """Ask, decide and wait for the end: nobody gives up, however often the bot dies."""
        self._under_way[newcomer.user.id] = newcomer.user.name
        await self.ask(newcomer)
        await self._decided(newcomer)
        await self._state(newcomer, ENDED)
        del self._under_way[newcomer.user.id]

    async def ask(self, newcomer: Newcomer) -> int:
        """Type the command until somebody answers that it is recorded; return the number."""
        while True:
            answer = await self.server.workspace.command(
                newcomer.manager, "/onboard", newcomer.command
            )
            if answer.error is None and (found := RECORDED.search(answer.text)):
                self.promised[int(found[1])] = newcomer.user.id
                return int(found[1])
            await asyncio.sleep(BREATH)

    async def approve_all(self, within: float = 20.0) -> None:
        """Approve everything, as soon as it waits for a decision."""
        async with asyncio.timeout(within):
            while known := await self.watch.look():
                pending = [ref for ref, state in known.values() if state == "pending"]
                for ref in pending:
                    await self._press(clicks.approval(self.server, self.server.cast.lead, ref))
                if all(state in {"approved", "running", *ENDED} for _, state in known.values()):
                    return
                await asyncio.sleep(LOOK)

    async def _decided(self, newcomer: Newcomer) -> None:
        await self._state(newcomer, {"pending", *ENDED})
        while self.watch.state_of(newcomer.user.id) == "pending":
            ref = self.watch.ref_of(newcomer.user.id)
            await asyncio.gather(*(self._press(one) for one in self._choose(ref)))
            decided = ENDED | {"approved", "running"}
            if not await self._state(newcomer, decided, 2 * BREATH):
                await asyncio.sleep(BREATH)

    def _choose(self, ref: str) -> list[Json]:
        """Choose who decides what: mostly an approval, sometimes several clicks at once."""
        cast, one = self.server.cast, self.random.random()
        approve = clicks.approval(self.server, cast.lead, ref)
        if one < 0.6:
            return [approve]
        if one < 0.7:
            return [clicks.denial(self.server, cast.ops[1], ref)]
        if one < 0.85:
            return [approve, clicks.approval(self.server, cast.ops[0], ref)]
        return [approve, clicks.denial(self.server, cast.ops[1], ref)]

    async def _press(self, payload: Json) -> None:
        await self.server.workspace.messenger.send("interaction", payload)

    async def _state(self, newcomer: Newcomer, wanted: set[str], within: float = inf) -> bool:
        who = newcomer.user.id
        return await self.watch.until(lambda: self.watch.state_of(who) in wanted, within)


@asynccontextmanager
async def working(load: Load) -> AsyncIterator[None]:
    """Have people work while the block runs; then they have time to finish what they began."""
    watching = asyncio.create_task(load.watch.run())
    people = [asyncio.create_task(load.work()) for _ in range(AT_ONCE)]
    try:
        yield
        load.stopping = True
        ended, _ = await asyncio.wait(people, timeout=PATIENCE)
        await asyncio.gather(*ended)
    finally:
        for task in (*people, watching):
            task.cancel()
        await asyncio.gather(*people, watching, return_exceptions=True)
