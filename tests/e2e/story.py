"""What people do in a story, in the words of a person who watches: asks, cards, answers.

Nothing is believed because a card says so: `at_axiom` and `at_axolo` look at the vendors' state.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.slack import forms
from sandbox.slack.hands import CommandAnswer
from sandbox.slack.model import Message, User, View
from sandbox.slack.workspace import Workspace
from sandbox.vendors.journal import Call
from tests.e2e.people import People
from tests.e2e.world import PATIENCE, World

T = TypeVar("T")

REQUESTS = "#access-requests"


def mention(user: User) -> str:
    """Return what Slack makes of `@name` in a command."""
    return f"<@{user.id}|{user.name}>"


def labels(shown: Message | View) -> set[str]:
    """Return what can be pressed."""
    return {place.label for place in forms.places(shown)}


@dataclass
class Story:
    """One test's requester and approver, and the world they act in."""

    world: World
    people: People
    asker: User
    approver: User
    seen: set[str] = field(default_factory=set)
    began: str = ""

    def __post_init__(self) -> None:
        self.began = self.slack.state.timestamps.new()

    @property
    def slack(self) -> Workspace:
        return self.world.slack

    async def until(self, predicate: Callable[[], T]) -> T:
        """Wait for the first truthy answer."""
        return await self.slack.until(predicate, PATIENCE)

    async def types(
        self, command: str, text: str = "", *, who: User | None = None, channel: str = "#general"
    ) -> CommandAnswer:
        """Have the requester, or somebody else, type a command."""
        answer = await self.slack.command(who or self.asker, command, text, channel=channel)
        assert answer.error is None, answer
        return answer

    async def asks(self, text: str, *, who: User | None = None) -> str:
        """Type `/aboard` with some words, and return what the person reads."""
        return self.slack.readable((await self.types("/aboard", text, who=who)).text)

    async def opens(self, command: str, text: str = "", *, who: User | None = None) -> View:
        """Type a command that opens a form, and return the form."""
        await self.types(command, text, who=who)
        return self.slack.opened(who or self.asker)

    async def onboarding(self, subject: User, profile: str = "engineer") -> Message:
        """Ask for somebody's accounts, and wait for the card."""
        await self.types("/onboard", f"{mention(subject)} {self.people.login(subject)} {profile}")
        return await self.card(subject)

    async def offboarding(self, subject: User, **values: str) -> Message:
        """Ask for a removal in the form, and wait for the card."""
        await self.opens("/offboard", mention(subject))
        refused = await self.slack.submit(self.asker, {"reason": "Leaves", **values})
        assert refused is None, refused
        return await self.card(subject)

    async def onboarded(self, subject: User, profile: str = "engineer") -> Message:
        """Bring somebody on board, up to the end."""
        card = await self.onboarding(subject, profile)
        await self.press(card, "Approve")
        await self.reads(card, "Completed")
        return card

    async def card(self, subject: User, *, told: User | None = None) -> Message:
        """Wait for a new card about somebody, in the channel or in `told`'s direct messages."""

        def arrived() -> Message | None:
            found = [one for one in self._messages(told) if self._is_new(one, subject)]
            return found[-1] if found else None

        card = await self.until(arrived)
        assert card is not None
        self.seen.add(card.ts)
        return card

    def cards(self) -> list[Message]:
        """Return the cards in the channel since the story began."""
        return self._messages(None)

    def _messages(self, told: User | None) -> list[Message]:
        found = self.slack.direct_messages(told) if told else self.slack.messages(REQUESTS)
        return [one for one in found if one.ts > self.began and not one.is_reply]

    def _is_new(self, message: Message, subject: User) -> bool:
        return message.ts not in self.seen and subject.email in self.text(message)

    async def press(self, shown: Message | View, label: str, *, who: User | None = None) -> None:
        """Have the approver, or somebody else, press a button."""
        answer = await self.slack.press(who or self.approver, shown, label)
        assert answer.ok, answer

    async def denies(self, card: Message, reason: str, *, who: User | None = None) -> None:
        """Deny a request in the form, with a reason."""
        await self.press(card, "Deny", who=who)
        await self.until(lambda: self.slack.modal(who or self.approver))
        assert await self.slack.submit(who or self.approver, {"reason": reason}) is None

    def text(self, shown: Message | View) -> str:
        """Return what a person reads."""
        return self.slack.text_of(shown)

    async def reads(self, shown: Message | View, *words: str) -> str:
        """Wait until all these words stand there, and return the whole."""
        await self.until(lambda: all(word in self.text(shown) for word in words))
        return self.text(shown)

    def line(self, card: Message, vendor: str) -> str:
        """Return a vendor's part of a card: its headline and what stands below."""
        blocks = [block for block in card.blocks if block["type"] == "section" and "text" in block]
        mine = [block for block in blocks if block["text"]["text"].startswith(f"*{vendor}*")]
        return self.slack.readable(mine[0]["text"]["text"])

    def heard(self, who: User) -> list[str]:
        """Return what only this person reads, in channels and in direct messages."""
        messages = [*self.slack.ephemerals(who), *self.slack.direct_messages(who)]
        return [self.text(one) for one in messages]

    async def hears(self, who: User, *words: str) -> str:
        """Wait until this person is told something with all these words, and return it."""

        def told() -> str:
            lines = self.heard(who)
            return next((one for one in lines if all(word in one for word in words)), "")

        return await self.until(told)

    async def direct(self, who: User, *words: str) -> str:
        """Wait until a direct message has all these words, and return it."""

        def told() -> str:
            lines = [self.text(one) for one in self.slack.direct_messages(who)]
            return next((one for one in lines if all(word in one for word in words)), "")

        return await self.until(told)

    def number(self, card: Message) -> int:
        """Return the number of a card's request."""
        found = re.search(r"#(\d+) · asked", self.text(card))
        assert found
        return int(found[1])

    def at_axiom(self, user: User) -> str | None:
        """Return somebody's role at Axiom; None where they are not there."""
        found = self.world.server.axiom.user(user.email)
        return found.role if found else None

    def at_axolo(self, user: User) -> bool:
        """Tell whether Axolo has somebody, under the login they have now."""
        return self.world.server.axolo.engineer(self.people.login(user)) is not None

    def asked_of_axolo(self, user: User, what: str = "onboard") -> list[Call]:
        """Return the calls to Axolo about somebody, under any login of theirs."""
        calls = self.world.server.axolo.journal.asked("POST", f"/v1/engineer/{what}")
        return [one for one in calls if self._names(one, user)]

    def _names(self, call: Call, user: User) -> bool:
        body = call.body if isinstance(call.body, dict) else {}
        return str(body.get("githubLogin")).startswith(f"{user.name}-")

    def created_at_axiom(self, user: User) -> list[Call]:
        """Return the calls that asked Axiom to create somebody."""
        calls = self.world.server.axiom.journal.asked("POST", "/v2/users")
        asked = [(one, one.body) for one in calls if isinstance(one.body, dict)]
        return [one for one, body in asked if body["email"] == user.email]

    async def nothing_happened(self, card: Message, subject: User) -> None:
        """See that a request still waits, and that nobody was called."""
        assert "Waiting for approval" in self.text(card)
        assert self.at_axiom(subject) is None
        assert not self.asked_of_axolo(subject)
