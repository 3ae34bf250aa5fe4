"""What a person can do in Slack: type a command, press, choose, fill in, submit, close.

Everything ends in a payload to the app and in what Slack makes of the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack import forms, inputs, responses, submissions
from sandbox.slack.delivery import Answer
from sandbox.slack.forms import Place
from sandbox.slack.messages import Draft
from sandbox.slack.messenger import Messenger
from sandbox.slack.model import Json, Message, SlackError, User, Values, View
from sandbox.slack.payloads import Payloads
from sandbox.slack.state import SLACKBOT, State

SUGGESTED = ("external_select", "multi_external_select")


@dataclass(frozen=True)
class CommandAnswer:
    """How a slash command ended: `text` is what the person reads at once, if anything."""

    status: int | None
    seconds: float
    text: str
    message: Message | None
    error: str | None


class Hands:
    """One workspace's people at their keyboards."""

    def __init__(self, state: State, messenger: Messenger) -> None:
        self._state = state
        self._messenger = messenger
        self._payloads = Payloads(state)

    async def command(self, user: User, command: str, text: str, channel_id: str) -> CommandAnswer:
        """Type a slash command."""
        known = {one.command for one in self._state.app.commands}
        if command not in known or user.team_id != self._state.team.id:
            draft = Draft(f"`{command}` is not a valid command.")
            said = self._state.messages.post(channel_id, SLACKBOT, draft, ephemeral_for=user.id)
            return CommandAnswer(None, 0.0, draft.text, said, "invalid_command")
        channel = self._state.directory.channel(channel_id)
        payload = self._payloads.command(user, command, text, channel)
        answer = await self._messenger.send("command", payload)
        message = self._heard(user, channel_id, command, answer)
        words = message.text if message else ""
        return CommandAnswer(answer.status, answer.seconds, words, message, answer.error)

    def _heard(self, user: User, channel: str, command: str, answer: Answer) -> Message | None:
        if not answer.ok:
            return self._messenger.excuse(user.id, channel, command, answer)
        body = answer.json() or {"text": answer.body.decode(errors="replace").strip()}
        if not body.get("text") and not body.get("blocks"):
            return None
        try:
            return responses.say(self._state, user.id, channel, body, command)
        except SlackError as refusal:
            self._state.complain(f"{command}: {refusal.code} {refusal.messages}")
            return None

    async def act(self, user: User, shown: Message | View, place: Place, wanted: object) -> Answer:
        """Press a button, or choose `wanted` in a menu."""
        choice = self._choice(place.element, wanted)
        if place.element["type"] in inputs.INITIAL:
            state = {"type": place.element["type"], **choice}
            values = {place.block["block_id"]: {place.element["action_id"]: state}}
            self._put(shown, values)
        payload = self._payloads.block_actions(user, shown, place, choice)
        answer = await self._messenger.send("interaction", payload)
        if not answer.ok:
            where = shown.channel if isinstance(shown, Message) else self._direct(user)
            self._messenger.excuse(user.id, where, place.label or "That", answer)
        return answer

    def _choice(self, element: Json, wanted: object) -> Json:
        kind = element["type"]
        if kind == "button":
            return {}
        if kind == "overflow":
            return {"selected_option": forms.option(element, wanted)}
        return {inputs.INITIAL[kind][0]: forms.chosen(element, wanted)}

    def _put(self, shown: Message | View, values: Values) -> None:
        if isinstance(shown, View):
            self._state.views.typed(shown, values)
        else:
            for block_id, states in values.items():
                shown.values.setdefault(block_id, {}).update(states)

    async def options(
        self, user: User, shown: Message | View, place: Place, query: str
    ) -> list[Json]:
        """Type into an external menu and return what the app offers."""
        payload = self._payloads.block_suggestion(user, shown, place, query)
        body = (await self._messenger.send("options", payload)).json() or {}
        groups = body.get("option_groups") or [{"options": body.get("options") or []}]
        offered = [one for group in groups for one in group["options"]]
        if len(offered) > forms.MOST_OPTIONS:
            self._state.complain(f"{place.label}: {len(offered)} options, Slack shows 100")
        return offered

    async def fill(self, user: User, view: View, values: Mapping[str, object]) -> None:
        """Put values into the inputs named by label, block_id or action_id."""
        for name, wanted in values.items():
            place = forms.find(view, name)
            chosen = await self._looked_up(user, view, place, wanted)
            self._state.views.typed(view, forms.filled(view, {name: chosen}))
            if place.block.get("dispatch_action"):
                await self.act(user, view, place, chosen)

    async def _looked_up(self, user: User, view: View, place: Place, wanted: object) -> object:
        if place.element["type"] not in SUGGESTED or wanted is None or isinstance(wanted, dict):
            return wanted
        names = wanted if isinstance(wanted, list) else [wanted]
        found = []
        for name in names:
            offered = await self.options(user, view, place, str(name))
            found.append(forms.option(place.element, name, offered))
        return found if isinstance(wanted, list) else found[0]

    async def submit(self, user: User, view: View) -> dict[str, str]:
        """Press the modal's button and return the errors the person sees, if any."""
        if refused := forms.refusals(view):
            self._state.views.refuse(view, refused)
            return refused
        payload = self._payloads.view_submission(user, view)
        answer = await self._messenger.send("interaction", payload)
        if not answer.ok:
            self._messenger.excuse(user.id, self._direct(user), view.title, answer)
        return submissions.settle(self._state, view, answer)

    async def close(self, user: User, view: View) -> None:
        """Close a modal by its cross; what lies above it is closed too."""
        for closed in reversed(self._state.views.close(view)):
            if closed.content.get("notify_on_close"):
                payload = self._payloads.view_closed(user, closed, cleared=False)
                await self._messenger.send("interaction", payload)

    async def event(self, event: Json) -> Answer | None:
        """Let something happen; the app hears of it where it subscribed."""
        if event["type"] not in self._state.app.events:
            return None
        return await self._messenger.send_event(self._payloads.event(event))

    async def open_home(self, user: User) -> Answer:
        """Look at the app's Home."""
        return await self._messenger.send_event(self._payloads.home_opened(user))

    def _direct(self, user: User) -> str:
        return self._state.directory.direct(user.id, self._state.app.bot_user_id)[0].id
