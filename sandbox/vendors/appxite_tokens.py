"""AppXite's bearer tokens: client id and secret for a token that lives an hour.

Source: https://developer.appxite.com/Docs (read 2026-11: "Subscription Key and Bearer Token").
Where the token is fetched and by which grant is not public; this is the client credentials grant
of RFC 6749, section 4.4, with the secret in the form or in a Basic header, and the errors of
section 5.2.
"""

import base64

from aiohttp import web

from sandbox.clock import Clock, Ids

LIFE = 3600


class Tokens:
    """The tokens that were given out, and until when each is good."""

    def __init__(self, clock: Clock, client_id: str, client_secret: str) -> None:
        self._clock = clock
        self._client = (client_id, client_secret)
        self._ids = Ids(client_id)
        self._until: dict[str, float] = {}

    def is_good(self, token: str) -> bool:
        """Whether a call with this token is let through."""
        return self._until.get(token, 0) > self._clock()

    def give_for_good(self, token: str) -> None:
        """Let this token through for ever, as one a person made by hand."""
        self._until[token] = float("inf")

    def revoke(self) -> None:
        """End every token at once."""
        self._until.clear()

    async def endpoint(self, request: web.Request) -> web.Response:
        """Answer a token request."""
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return _refusal(400, "unsupported_grant_type")
        told = _basic(request) or (str(form.get("client_id")), str(form.get("client_secret")))
        if told != self._client:
            return _refusal(401, "invalid_client")
        token = self._ids.new("bearer-", 40)
        self._until[token] = self._clock() + LIFE
        body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFE}
        return web.json_response(body, headers={"Cache-Control": "no-store"})


def _basic(request: web.Request) -> tuple[str, str] | None:
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return None
    try:
        login, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        return None
    return login, secret


def _refusal(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)
