"""A story that plays itself: people ask, approve, deny and retry, and the vendors show the result.

The people press what a person would press, by its label; the fields of the forms are named by
their block id, since their labels are sentences. Nothing is believed because a card says so:
each act ends by looking at the vendors' own state.
"""

from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.text import Text

from sandbox.furnishing import DOGS
from sandbox.parts import Server
from sandbox.stage import APPROVE, REASON, Stage, UnexpectedError
from sandbox.vendors.appxite_model import ACTIVE, BLOCKED, NEW

DENY, RETRY_AXIOM = "Deny", "Retry Axiom"
BY_HAND = "AppXite is done by hand"
COMPLETED, DENIED = "Completed", "Denied"
EVIDENCE = "evidence"
PATIENCE = 30.0
Act = Callable[[], Awaitable[None]]
SEATS = {"message": "user limit reached: every seat of the plan is taken"}


async def play(server: Server, console: Console | None = None, patience: float = PATIENCE) -> bool:
    """Play the story against the bot that is connected, and say whether all went as it should.

    `patience` is how many seconds each thing may take.
    """
    story = Story(server, console or Console(), patience)
    try:
        await story.tell()
    except (UnexpectedError, TimeoutError, LookupError) as error:
        story.fail(error)
        return False
    return True


class Story:
    """The acts, in order, and what has been seen so far."""

    def __init__(self, server: Server, console: Console, patience: float) -> None:
        self._server = server
        self._slack = server.workspace
        self._cast = server.cast
        self._console = console
        self._stage = Stage(server, console, patience)

    async def tell(self) -> None:
        """Play every act; raises at the first thing that is wrong."""
        acts: list[tuple[str, Act]] = [
            ("Ada comes on board", self._onboard),
            ("Kenji is denied, with a reason", self._deny),
            ("Lena comes on board while Axiom is down", self._outage),
            ("Kenji again, and Axiom has no seat left", self._retry),
            ("Ada leaves", self._offboard),
            ("Noah sells, and gets all five vendors", self._seller),
            ("Noah leaves, and one vendor needs a person", self._seller_leaves),
        ]
        for number, (title, act) in enumerate(acts, start=1):
            self._console.rule(f"[bold]{number}. {title}")
            await act()
        self._stage.expect("nothing was sent that Slack frowns upon", not self._slack.complaints)
        self._console.rule("[bold green]The end: everything is as it should be")

    def fail(self, error: Exception) -> None:
        """Say what went wrong, and what people were told last."""
        self._console.print(Text(f"✗ {error}", style="bold red"))
        for user in (self._cast.manager, self._cast.lead, *self._cast.ops):
            for message in self._slack.ephemerals(user)[-1:]:
                told = f"  {user.real_name} was told: {self._slack.text_of(message)}"
                self._console.print(Text(told))
        for complaint in self._slack.complaints:
            self._console.print(Text(f"  {complaint}", style="red"))

    async def _onboard(self) -> None:
        ada = self._cast.newcomers[0]
        await self._stage.type(
            "/onboard", f"<@{ada.id}|{ada.name}> {self._stage.login(ada)} engineer"
        )
        card = await self._stage.card(ada)
        await self._stage.press(self._cast.lead, card, APPROVE)
        await self._stage.settled(card, COMPLETED)
        self._stage.at_axolo(ada, there=True)
        self._stage.at_axiom(ada, "user")

    async def _deny(self) -> None:
        kenji, priya = self._cast.newcomers[1], self._cast.ops[1]
        await self._stage.ask_in_form(kenji, "engineer", "Joins the platform team")
        card = await self._stage.card(kenji)
        await self._stage.press(priya, card, DENY)
        await self._stage.until(
            f"{priya.real_name} sees the form", lambda: self._slack.modal(priya)
        )
        await self._stage.submit(priya, {REASON: "He starts next month. Please ask again then."})
        await self._stage.settled(card, DENIED)
        self._stage.at_axolo(kenji, there=False)
        self._stage.at_axiom(kenji, None)

    async def _outage(self) -> None:
        lena, axiom = self._cast.newcomers[2], self._server.axiom
        await self._stage.ask_in_form(lena, "analyst", "Reads the dashboards")
        card = await self._stage.card(lena)
        axiom.faults.down(name="axiom_down")
        self._stage.say("Axiom goes down.")
        before = len(axiom.journal.calls)
        await self._stage.press(self._cast.lead, card, APPROVE)
        await self._stage.until(
            "the bot meets the outage", lambda: len(axiom.journal.calls) > before
        )
        self._stage.at_axiom(lena, None)
        axiom.faults.clear("axiom_down")
        self._stage.say("Axiom is back. Nobody presses anything.")
        await self._stage.settled(card, COMPLETED)
        self._stage.at_axiom(lena, "read-only")

    async def _retry(self) -> None:
        kenji, axiom = self._cast.newcomers[1], self._server.axiom
        await self._stage.type(
            "/onboard", f"<@{kenji.id}|{kenji.name}> {self._stage.login(kenji)} engineer"
        )
        card = await self._stage.card(kenji)
        axiom.faults.status(400, None, body=SEATS, only="POST")
        self._stage.say("Axiom sells no more seats.")
        await self._stage.press(self._cast.ops[0], card, APPROVE)
        await self._stage.settled(card, RETRY_AXIOM)
        self._stage.at_axolo(kenji, there=True)
        self._stage.at_axiom(kenji, None)
        axiom.faults.clear("status")
        self._stage.say("Somebody buys a seat.")
        await self._stage.press(self._cast.ops[0], card, RETRY_AXIOM)
        await self._stage.settled(card, COMPLETED)
        self._stage.at_axiom(kenji, "user")

    async def _offboard(self) -> None:
        ada = self._cast.newcomers[0]
        card = await self._stage.ask_to_go(ada, "Leaves for a new job")
        await self._stage.press(self._cast.lead, card, APPROVE)
        await self._stage.settled(card, COMPLETED)
        self._stage.at_axolo(ada, there=False)
        self._stage.at_axiom(ada, None)

    async def _seller(self) -> None:
        noah, ixon = self._cast.seller, self._server.ixon
        await self._stage.ask_in_form(noah, "seller", "Sells in the north")
        card = await self._stage.card(noah)
        await self._stage.press(self._cast.ops[0], card, APPROVE)
        await self._stage.settled(card, COMPLETED)
        self._stage.at_axolo(noah, there=True)
        self._stage.at_axiom(noah, "user")
        self._stage.expect("IXON has invited Noah", len(ixon.invites(noah.email)) == 1)
        self._stage.expect("IXON has no user Noah yet", ixon.user(noah.email) is None)
        self._stage.at_appxite(noah, NEW)
        self._stage.at_ambition(noah, is_active=True, team=DOGS)
        ixon.accept(noah.email, noah.real_name)
        self._server.appxite.accept(noah.email)
        self._stage.say("Noah follows the links in his mails.")

    async def _seller_leaves(self) -> None:
        noah, keeper = self._cast.seller, self._cast.keeper
        card = await self._stage.ask_to_go(noah, "Sells for somebody else")
        await self._stage.press(self._cast.lead, card, APPROVE)
        await self._stage.settled(card, BY_HAND)
        self._stage.at_axolo(noah, there=False)
        self._stage.at_axiom(noah, None)
        self._stage.expect("IXON knows no Noah", self._server.ixon.user(noah.email) is None)
        self._stage.at_ambition(noah, is_active=False, team=DOGS)
        self._stage.at_appxite(noah, ACTIVE)
        self._server.appxite.block(noah.email)
        self._stage.say(f"{keeper.real_name} opens AppXite's portal and blocks the account.")
        await self._stage.press(keeper, card, BY_HAND)
        await self._stage.until("the form opens", lambda: self._slack.modal(keeper))
        await self._stage.submit(keeper, {EVIDENCE: "Blocked in the portal, see ticket IT-4711"})
        await self._stage.settled(card, COMPLETED)
        self._stage.at_appxite(noah, BLOCKED)
