"""A small bot for the page to talk to: it opens one form, refuses short reasons, and remembers.

It answers where a request URL would, over HTTP on loopback, and changes the sandbox's Slack as an
app does. Nothing of Aboard is in it: these tests are about the page.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from sandbox.parts import Server
from sandbox.slack.messages import Draft

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    """Return a text object in Slack's markup."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    """Return an option whose value is its text in lower case."""
    return {"text": plain(text), "value": text.lower()}


def field_of(block_id: str, label: str, element: Json, **more: object) -> Json:
    """Return an input block whose element is called `value`."""
    shown = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": shown, **more}


PROFILES = [
    {"label": plain("Engineering"), "options": [option("Backend"), option("Field")]},
    {"label": plain("Business"), "options": [option("Sales")]},
]
VENDORS = {"type": "multi_static_select", "options": [option("Axolo"), option("Axiom")]}
FORM: Json = {
    "type": "modal",
    "callback_id": "onboard",
    "title": plain("Onboard"),
    "submit": plain("Ask"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "section", "block_id": "intro", "text": mrkdwn("Somebody *else* approves.")},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "several", "text": plain("Several")}],
        },
        field_of("subject", "Who?", {"type": "users_select"}),
        field_of(
            "profile",
            "Profile",
            {
                "type": "static_select",
                "option_groups": PROFILES,
                "initial_option": option("Backend"),
            },
        ),
        field_of("role", "Role", {"type": "external_select", "min_query_length": 0}),
        field_of("vendors", "Vendors", VENDORS, optional=True),
        field_of(
            "tell", "Also", {"type": "checkboxes", "options": [option("Tell")]}, optional=True
        ),
        field_of("when", "Starts", {"type": "datepicker"}, optional=True),
        field_of("reason", "Reason", {"type": "plain_text_input", "multiline": True}),
    ],
}
ROLES = ("Viewer", "Operator", "Auditor")
REFUSAL = "Tell the approver more than that."


@dataclass
class SmallBot:
    """What stands at the request URL; `heard` holds every payload, oldest first."""

    server: Server
    heard: list[Json] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one delivery as an app acknowledges it."""
        if request.content_type == "application/json":
            return web.Response()
        fields = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        payload = json.loads(fields["payload"]) if "payload" in fields else fields
        self.heard.append(payload)
        said = self._say(payload)
        return web.json_response(said) if said is not None else web.Response()

    def last(self, kind: str) -> Json:
        """Return the newest payload of this type; raises LookupError."""
        for payload in reversed(self.heard):
            if payload.get("type") == kind:
                return payload
        raise LookupError(f"no {kind} was heard")

    def _say(self, payload: Json) -> Json | None:
        kind = payload.get("type", payload.get("command"))
        if kind == "/onboard":
            self.server.workspace.state.views.open(payload["user_id"], FORM)
        elif kind == "/aboard":
            return {"response_type": "ephemeral", "text": f"You said: {payload.get('text', '')}"}
        elif kind == "block_suggestion":
            query = payload["value"].lower()
            return {"options": [option(role) for role in ROLES if query in role.lower()]}
        elif kind == "view_submission":
            return self._submitted(payload["view"]["state"]["values"])
        elif kind == "block_actions" and "message" in payload:
            self._decide(payload)
        return None

    def _submitted(self, values: Json) -> Json | None:
        if len(values["reason"]["value"]["value"]) < len(REFUSAL):
            return {"response_action": "errors", "errors": {"reason": REFUSAL}}
        return None

    def _decide(self, payload: Json) -> None:
        messages = self.server.workspace.state.messages
        message = messages.find(payload["channel"]["id"], payload["message"]["ts"])
        verdict = payload["actions"][0]["action_id"]
        messages.update(message, Draft(f"Decided: {verdict}", card(f"Decided: {verdict}")))


def card(state: str) -> list[Json]:
    """Return the blocks of a request that stands so."""
    approve = {"type": "button", "action_id": "approve", "text": plain("Approve"), "value": "r1"}
    deny = {"type": "button", "action_id": "deny", "text": plain("Deny"), "value": "r1"}
    sure = {"title": plain("Sure?"), "text": mrkdwn("This is *final*."), "confirm": plain("Yes")}
    return [
        {"type": "header", "text": plain("Onboard Ada")},
        {"type": "section", "text": mrkdwn(state)},
        {
            "type": "actions",
            "elements": [
                {**approve, "style": "primary"},
                {**deny, "style": "danger", "confirm": {**sure, "deny": plain("No")}},
                {"type": "overflow", "action_id": "more", "options": [option("History")]},
            ],
        },
    ]


@asynccontextmanager
async def living_in(server: Server) -> AsyncIterator[SmallBot]:
    """Run a small bot on a free loopback port and let the sandbox's Slack send to it."""
    bot = SmallBot(server)
    app = web.Application()
    app.router.add_post("/slack/events", bot.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        server.connect(f"http://{host}:{port}/slack/events")
        yield bot
    finally:
        await runner.cleanup()
