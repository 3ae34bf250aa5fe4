"""Files: a ticket to upload with, the bytes, and where they were shared.

Source: https://docs.slack.dev/messaging/working-with-files#uploading_files (read 2026-11): a call
gives an address, the bytes are POSTed there, another call shares them. The address needs no token;
whoever has it may upload once.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.changes import Changes
from sandbox.clock import Clock, Ids
from sandbox.slack.model import Json, SlackError

LARGEST = 50 * 1024**2
HARMLESS = re.compile(r"[^\w.()\- ]|^\.+")


@dataclass
class File:
    """One file; `content` is None until it was uploaded."""

    id: str
    name: str
    length: int
    ticket: str
    created: float
    title: str = ""
    content: bytes | None = None
    channels: list[str] = field(default_factory=list)


class Files:
    """Every file of the workspace, by id."""

    def __init__(self, changes: Changes, clock: Clock, ids: Ids) -> None:
        self._changes, self._clock, self._ids = changes, clock, ids
        self._all: dict[str, File] = {}

    def expect(self, name: str, length: int) -> File:
        """Give out a ticket for a file of this size; raises file_upload_size_restricted."""
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        file = File(self._ids.new("F", 10), name, length, self._ids.new("", 40), self._clock())
        self._all[file.id] = file
        return file

    def find(self, file_id: str) -> File:
        """Return a file; raises file_not_found."""
        if file_id not in self._all:
            raise SlackError("file_not_found")
        return self._all[file_id]

    async def take(self, request: web.Request) -> web.Response:
        """Take the bytes that a ticket is for."""
        ticket, content = request.match_info["ticket"], await request.content.read()
        file = next((one for one in self._all.values() if one.ticket == ticket), None)
        if file is None or file.content is not None:
            raise web.HTTPNotFound(text="no such upload")
        if len(content) != file.length:
            raise web.HTTPBadRequest(text="not the length that was announced")
        file.content = content
        self._changes.happened()
        return web.Response(text=f"OK - {len(content)}")

    async def give(self, request: web.Request) -> web.Response:
        """Send a shared file to whoever looks at the page."""
        try:
            file = self.find(request.match_info["file"])
        except SlackError as error:
            raise web.HTTPNotFound(text=error.code) from error
        if file.content is None or not file.channels:
            raise web.HTTPNotFound(text="not shared")
        disposition = f'attachment; filename="{file.name}"'
        headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
        return web.Response(
            body=file.content, content_type="application/octet-stream", headers=headers
        )

    def handed_in(self, name: str, content: bytes) -> File:
        """Take a file that a person chose in a form: nobody sees it but they and the app."""
        file = self.expect(HARMLESS.sub("_", name), len(content))
        file.content = content
        return file

    def private(self, bot_token: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return what gives a file to whoever has the app's token; a page for everybody else.

        Slack answers with its sign-in page and 200 where the token is missing.
        """

        async def give(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bearer {bot_token}":
                return web.Response(text="<!DOCTYPE html><html>", content_type="text/html")
            file = self._all.get(request.match_info["file"])
            if file is None or file.content is None:
                raise web.HTTPNotFound(text="no such file")
            return web.Response(body=file.content, content_type="text/csv")

        return give


def file_object(file: File, base_url: str) -> Json:
    """Write a file."""
    return {
        "id": file.id,
        "created": int(file.created),
        "name": file.name,
        "title": file.title or file.name,
        "size": len(file.content or b""),
        "mode": "hosted",
        "is_external": False,
        "url_private": f"{base_url}/slack/files-pri/{file.id}",
        "url_private_download": f"{base_url}/slack/files/{file.id}",
        "channels": list(file.channels),
    }
