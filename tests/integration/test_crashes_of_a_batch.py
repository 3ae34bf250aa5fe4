"""kill -9 in the life of a batch: read, decided, carried out; nobody is lost and nobody twice."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import Message, User
from storage.database import Database
from tests.integration.bots import Bot, end_all, events_of
from tests.integration.facts import Case, all_in, everything, until
from tests.integration.staff import hire
from tests.integration.stalling import Stall

PEOPLE = 45
"""More than a stride of the decision, and less than a call holds."""
FEW = 6
WITHIN = 75.0
"""Who was not there when the dead process was about to write is looked for again half a minute
later: a vendor's list may be late."""
INVITE = "POST /appxite/users/invite"
AGENT = """
[profiles.agent]
axiom = { role = "user" }
ixon = { grants = [{ group = "Company", role = "Engineer" }] }
appxite = { organizations = ["Acme"], role = "Viewer" }
"""


@dataclass
class Sale:
    """A batch of agents, the bot that dies, and what the vendors were asked."""

    server: Server
    bot: Bot
    database: Database
    people: list[User]

    async def hand_in(self) -> None:
        """Paste everybody's row into the form."""
        slack, manager = self.server.workspace, self.server.cast.manager
        await slack.command(manager, "/onboard")
        await slack.press(manager, slack.opened(manager), "Several people")
        await slack.until(lambda: "several" in slack.opened(manager).title)
        rows = [f"{one.email},{one.name}-hub,agent" for one in self.people]
        assert await slack.submit(manager, {"rows": "\n".join(rows)}) is None

    async def card(self, *words: str) -> Message:
        """Wait for the card in the channel to say all of these words."""
        slack = self.server.workspace

        def said() -> Message | None:
            cards = slack.messages(self.server.cast.requests)
            return next(
                (one for one in cards if all(it in slack.text_of(one) for it in words)), None
            )

        found = await slack.until(said, WITHIN)
        assert found is not None
        return found

    async def approve(self) -> None:
        """Press Approve, and return with the answer."""
        card = await self.card("Waiting for approval", f"onboard {len(self.people)} people")
        answer = await self.server.workspace.press(self.server.cast.lead, card, "Approve")
        assert answer.ok, answer

    async def again(self) -> None:
        """Kill the bot as a machine dies, and start it anew."""
        await self.bot.kill()
        for vendor in self.server.vendors.values():
            vendor.faults.clear()
        self.server.slack.faults.clear()
        await self.bot.start()

    async def dies_in_the_call(self) -> None:
        """Kill the bot when AppXite has invited and not answered yet, and start it anew."""
        appxite, first = self.server.appxite, self.people[0]
        await self.server.workspace.until(lambda: appxite.user(first.email), WITHIN)
        await self.again()

    async def ends_well(self) -> None:
        """Wait for the end, and see that everybody has everything once."""
        assert self.wrong(await until(self.database, all_in("completed"), WITHIN)) == []
        await self.card("Completed · Batch")

    async def cases(self) -> list[Case]:
        return await self.database.read(everything)

    def wrong(self, cases: list[Case]) -> list[str]:
        """Return what is not as it should be, in words."""
        server, seen = self.server, []
        subjects = Counter(case.request.subject for case in cases)
        seen += [
            f"{one.name} has {subjects[one.id]} requests"
            for one in self.people
            if subjects[one.id] != 1
        ]
        seen += [
            f"#{case.number} is {case.request.state}"
            for case in cases
            if case.request.state != "completed"
        ]
        seen += [
            f"#{case.number} was approved otherwise than once"
            for case in cases
            if len(case.codes("DEC001I")) != 1
        ]
        created = [
            str(call.body)
            for call in server.axiom.journal.asked("POST", "/v2/users")
            if call.status == 200
        ]
        invited = [str(call.body) for call in server.appxite.journal.asked("POST", "/users/invite")]
        for one in self.people:
            held = {
                "Axiom": sum(f"'{one.email}'" in body for body in created),
                "AppXite": sum(body.count(f"'{one.email}'") for body in invited),
                "IXON": len(server.ixon.invites(one.email)),
            }
            seen += [
                f"{one.name} is {count} times at {vendor}"
                for vendor, count in held.items()
                if count != 1
            ]
        return seen


@asynccontextmanager
async def selling(url: str, folder: Path, count: int) -> AsyncIterator[Sale]:
    """Start a bot whose profile gives accounts at two vendors that take many by one call."""
    database = Database(url)
    async with _sandbox() as server:
        bot = Bot(server, folder, database=url)
        server.connect(events_of(bot))
        people = [hire(server, number).user for number in range(1, count + 1)]
        try:
            await bot.start()
            yield Sale(server, bot, database, people)
        finally:
            await end_all([bot])
    database.close()


@asynccontextmanager
async def _sandbox() -> AsyncIterator[Server]:
    async with running() as server:
        text = server.configuration() + AGENT
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(server, "configuration", lambda: text)
            yield server


@pytest.mark.timeout(150)
async def test_a_batch_outlives_three_deaths(sqlite: str, tmp_path: Path) -> None:
    async with selling(sqlite, tmp_path, PEOPLE) as sale:
        sale.server.slack.faults.down(only="/users.list")  # so that everybody is asked for alone
        reading = Stall(sale.server.slack.faults, "users.lookupByEmail")
        await sale.hand_in()
        await reading.until_held(PEOPLE // 2)
        await sale.again()
        await sale.approve()
        await sale.bot.kill()
        decided = Counter(case.request.state for case in await sale.cases())
        assert decided["pending"], "it died before everybody had the decision"
        sale.server.appxite.faults.hang(only=INVITE)
        await sale.bot.start()
        await sale.dies_in_the_call()
        await sale.ends_well()


@pytest.mark.postgres
@pytest.mark.timeout(120)
async def test_a_call_of_a_process_that_died_is_taken_over(postgres: str, tmp_path: Path) -> None:
    async with selling(postgres, tmp_path, FEW) as sale:
        await sale.hand_in()
        sale.server.appxite.faults.hang(only=INVITE)
        await sale.approve()
        await sale.dies_in_the_call()
        await sale.ends_well()
