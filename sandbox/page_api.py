"""What the page asks of the sandbox: the state, a stream of changes, and everything one can do.

Every POST answers `{"ok": true}` or `{"ok": false, "error": sentence}`.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox.acts import act
from sandbox.page_state import page_state
from sandbox.parts import Server
from sandbox.slack.files import LARGEST, file_object
from sandbox.slack.model import Json, Message, SlackError, User, View

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE = 15.0
MENTION = re.compile(r"(?<![\w<@])@([\w.-]+)")

Ask = Callable[[User, Json], Awaitable[Json | None]]


def add(app: web.Application, server: Server) -> None:
    """Put the page and what it asks for on the router."""
    api = PageApi(server)
    app.router.add_get("/", api.page)
    app.router.add_static("/static", PAGE)
    app.router.add_get("/api/state", api.state)
    app.router.add_get("/api/events", api.events)
    asked: dict[str, Ask] = {
        "command": api.command,
        "action": api.action,
        "view/action": api.view_action,
        "view/submit": api.view_submit,
        "view/close": api.view_close,
        "home/open": api.home_open,
        "home/action": api.home_action,
        "options": api.options,
        "fault": api.fault,
        "vendor": api.vendor,
        "kill": api.kill,
        "time": api.time,
    }
    app.router.add_post("/api/file", api.file)
    for path, ask in asked.items():
        app.router.add_post(f"/api/{path}", api.answering(ask))


class PageApi:
    """The page's questions, answered by the workspace."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._workspace = server.workspace

    def answering(self, ask: Ask) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a handler that reads JSON, asks, and says what went wrong in a sentence."""

        async def handler(request: web.Request) -> web.Response:
            try:
                body = await request.json()
                said = await ask(self._me(body.get("as")), body)
            except (SlackError, LookupError, ValueError) as error:
                return web.json_response({"ok": False, "error": f"{error}"})
            return web.json_response({"ok": True, **(said or {})})

        return handler

    async def page(self, _request: web.Request) -> web.StreamResponse:
        """Send the page."""
        return web.FileResponse(PAGE / "index.html")

    async def state(self, request: web.Request) -> web.Response:
        """Send what one person sees; 404 where nobody of that id is here."""
        try:
            me = self._me(request.query.get("as"))
        except (SlackError, LookupError) as error:
            raise web.HTTPNotFound(text="Nobody of that id is here.") from error
        return web.json_response(page_state(self._server, me))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream a line for every change, until the page goes away or the sandbox ends."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        version = -1
        with contextlib.suppress(ConnectionError):
            while not self._server.changes.closed:
                version = await self._next(stream, version)
        return stream

    async def _next(self, stream: web.StreamResponse, version: int) -> int:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                version = await self._server.changes.after(version)
        except TimeoutError:
            await stream.write(b": still here\n\n")
            return version
        await stream.write(f"data: {json.dumps({'version': version})}\n\n".encode())
        return version

    async def command(self, me: User, body: Json) -> None:
        """Run a slash command, or post what does not begin with one."""
        text = self._mentions(str(body["text"]).strip())
        channel = self._workspace.channel(body["channel"])
        if not text.startswith("/"):
            await self._workspace.say(me, channel, text)
            return
        word, _, rest = text.partition(" ")
        await self._workspace.command(me, word, rest.strip(), channel=channel)

    async def action(self, me: User, body: Json) -> None:
        """Press or choose in a message."""
        shown = self._message(me, body)
        await self._act(me, shown, body)

    async def view_action(self, me: User, body: Json) -> None:
        """Press or choose in a modal; what else was typed comes along."""
        view = self._workspace.state.views.find(body["view_id"])
        self._workspace.state.views.typed(view, body.get("values") or {})
        await self._act(me, view, body)

    async def view_submit(self, me: User, body: Json) -> None:
        """Submit a modal; errors show up in the state."""
        view = self._workspace.state.views.find(body["view_id"])
        await self._workspace.submit_as_typed(me, view, body.get("values") or {})

    async def view_close(self, me: User, _body: Json) -> None:
        """Close the modal on top."""
        await self._workspace.close(me)

    async def home_open(self, me: User, _body: Json) -> None:
        """Look at the Home."""
        await self._workspace.open_home(me)

    async def home_action(self, me: User, body: Json) -> None:
        """Press or choose on the Home."""
        await self._act(me, self._home(me), body)

    async def options(self, me: User, body: Json) -> Json:
        """Ask the app for the options of an external menu."""
        place = self._workspace.place(
            self._shown(me, body), body["action_id"], body.get("block_id")
        )
        shown = self._shown(me, body)
        query = str(body.get("query") or "")
        return {"options": await self._workspace.suggested(me, shown, place, query)}

    async def file(self, request: web.Request) -> web.Response:
        """Take a file that somebody chose in a form, and tell what the form holds from then on."""
        self._me(request.query.get("as"))
        if (request.content_length or 0) > LARGEST:
            return web.json_response({"ok": False, "error": "This file is too large."})
        state, content = self._workspace.state, await request.content.read()
        file = state.files.handed_in(request.query["name"], content)
        return web.json_response({"ok": True, "file": file_object(file, state.base_url)})

    async def fault(self, _me: User, body: Json) -> None:
        """Turn a fault on or off."""
        switch = next((one for one in self._server.switches if one.id == body["id"]), None)
        if switch is None:
            raise LookupError(f"There is no fault {body['id']}.")
        switch.turn(on=bool(body["active"]))

    async def vendor(self, _me: User, body: Json) -> None:
        """Do at a vendor what somebody does there beside Slack."""
        act(self._server, str(body["vendor"]), str(body["account"]), str(body["act"]))

    async def kill(self, _me: User, _body: Json) -> None:
        """Kill the bot, where somebody runs it for us."""
        if self._server.kill is None:
            raise LookupError("The bot runs elsewhere and cannot be killed from here.")
        await self._server.kill()

    async def time(self, _me: User, body: Json) -> None:
        """Let time pass, where the bot's clock is ours to put forward."""
        if self._server.passing is None:
            raise LookupError("The bot has a clock of its own.")
        self._server.passing.forward(int(body["seconds"]))
        self._server.changes.happened()

    def _me(self, user_id: str | None) -> User:
        return self._workspace.user(user_id) if user_id else self._server.cast.manager

    async def _act(self, me: User, shown: Message | View, body: Json) -> None:
        place = self._workspace.place(shown, body["action_id"], body.get("block_id"))
        await self._workspace.act(me, shown, place, body.get("value"))

    def _message(self, me: User, body: Json) -> Message:
        for message in self._workspace.messages(body["channel"], me):
            if message.ts == body["ts"]:
                return message
        raise LookupError("This message is gone.")

    def _home(self, me: User) -> View:
        home = self._workspace.home(me)
        if home is None:
            raise LookupError("The Home is still empty.")
        return home

    def _shown(self, me: User, body: Json) -> Message | View:
        if body.get("view_id"):
            return self._workspace.state.views.find(body["view_id"])
        return self._message(me, body) if body.get("ts") else self._home(me)

    def _mentions(self, text: str) -> str:
        """Turn `@name` into `<@U…|name>`, as Slack does with should_escape."""
        people = {user.name: user for user in self._workspace.state.directory.users.values()}

        def written(found: re.Match[str]) -> str:
            user = people.get(found[1].casefold())
            return f"<@{user.id}|{user.name}>" if user else found[0]

        return MENTION.sub(written, text)
