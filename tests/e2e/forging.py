"""Requests to the bot that no button makes: repeated, changed, unsigned, bare.

They are signed with the app's own secret, as whatever Slack sends is: a signature says where a
request comes from, and nothing about what stands in it.
"""

import copy
import time
from dataclasses import dataclass
from typing import Any

from sandbox.slack.delivery import Answer, encoded
from sandbox.slack.forms import find
from sandbox.slack.model import Message, User, View
from sandbox.slack.signing import signed
from sandbox.slack.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Forger:
    """Writes payloads as Slack does, changes them, and sends them as Slack does."""

    slack: Workspace

    async def send(self, kind: str, payload: Json) -> Answer:
        """Deliver a payload of `kind` command, interaction or event."""
        body, content_type = encoded(kind, payload)
        secret = self.slack.state.app.signing_secret
        headers = {"Content-Type": content_type, **signed(secret, int(time.time()), body)}
        return await self.slack.deliver_raw(body, headers)

    async def send_unsigned(self, kind: str, payload: Json) -> Answer:
        """Deliver a payload that somebody else signed."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **signed("a guess", int(time.time()), body)}
        return await self.slack.deliver_raw(body, headers)

    def last(self, kind: str) -> Json:
        """Return the payload that Slack delivered last, to send it once more or changed."""
        same = [one.payload for one in self.slack.deliveries if one.kind == kind]
        return copy.deepcopy(same[-1])

    def click(self, who: User, shown: Message | View, label: str) -> Json:
        """Write the press of a button."""
        place = find(shown, label)
        return self.slack.payloads().block_actions(who, shown, place, {})

    def submission(self, who: User, view: View, **values: str | None) -> Json:
        """Write the submission of a form whose inputs hold `values`, however long."""
        payload = self.slack.payloads().view_submission(who, view)
        states = copy.deepcopy(payload["view"]["state"]["values"])
        for block, value in values.items():
            state = states[block]["value"]
            key = "selected_user" if state["type"] == "users_select" else "value"
            state[key] = value
        payload["view"] = {**payload["view"], "state": {"values": states}}
        return payload

    def command(self, who: User, command: str, text: str = "") -> Json:
        """Write a slash command in #general."""
        channel = self.slack.state.directory.channel(self.slack.channel("#general"))
        return self.slack.payloads().command(who, command, text, channel)
