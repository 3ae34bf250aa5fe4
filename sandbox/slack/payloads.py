"""What Slack sends to the app, written out in full.

Sources, read 2026-11: https://docs.slack.dev/reference/interaction-payloads (block_actions,
view_submission, view_closed, block_suggestion), https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/events/app_home_opened and the Events API's outer event.
In a channel shared with another workspace, `user.team_id` is the workspace of whoever clicked.
"""

import uuid

from sandbox.slack import wire
from sandbox.slack.forms import Place
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.state import State

CARRIED = ("text", "value", "style", "placeholder")


class Payloads:
    """Writes payloads from the workspace's state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def command(self, user: User, command: str, text: str, channel: Channel) -> Json:
        """Write the form of a slash command."""
        return {
            "token": self._state.app.verification_token,
            "team_id": self._state.team.id,
            "team_domain": self._state.team.domain,
            "channel_id": channel.id,
            "channel_name": self._channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self._state.app.id,
            "is_enterprise_install": "false",
            "response_url": self.response_url(user, channel),
            "trigger_id": self._state.triggers.new(user.id),
        }

    def block_actions(self, user: User, shown: Message | View, place: Place, choice: Json) -> Json:
        """Write the press of a button or a choice; `choice` is what was chosen."""
        action = {
            "type": place.element["type"],
            "action_id": place.element["action_id"],
            "block_id": place.block["block_id"],
            "action_ts": self._state.timestamps.new(),
            **{name: place.element[name] for name in CARRIED if name in place.element},
            **choice,
        }
        view_id = shown.id if isinstance(shown, View) else None
        trigger = {"trigger_id": self._state.triggers.new(user.id, view_id)}
        common = self._interaction("block_actions", user) | trigger | {"actions": [action]}
        return common | self._source(user, shown, with_url=True)

    def block_suggestion(self, user: User, shown: Message | View, place: Place, query: str) -> Json:
        """Write what a person typed into an external menu."""
        asked = {
            "action_id": place.element["action_id"],
            "block_id": place.block["block_id"],
            "value": query,
        }
        common = self._interaction("block_suggestion", user) | asked
        return common | self._source(user, shown, with_url=False)

    def view_submission(self, user: User, view: View) -> Json:
        """Write the submission of a modal."""
        return self._interaction("view_submission", user) | {
            "trigger_id": self._state.triggers.new(user.id, view.id),
            "view": wire.view_object(self._state, view),
            "response_urls": [],
        }

    def view_closed(self, user: User, view: View, *, cleared: bool) -> Json:
        """Write that a modal was closed."""
        view_now = wire.view_object(self._state, view)
        return self._interaction("view_closed", user) | {"view": view_now, "is_cleared": cleared}

    def event(self, event: Json) -> Json:
        """Write the outer event around an event."""
        app = self._state.app
        return {
            "token": app.verification_token,
            "team_id": self._state.team.id,
            "context_team_id": self._state.team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": {"event_ts": self._state.timestamps.new(), **event},
            "type": "event_callback",
            "event_id": self._state.ids.new("Ev"),
            "event_time": int(self._state.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._state.team.id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{uuid.uuid4().hex}",
        }

    def home_opened(self, user: User) -> Json:
        """Write that a person looks at the Home."""
        channel, _ = self._state.directory.direct(user.id, self._state.app.bot_user_id)
        event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id}
        event["tab"] = "home"
        if home := self._state.views.homes.get(user.id):
            event["view"] = wire.view_object(self._state, home)
        return self.event(event)

    def response_url(self, user: User, channel: Channel, message: Message | None = None) -> str:
        """Return a new response URL."""
        name = self._state.hooks.new(user.id, channel.id, message)
        return f"{self._state.base_url}/slack/response/{name}"

    def _interaction(self, kind: str, user: User) -> Json:
        team = self._state.team
        return {
            "type": kind,
            "team": {"id": team.id, "domain": team.domain},
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team_id,
            },
            "api_app_id": self._state.app.id,
            "token": self._state.app.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _source(self, user: User, shown: Message | View, *, with_url: bool) -> Json:
        if isinstance(shown, View):
            container = {"type": "view", "view_id": shown.id}
            return {"container": container, "view": wire.view_object(self._state, shown)}
        channel = self._state.directory.channel(shown.channel)
        source: Json = {
            "container": self._container(shown),
            "channel": {"id": channel.id, "name": self._channel_name(channel)},
            "state": {"values": shown.values},
        }
        if shown.ephemeral_for is None:
            source["message"] = wire.message_object(self._state, shown)
        if with_url:
            source["response_url"] = self.response_url(user, channel, shown)
        return source

    def _container(self, message: Message) -> Json:
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.ephemeral_for is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        return container

    def _channel_name(self, channel: Channel) -> str:
        if channel.is_im:
            return "directmessage"
        return "privategroup" if channel.is_private else channel.name
