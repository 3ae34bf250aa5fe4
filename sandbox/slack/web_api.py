"""The Web API over HTTP: one address for each method, forms and JSON, tokens, refusals.

Source: https://docs.slack.dev/apis/web-api (read 2026-11). Almost every answer is 200 with
`ok` inside; 429 comes with Retry-After. Response URLs stand beside it at `/response/…`.
"""

import json

from aiohttp import web

from sandbox.faults import Faults
from sandbox.slack import responses
from sandbox.slack.arguments import EVERYWHERE, SIGNATURES, Arguments, Signature
from sandbox.slack.methods import METHODS
from sandbox.slack.model import ApiCall, Json, SlackError
from sandbox.slack.oauth import OAuth
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import State


def error_body(status: int, message: str) -> object:
    """Return Slack's error body for a planted fault."""
    named = {429: "ratelimited", 503: "service_unavailable"}
    return {"ok": False, "error": named.get(status, message.replace(" ", "_"))}


class WebApi:
    """Slack's side of every call the app makes."""

    def __init__(self, state: State, sockets: Sockets) -> None:
        self._state = state
        self._sockets = sockets
        self.oauth = OAuth(state)
        self.faults = Faults(state.changes, state.clock, error_body)

    def app(self) -> web.Application:
        """Return a web application, to be mounted under `/slack`."""
        app = web.Application(middlewares=[self.faults.middleware], client_max_size=4 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/response/{hook}", self._respond)
        app.router.add_get("/oauth/v2/authorize", self.oauth.page)
        app.router.add_post("/oauth/v2/answer", self.oauth.answer)
        app.router.add_get("/link", self._sockets.connect)
        app.router.add_post("/upload/v1/{ticket}", self._state.files.take)
        app.router.add_get("/files/{file}", self._state.files.give)
        private = self._state.files.private(self._state.app.bot_token)
        app.router.add_get("/files-pri/{file}", private)
        return app

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await _given(request)
        try:
            answer, status = {"ok": True} | await self._dispatch(request, method, given), 200
        except SlackError as refusal:
            answer, status = refusal.body(), refusal.status
        self._write(method, given, answer, status)
        return web.json_response(answer, status=status, headers=self._headers())

    async def _dispatch(self, request: web.Request, method: str, given: Json) -> Json:
        if method == "oauth.v2.access":
            return self.oauth.access(request.headers.get("Authorization", ""), given)
        if method == "apps.uninstall":
            return self.oauth.uninstall(_token(request, given), given)
        signature = SIGNATURES.get(method)
        if signature is None:
            raise SlackError("unknown_method")
        self._authorize(_token(request, given), signature)
        arguments = Arguments(self._readable(request, method, signature, given))
        arguments.require(signature.required)
        if method == "apps.connections.open":
            return {"url": self._sockets.open()}
        return METHODS[method](self._state, arguments)

    def _authorize(self, token: str, signature: Signature) -> None:
        app = self._state.app
        if signature.open_to_all:
            return
        if not token:
            raise SlackError("not_authed")
        if not self._state.is_installed:
            raise SlackError("account_inactive")
        if token in self._state.former_tokens:
            token = app.bot_token
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != signature.app_level:
            raise SlackError("not_allowed_token_type")
        granted = self._state.scopes
        if signature.scopes and not granted & set(signature.scopes):
            needed, provided = ",".join(signature.scopes), ",".join(sorted(granted))
            raise SlackError("missing_scope", needed=needed, provided=provided)

    def _readable(
        self, request: web.Request, method: str, signature: Signature, given: Json
    ) -> Json:
        """Drop the token and what Slack would not read, complaining of it."""
        plain = {name: value for name, value in given.items() if name != "token"}
        if request.content_type == "application/json" and not signature.reads_json:
            if plain:
                self._state.complain(f"{method}: does not read JSON bodies; send a form")
            return dict(request.query)
        if signature.open_to_all:
            return plain
        for name in plain.keys() - {*EVERYWHERE, *signature.required, *signature.optional}:
            self._state.complain(f"{method}: unknown argument {name}")
        return plain

    def _write(self, method: str, given: Json, answer: Json, status: int) -> None:
        secret = {"token", "client_secret", "code"}
        shown = {name: value for name, value in given.items() if name not in secret}
        self._state.calls.append(ApiCall(self._state.clock(), method, shown, status, answer))
        self._state.changes.happened()

    def _headers(self) -> dict[str, str]:
        return {
            "x-slack-req-id": self._state.ids.new("", 20).lower(),
            "x-oauth-scopes": ",".join(sorted(self._state.scopes)),
        }

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
            responses.respond(self._state, request.match_info["hook"], body)
        except ValueError:
            return web.json_response(SlackError("invalid_payload").body(), status=400)
        except SlackError as refusal:
            status = refusal.status if refusal.status != 200 else 400  # noqa: PLR2004 - HTTP
            return web.json_response(refusal.body(), status=status)
        return web.Response(text="ok")


async def _given(request: web.Request) -> Json:
    """Return the arguments of a call, wherever they stand."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {}
        return given | (body if isinstance(body, dict) else {})
    form = await request.post()
    return given | {name: value for name, value in form.items() if isinstance(value, str)}


def _token(request: web.Request, given: Json) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.casefold() == "bearer" else str(given.get("token", ""))
