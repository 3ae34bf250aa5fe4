"""What the people of the story do, and how one sees at the vendors whether it is so."""

from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from sandbox.parts import Server
from sandbox.slack import forms
from sandbox.slack.model import Message, User

APPROVE = "Approve"
SUBJECT, GITHUB, PROFILE, REASON = "subject", "github", "profile", "reason"
T = TypeVar("T")


class UnexpectedError(Exception):
    """Something in the story is not as it should be."""


class Stage:
    """People who act, vendors one looks at, and the paper on which it is all written.

    `patience` is how many seconds each thing may take.
    """

    def __init__(self, server: Server, console: Console, patience: float) -> None:
        self._server = server
        self._patience = patience
        self._slack = server.workspace
        self._cast = server.cast
        self._console = console
        self._cards: set[str] = set()

    async def ask_to_go(self, person: User, reason: str) -> Message:
        """Ask for a removal in the form that shows it, and return the card."""
        await self.type("/offboard", f"<@{person.id}|{person.name}>")
        manager = self._cast.manager
        form = await self.until("the form opens", lambda: self._slack.modal(manager))
        self.show("The form", self._slack.text_of(form) if form else "")
        await self.submit(manager, {REASON: reason})
        return await self.card(person)

    async def type(self, command: str, text: str) -> None:
        """Have the manager type a command, and show what is answered."""
        manager = self._cast.manager
        shown = self._slack.readable(f"{command} {text}".strip())
        self.say(f"{manager.real_name} types  {shown}")
        answer = await self._slack.command(manager, command, text)
        if answer.error:
            raise UnexpectedError(f"{command}: {answer.error} after {answer.seconds:.1f} s")
        if answer.text:
            self.say(f"Aboard: {self._slack.readable(answer.text)}")

    async def ask_in_form(self, person: User, profile: str, reason: str) -> None:
        """Have the manager ask for accounts in the form."""
        await self.type("/onboard", "")
        manager = self._cast.manager
        await self.until("the form opens", lambda: self._slack.modal(manager))
        values = {SUBJECT: person.id, GITHUB: self.login(person), PROFILE: profile}
        await self.submit(manager, values | {REASON: reason})

    async def submit(self, who: User, values: dict[str, str]) -> None:
        """Fill in the open form and submit it; raises UnexpectedError where it is refused."""
        shown = [self._slack.name(value) for value in values.values()]
        self.say(f"{who.real_name} fills in the form: {' · '.join(shown)}")
        if errors := await self._slack.submit(who, values):
            raise UnexpectedError(f"the form was refused: {errors}")

    async def press(self, who: User, card: Message, label: str) -> None:
        """Press a button by its label."""
        self.say(f"{who.real_name} presses  [{label}]")
        answer = await self._slack.press(who, card, label)
        if not answer.ok:
            raise UnexpectedError(f"{label}: {answer.error}")

    async def card(self, person: User) -> Message:
        """Wait for a card about this person that can be approved and was not seen before."""

        def arrived() -> Message | None:
            for message in self._slack.messages(self._cast.requests):
                if message.ts not in self._cards and self._is_about(message, person):
                    return message
            return None

        card = await self.until(f"a card about {person.real_name}", arrived)
        if card is None:
            raise UnexpectedError(f"no card about {person.real_name}")
        self._cards.add(card.ts)
        self.show("The card", self._slack.text_of(card))
        return card

    def _is_about(self, message: Message, person: User) -> bool:
        labels = {place.label for place in forms.places(message)}
        return APPROVE in labels and person.real_name in self._slack.text_of(message)

    async def settled(self, card: Message, words: str) -> None:
        """Wait until the card says so, and show it."""
        await self.until(f"the card says {words!r}", lambda: words in self._slack.text_of(card))
        self.show("The card now", self._slack.text_of(card))

    async def until(self, what: str, predicate: Callable[[], T]) -> T:
        """Wait for the first truthy answer; raises UnexpectedError where it never comes."""
        try:
            return await self._slack.until(predicate, self._patience)
        except TimeoutError:
            raise UnexpectedError(f"waited {self._patience:g} s in vain: {what}") from None

    def at_axolo(self, person: User, *, there: bool) -> None:
        """See whether Axolo knows somebody."""
        engineer = self._server.axolo.engineer(self.login(person))
        said = f"Axolo {'knows' if there else 'does not know'} {person.real_name}"
        self.expect(said, (engineer is not None) is there)

    def at_axiom(self, person: User, role: str | None) -> None:
        """See which role somebody has at Axiom; None where they are not there."""
        user = self._server.axiom.user(person.email)
        name, found = person.real_name, user.role if user else None
        said = f"knows {name} with the role {role}" if role else f"does not know {name}"
        self.expect(f"Axiom {said}", found == role)

    def at_appxite(self, person: User, state: str) -> None:
        """See in which state AppXite shows somebody."""
        user = self._server.appxite.user(person.email)
        found = user.state if user else None
        self.expect(f"AppXite shows {person.real_name} as {state}", found == state)

    def at_ambition(self, person: User, *, is_active: bool, team: str) -> None:
        """See whether somebody's account at Ambition is active, and in which team it is."""
        account = self._server.ambition.account(person.email)
        found = (account.is_active, account.groups.get("Team")) if account else None
        word = "an active" if is_active else "a deactivated"
        said = f"Ambition has {word} account of {person.real_name} in the team {team}"
        self.expect(said, found == (is_active, team))

    def expect(self, what: str, so: bool) -> None:  # noqa: FBT001 - it reads as a sentence
        """Say that something is so; raises UnexpectedError where it is not."""
        if not so:
            raise UnexpectedError(f"not so: {what}")
        self._console.print(Text(f"✓ {what}", style="green"))

    def login(self, person: User) -> str:
        """Return somebody's login at GitHub."""
        return self._cast.logins[person.id]

    def say(self, words: str) -> None:
        """Write a line."""
        self._console.print(Text(f"• {words}"))

    def show(self, title: str, words: str) -> None:
        """Write something in a frame."""
        self._console.print(Panel(Text(words), title=title, title_align="left", width=76))
