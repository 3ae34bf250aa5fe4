"""What a service was asked, and what it answered: the journal on the page and in the tests."""

import json
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.mishaps import NOBODY


@dataclass(frozen=True)
class Call:
    """One request; `status` is None where the answer never left."""

    at: float
    method: str
    path: str
    status: int | None
    body: object
    headers: dict[str, str]


class Journal:
    """Every request of one service, oldest first."""

    def __init__(self, changes: Changes, clock: Clock, prefix: str) -> None:
        self._changes = changes
        self._clock = clock
        self._prefix = prefix
        self.calls: list[Call] = []

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Write the request down once it is answered; secrets stay out of it."""
        body = await request.read()
        status: int | None = None
        try:
            answer = await handler(request)
            status = None if answer.status == NOBODY else answer.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            self._write(request, body, status)
        return answer

    def asked(self, method: str, path: str = "") -> list[Call]:
        """List the calls of this method whose path begins so."""
        return [one for one in self.calls if one.method == method and one.path.startswith(path)]

    def _write(self, request: web.Request, body: bytes, status: int | None) -> None:
        headers = {
            name.lower(): value
            for name, value in request.headers.items()
            if name.lower() not in ("authorization", "x-api-key")
        }
        path = request.path_qs.removeprefix(self._prefix)
        said = _parsed(body)
        self.calls.append(Call(self._clock(), request.method, path, status, said, headers))
        self._changes.happened()


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


async def json_object(request: web.Request) -> dict[str, object] | None:
    """Return the JSON object of a request, or None where the body is none."""
    if request.content_type != "application/json":
        return None
    try:
        body = json.loads(await request.read())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
