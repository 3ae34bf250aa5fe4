"""A story that plays itself: people ask, approve, deny and retry, and the vendors show the result.

The people press what a person would press, by its label; the fields of the forms are named by
their block id, since their labels are sentences. Nothing is believed because a card says so:
each act ends by looking at the vendors' own state.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from sandbox.parts import Server
from sandbox.slack import forms
from sandbox.slack.model import Message, User

APPROVE, DENY, RETRY_AXIOM, DETAILS = "Approve", "Deny", "Retry Axiom", "Details"
COMPLETED, DENIED = "Completed", "Denied"
SUBJECT, GITHUB, PROFILE, REASON = "subject", "github", "profile", "reason"
PATIENCE = 30.0
T = TypeVar("T")
SEATS = {"message": "user limit reached: every seat of the plan is taken"}


class UnexpectedError(Exception):
    """Something in the story is not as it should be."""


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
        self._patience = patience
        self._slack = server.workspace
        self._cast = server.cast
        self._console = console
        self._cards: set[str] = set()

    async def tell(self) -> None:
        """Play every act; raises at the first thing that is wrong."""
        acts: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("Ada comes on board", self._onboard),
            ("Kenji is denied, with a reason", self._deny),
            ("Lena comes on board while Axiom is down", self._outage),
            ("Kenji again, and Axiom has no seat left", self._retry),
            ("Ada leaves", self._offboard),
        ]
        for number, (title, act) in enumerate(acts, start=1):
            self._console.rule(f"[bold]{number}. {title}")
            await act()
        self._expect("nothing was sent that Slack frowns upon", not self._slack.complaints)
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
        await self._type("/onboard", f"<@{ada.id}|{ada.name}> {self._login(ada)} engineer")
        card = await self._card(ada)
        await self._press(self._cast.lead, card, APPROVE)
        await self._settled(card, COMPLETED)
        self._at_axolo(ada, there=True)
        self._at_axiom(ada, "user")

    async def _deny(self) -> None:
        kenji, priya = self._cast.newcomers[1], self._cast.ops[1]
        await self._ask_in_form(kenji, "engineer", "Joins the platform team")
        card = await self._card(kenji)
        await self._press(priya, card, DENY)
        await self._until(f"{priya.real_name} sees the form", lambda: self._slack.modal(priya))
        await self._submit(priya, {REASON: "He starts next month. Please ask again then."})
        await self._settled(card, DENIED)
        self._at_axolo(kenji, there=False)
        self._at_axiom(kenji, None)

    async def _outage(self) -> None:
        lena, axiom = self._cast.newcomers[2], self._server.axiom
        await self._ask_in_form(lena, "analyst", "Reads the dashboards")
        card = await self._card(lena)
        axiom.faults.down(name="axiom_down")
        self._say("Axiom goes down.")
        before = len(axiom.journal.calls)
        await self._press(self._cast.lead, card, APPROVE)
        await self._until("the bot meets the outage", lambda: len(axiom.journal.calls) > before)
        self._at_axiom(lena, None)
        axiom.faults.clear("axiom_down")
        self._say("Axiom is back. Nobody presses anything.")
        await self._settled(card, COMPLETED)
        self._at_axiom(lena, "read-only")

    async def _retry(self) -> None:
        kenji, axiom = self._cast.newcomers[1], self._server.axiom
        await self._type("/onboard", f"<@{kenji.id}|{kenji.name}> {self._login(kenji)} engineer")
        card = await self._card(kenji)
        axiom.faults.status(400, None, body=SEATS, only="POST")
        self._say("Axiom sells no more seats.")
        await self._press(self._cast.ops[0], card, APPROVE)
        await self._settled(card, RETRY_AXIOM)
        self._at_axolo(kenji, there=True)
        self._at_axiom(kenji, None)
        axiom.faults.clear("status")
        self._say("Somebody buys a seat.")
        await self._press(self._cast.ops[0], card, RETRY_AXIOM)
        await self._settled(card, COMPLETED)
        self._at_axiom(kenji, "user")

    async def _offboard(self) -> None:
        ada = self._cast.newcomers[0]
        await self._type("/offboard", f"<@{ada.id}|{ada.name}>")
        manager = self._cast.manager
        form = await self._until("the form opens", lambda: self._slack.modal(manager))
        self._show("The form", self._slack.text_of(form) if form else "")
        await self._submit(manager, {REASON: "Leaves for a new job"})
        card = await self._card(ada)
        await self._press(self._cast.lead, card, APPROVE)
        await self._settled(card, COMPLETED)
        self._at_axolo(ada, there=False)
        self._at_axiom(ada, None)

    async def _type(self, command: str, text: str) -> None:
        manager = self._cast.manager
        shown = self._slack.readable(f"{command} {text}".strip())
        self._say(f"{manager.real_name} types  {shown}")
        answer = await self._slack.command(manager, command, text)
        if answer.error:
            raise UnexpectedError(f"{command}: {answer.error} after {answer.seconds:.1f} s")
        if answer.text:
            self._say(f"Aboard: {self._slack.readable(answer.text)}")

    async def _ask_in_form(self, person: User, profile: str, reason: str) -> None:
        await self._type("/onboard", "")
        manager = self._cast.manager
        await self._until("the form opens", lambda: self._slack.modal(manager))
        values = {SUBJECT: person.id, GITHUB: self._login(person), PROFILE: profile}
        await self._submit(manager, values | {REASON: reason})

    async def _submit(self, who: User, values: dict[str, str]) -> None:
        shown = [self._slack.name(value) for value in values.values()]
        self._say(f"{who.real_name} fills in the form: {' · '.join(shown)}")
        if errors := await self._slack.submit(who, values):
            raise UnexpectedError(f"the form was refused: {errors}")

    async def _press(self, who: User, card: Message, label: str) -> None:
        self._say(f"{who.real_name} presses  [{label}]")
        answer = await self._slack.press(who, card, label)
        if not answer.ok:
            raise UnexpectedError(f"{label}: {answer.error}")

    async def _card(self, person: User) -> Message:
        """Wait for a card about this person that can be approved and was not seen before."""

        def arrived() -> Message | None:
            for message in self._slack.messages(self._cast.requests):
                if message.ts not in self._cards and self._is_about(message, person):
                    return message
            return None

        card = await self._until(f"a card about {person.real_name}", arrived)
        if card is None:
            raise UnexpectedError(f"no card about {person.real_name}")
        self._cards.add(card.ts)
        self._show("The card", self._slack.text_of(card))
        return card

    def _is_about(self, message: Message, person: User) -> bool:
        labels = {place.label for place in forms.places(message)}
        return APPROVE in labels and person.real_name in self._slack.text_of(message)

    async def _settled(self, card: Message, words: str) -> None:
        """Wait until the card says so, and show it."""
        await self._until(f"the card says {words!r}", lambda: words in self._slack.text_of(card))
        self._show("The card now", self._slack.text_of(card))

    async def _until(self, what: str, predicate: Callable[[], T]) -> T:
        try:
            return await self._slack.until(predicate, self._patience)
        except TimeoutError:
            raise UnexpectedError(f"waited {self._patience:g} s in vain: {what}") from None

    def _at_axolo(self, person: User, *, there: bool) -> None:
        engineer = self._server.axolo.engineer(self._login(person))
        said = f"Axolo {'knows' if there else 'does not know'} {person.real_name}"
        self._expect(said, (engineer is not None) is there)

    def _at_axiom(self, person: User, role: str | None) -> None:
        user = self._server.axiom.user(person.email)
        name, found = person.real_name, user.role if user else None
        said = f"knows {name} with the role {role}" if role else f"does not know {name}"
        self._expect(f"Axiom {said}", found == role)

    def _expect(self, what: str, so: bool) -> None:  # noqa: FBT001 - it reads as a sentence
        if not so:
            raise UnexpectedError(f"not so: {what}")
        self._console.print(Text(f"✓ {what}", style="green"))

    def _login(self, person: User) -> str:
        return self._cast.logins[person.id]

    def _say(self, words: str) -> None:
        self._console.print(Text(f"• {words}"))

    def _show(self, title: str, words: str) -> None:
        self._console.print(Panel(Text(words), title=title, title_align="left", width=76))
