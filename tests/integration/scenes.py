"""What people ask of a bot that dies under their hands: seven scenes, each about somebody new.

Whoever gets no answer does it again, as people do; whoever was answered relies on it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from sandbox.parts import Server
from sandbox.slack.model import Json, Message, User
from storage.database import Database
from tests.integration import clicks
from tests.integration.facts import brief, is_settled
from tests.integration.load import RECORDED
from tests.integration.staff import Newcomer, hire

LOOK = 0.02
BREATH = 0.05
Click = Callable[[Server, User, str], Json]


@dataclass
class Stage:
    """Where the scenes are played, and what people were promised there."""

    server: Server
    database: Database
    promised: dict[int, str] = field(default_factory=dict)
    """Request number to the subject for whom somebody read that it is recorded."""
    asked: list[str] = field(default_factory=list)
    """The subjects of forms and batches that were taken."""
    _hired: int = 0

    def newcomer(self) -> Newcomer:
        """Hire somebody."""
        self._hired += 1
        return hire(self.server, self._hired)

    async def asks(self, newcomer: Newcomer, profile: str) -> None:
        """Type the command until somebody answers that it is recorded."""
        words = newcomer.command.replace("engineer", profile)
        while True:
            answer = await self.server.workspace.command(newcomer.manager, "/onboard", words)
            if answer.error is None and (found := RECORDED.search(answer.text)):
                self.promised[int(found[1])] = newcomer.user.id
                return
            await asyncio.sleep(BREATH)

    async def asks_for_removal(self, newcomer: Newcomer) -> None:
        """Fill in the form until it is taken."""
        slack, manager = self.server.workspace, newcomer.manager
        while await self.state_of(newcomer.user) is None:
            answer = await slack.command(manager, "/offboard", f"<@{newcomer.user.id}>")
            if answer.error is None and slack.modal(manager) is not None:
                if await slack.submit(manager, {"reason": "Leaves"}) is None:
                    break
                await slack.close(manager)
            await asyncio.sleep(BREATH)
        self.asked.append(newcomer.user.id)

    async def until(self, so: Callable[[Connection], bool], within: float) -> None:
        """Wait for something to be so of the rows; raises TimeoutError where it is not in time."""
        async with asyncio.timeout(within):
            while True:
                if await self.database.read(so):
                    return
                await asyncio.sleep(LOOK)

    async def state_of(self, who: User) -> str | None:
        """Return where somebody's request stands."""
        found = await self.database.read(brief)
        return found[who.id][1] if who.id in found else None

    async def carried_out(self, who: User, click: Click, *by: User) -> None:
        """Have these people press, one after the other, whenever they are asked, until the end."""
        while not await self.database.read(is_settled):
            ref, state = (await self.database.read(brief)).get(who.id, ("", ""))
            for one in by if state == "pending" else ():
                payload = click(self.server, one, ref)
                await self.server.workspace.messenger.send("interaction", payload)
            await asyncio.sleep(LOOK)


Scene = Callable[[Stage], Awaitable[None]]


async def _comes(stage: Stage, profile: str, *approvers: User) -> None:
    one = stage.newcomer()
    await stage.asks(one, profile)
    await stage.carried_out(one.user, clicks.approval, *approvers)


async def onboard(stage: Stage) -> None:
    """Somebody comes on board at two vendors."""
    await _comes(stage, "engineer", stage.server.cast.lead)


async def sell(stage: Stage) -> None:
    """Somebody comes on board at all five."""
    await _comes(stage, "seller", stage.server.cast.lead)


async def two_stages(stage: Stage) -> None:
    """Somebody comes on board whom two people have to approve."""
    await _comes(stage, "manager", stage.server.cast.ops[0], stage.server.cast.lead)


async def denied(stage: Stage) -> None:
    """Somebody does not come on board."""
    one = stage.newcomer()
    await stage.asks(one, "engineer")
    await stage.carried_out(one.user, clicks.denial, stage.server.cast.ops[1])


async def tried_again(stage: Stage) -> None:
    """Somebody comes on board although Axiom is away when it is called."""
    stage.server.axiom.faults.down(1, only="POST /axiom/v2/users")
    await onboard(stage)


async def offboard(stage: Stage) -> None:
    """Somebody who is at two vendors leaves."""
    one = stage.newcomer()
    stage.server.axiom.add(one.user.real_name, one.user.email)
    await stage.asks_for_removal(one)
    await stage.carried_out(one.user, clicks.approval, stage.server.cast.lead)


async def batch(stage: Stage) -> None:
    """Three people come on board together."""
    people = [stage.newcomer() for _ in range(3)]
    await _pasted(stage, people)
    await _approved(stage, people)


async def _pasted(stage: Stage, people: list[Newcomer]) -> None:
    slack, manager = stage.server.workspace, people[0].manager
    rows = "\n".join(f"{one.user.email},{one.login},engineer" for one in people)
    while await stage.state_of(people[0].user) is None:
        if (
            await _form_is_open(stage, manager)
            and await slack.submit(manager, {"rows": rows}) is None
        ):
            break
        while slack.modal(manager) is not None:
            await slack.close(manager)
        await asyncio.sleep(BREATH)
    stage.asked.extend(one.user.id for one in people)


async def _form_is_open(stage: Stage, manager: User) -> bool:
    slack = stage.server.workspace
    answer = await slack.command(manager, "/onboard")
    if answer.error is not None or (form := slack.modal(manager)) is None:
        return False
    await slack.press(manager, form, "Several people")
    for _ in range(40):
        if "several" in slack.opened(manager).title:
            return True
        await asyncio.sleep(LOOK)
    return False


async def _approved(stage: Stage, people: list[Newcomer]) -> None:
    slack, lead = stage.server.workspace, stage.server.cast.lead
    while not await _is_over(stage, people):
        card = _card(stage, people)
        if card is not None:
            await slack.press(lead, card, "Approve")
        await asyncio.sleep(BREATH)


async def _is_over(stage: Stage, people: list[Newcomer]) -> bool:
    known = await stage.database.read(brief)
    return all(one.user.id in known for one in people) and await stage.database.read(is_settled)


def _card(stage: Stage, people: list[Newcomer]) -> Message | None:
    slack = stage.server.workspace
    for one in reversed(slack.messages(stage.server.cast.requests)):
        said = slack.text_of(one)
        if "Waiting for approval" in said and people[0].user.real_name in said:
            return one
    return None


SCENES: Mapping[str, Scene] = {
    "onboard": onboard,
    "sell": sell,
    "two stages": two_stages,
    "denied": denied,
    "tried again": tried_again,
    "offboard": offboard,
    "batch": batch,
}
FEWEST_POINTS = {
    "onboard": 70, "sell": 120, "two stages": 80, "denied": 40, "tried again": 70, "offboard": 90,
    "batch": 150,
}  # fmt: skip
"""How many points each scene has at least: a scene with fewer is not watched any more."""

MAYBE = {"denied": {"before vendor", "after vendor"}}
"""The kinds of point that a scene may be over before: whoever denies waits for no look."""
