"""How Ambition's paths behave before anything is done: the slash, the token, the method.

The slash at the end is part of every path; without it there is a redirect (301), which turns a
POST into a GET for those who follow it. Then comes `Authorization: Token …` (any other scheme
counts as none), then the method, as in Django REST Framework.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.vendors.ambition_answers import NO_CREDENTIALS, WRONG_TOKEN, refusal

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
CHALLENGE = {"WWW-Authenticate": "Token"}


@dataclass(frozen=True)
class View:
    """One path, and what each method does there; `slashless` answers where the slash lacks."""

    path: str
    methods: Mapping[str, Endpoint]
    slashless: Endpoint | None = None

    def add_to(self, app: web.Application, token: str) -> None:
        """Put it on the router, with and without its slash."""
        app.router.add_route("*", self.path, self._behind(token))
        app.router.add_route("*", self.path.rstrip("/"), self.slashless or _redirect)

    def _behind(self, token: str) -> Endpoint:
        async def handler(request: web.Request) -> web.StreamResponse:
            scheme, _, told = request.headers.get("Authorization", "").partition(" ")
            if scheme != "Token" or not told:
                raise refusal(401, NO_CREDENTIALS, CHALLENGE)
            if told != token:
                raise refusal(401, WRONG_TOKEN, CHALLENGE)
            endpoint = self.methods.get(request.method)
            if endpoint is None:
                allowed = {"Allow": ", ".join(self.methods)}
                raise refusal(405, f'Method "{request.method}" not allowed.', allowed)
            return await endpoint(request)

        return handler


async def _redirect(request: web.Request) -> web.StreamResponse:
    query = f"?{request.query_string}" if request.query_string else ""
    return web.Response(status=301, headers={"Location": f"{request.path}/{query}"})
