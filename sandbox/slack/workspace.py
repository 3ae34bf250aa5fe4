"""The workspace as tests, the play and the page use it: hands to act, eyes to read.

Every action returns when the app has acknowledged it (or Slack gave up after three seconds);
what the app does later is awaited with `until`, which wakes on every change and never polls.
"""

import copy
from collections.abc import Callable, Mapping
from typing import TypeVar

from sandbox.changes import Changes
from sandbox.slack import forms, payloads
from sandbox.slack.delivery import Answer, Http
from sandbox.slack.hands import CommandAnswer, Hands
from sandbox.slack.messages import Draft
from sandbox.slack.messenger import Messenger
from sandbox.slack.model import ApiCall, Delivery, Json, Message, User, Values, View
from sandbox.slack.reading import plainly, text_of
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import State

T = TypeVar("T")
Who = User | str


class Workspace:
    """A Slack workspace with one app in it."""

    def __init__(self, state: State, http: Http, sockets: Sockets, mode: str) -> None:
        self.state = state
        self.http = http
        self.sockets = sockets
        self.messenger = Messenger(state, {"http": http, "socket": sockets}, mode)
        self._hands = Hands(state, self.messenger)

    @property
    def changes(self) -> Changes:
        """The counter everybody waits on."""
        return self.state.changes

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call of the app, oldest first."""
        return self.state.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, oldest first."""
        return self.state.deliveries

    @property
    def complaints(self) -> list[str]:
        """What Slack let pass and should not have been sent."""
        return self.state.complaints

    def user(self, who: Who) -> User:
        """Return a person by id."""
        return who if isinstance(who, User) else self.state.directory.user(who)

    def channel(self, name: str) -> str:
        """Return the id of a channel by id or name, `#general` or `general`."""
        named = self.state.directory.named(name)
        return named.id if named else self.state.directory.channel(name).id

    async def until(self, predicate: Callable[[], T], within: float = 10.0) -> T:
        """Return the first truthy answer of `predicate`; raises TimeoutError after `within` s."""
        return await self.changes.until(predicate, within)

    async def command(
        self, who: Who, command: str, text: str = "", *, channel: str = "#general"
    ) -> CommandAnswer:
        """Type a slash command in a channel."""
        return await self._hands.command(self.user(who), command, text, self.channel(channel))

    async def say(self, who: Who, channel: str, text: str) -> Message:
        """Post an ordinary message; the app hears of it where it subscribed."""
        user, place = self.user(who), self.channel(channel)
        message = self.state.messages.post(place, user.id, Draft(text))
        event: Json = {"type": "message", "user": user.id, "text": text, "ts": message.ts}
        is_im = self.state.directory.channel(place).is_im
        kind = {"channel": place, "channel_type": "im" if is_im else "channel"}
        await self._hands.event(event | kind)
        if f"<@{self.state.app.bot_user_id}>" in text:
            await self._hands.event(event | kind | {"type": "app_mention"})
        return message

    async def event(self, event: Json) -> Answer | None:
        """Let something happen in the workspace; None where the app did not subscribe to it."""
        return await self._hands.event(event)

    async def remove_app(self) -> Answer | None:
        """Take the app out of the workspace: its token ends, and the app hears of it."""
        self.state.is_installed = False
        return await self.event({"type": "app_uninstalled"})

    async def act(
        self, who: Who, shown: Message | View, place: forms.Place, wanted: object = None
    ) -> Answer:
        """Press or choose in this very element."""
        return await self._hands.act(self.user(who), shown, place, wanted)

    async def press(self, who: Who, shown: Message | View, label: str) -> Answer:
        """Press the button with this label, confirming where Slack asks."""
        return await self.act(who, shown, forms.find(shown, label))

    async def click(
        self, who: Who, shown: Message | View, action_id: str, *, block_id: str | None = None
    ) -> Answer:
        """Press the button with this action_id."""
        return await self.act(who, shown, self.place(shown, action_id, block_id))

    async def choose(self, who: Who, shown: Message | View, name: str, wanted: object) -> Answer:
        """Choose in a menu called by its label or action_id."""
        return await self.act(who, shown, forms.find(shown, name), wanted)

    async def fill(self, who: Who, values: Mapping[str, object]) -> None:
        """Put values into the open modal, by label, block_id or action_id."""
        await self._hands.fill(self.user(who), self.opened(who), values)

    async def submit(
        self, who: Who, values: Mapping[str, object] | None = None
    ) -> dict[str, str] | None:
        """Fill in the open modal and submit it; returns the errors shown, or None."""
        await self.fill(who, values or {})
        return await self._hands.submit(self.user(who), self.opened(who)) or None

    async def submit_as_typed(self, who: Who, view: View, values: Values) -> dict[str, str]:
        """Submit a modal whose inputs hold these states; returns the errors shown."""
        self.state.views.typed(view, values)
        return await self._hands.submit(self.user(who), view)

    async def close(self, who: Who) -> None:
        """Close the modal on top."""
        await self._hands.close(self.user(who), self.opened(who))

    async def options(
        self, who: Who, shown: Message | View, name: str, query: str = ""
    ) -> list[Json]:
        """Type into an external menu and return the options offered."""
        return await self.suggested(who, shown, forms.find(shown, name), query)

    async def suggested(
        self, who: Who, shown: Message | View, place: forms.Place, query: str
    ) -> list[Json]:
        """Return the options the app offers in this element."""
        return await self._hands.options(self.user(who), shown, place, query)

    async def open_home(self, who: Who) -> Answer:
        """Look at the app's Home."""
        return await self._hands.open_home(self.user(who))

    async def verify_url(self) -> bool:
        """Ask the request URL for Slack's challenge, as when it is first set."""
        challenge = self.state.ids.new("", 40)
        token = self.state.app.verification_token
        payload = {"token": token, "challenge": challenge, "type": "url_verification"}
        answer = await self.messenger.send("event", payload)
        return answer.ok and challenge in answer.body.decode()

    async def deliver_raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST these bytes and headers to the app, signed by nobody."""
        return await self.http.post(body, headers)

    def payloads(self) -> payloads.Payloads:
        """Return the writer of payloads, for requests forged or replayed by a test."""
        return payloads.Payloads(self.state)

    def messages(self, channel: str, who: Who | None = None) -> list[Message]:
        """List what stands in a channel, with what only `who` sees there."""
        seer = self.user(who).id if who else None
        return self.state.messages.seen_by(seer, self.channel(channel))

    def ephemerals(self, who: Who) -> list[Message]:
        """List what only this person sees, oldest first."""
        return self.state.messages.ephemeral(self.user(who).id)

    def direct_messages(self, who: Who) -> list[Message]:
        """List the direct messages between the app and a person."""
        user = self.user(who).id
        app = self.state.app.bot_user_id
        return self.messages(self.state.directory.direct(user, app)[0].id, who)

    def replies(self, message: Message) -> list[Message]:
        """List the thread under a message."""
        return self.state.messages.replies(message.channel, message.ts)

    def modal(self, who: Who) -> View | None:
        """Return the modal on top, if one is open."""
        stack = self.state.views.stack(self.user(who).id)
        return stack[-1] if stack else None

    def opened(self, who: Who) -> View:
        """Return the modal on top; raises LookupError when none is open."""
        view = self.modal(who)
        if view is None:
            raise LookupError(f"{self.user(who).name} has no modal open")
        return view

    def home(self, who: Who) -> View | None:
        """Return what the person's Home shows."""
        return self.state.views.homes.get(self.user(who).id)

    def place(self, shown: Message | View, action_id: str, block_id: str | None) -> forms.Place:
        """Return an element by its ids; raises LookupError."""
        for place in forms.places(shown):
            if place.element["action_id"] == action_id and block_id in (
                None,
                place.block["block_id"],
            ):
                return place
        return forms.find(shown, action_id)

    def text_of(self, shown: Message | View) -> str:
        """Return a message, modal or Home as a person reads it, with names for ids."""
        return text_of(shown, self.name)

    def readable(self, words: str) -> str:
        """Return mrkdwn as a person reads it, with names for ids."""
        return plainly(words, self.name)

    def copy_of(self, message: Message) -> Message:
        """Return a message as it stands now, to press its buttons after it changed."""
        return copy.deepcopy(message)

    def name(self, ref: str) -> str:
        """Return what people call this id; what is no id comes back as it is."""
        directory = self.state.directory
        if ref in directory.users:
            return directory.users[ref].real_name
        if ref in directory.groups:
            return directory.groups[ref].handle
        return directory.channels[ref].name if ref in directory.channels else ref
