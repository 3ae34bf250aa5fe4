"""AppXite's bearer token: one that was given, or one fetched with a client's id and secret.

That both a subscription key and a bearer token are needed is public
(https://developer.appxite.com/Docs, read 2026-11); where the token comes from is not. This is the
client credentials grant of RFC 6749, section 4.4, with the secret in a Basic header or in the form.
A token is kept until a minute before it ends.
"""

import asyncio
import base64
from collections.abc import Container, Generator
from datetime import datetime, timedelta
from typing import Annotated, Protocol
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from pydantic import BaseModel, Field, SecretStr, TypeAdapter

from vendors.appxite_settings import AppxiteSettings, AppxiteWiring
from vendors.body import WIRE
from vendors.call import Call, Endpoint
from vendors.client import VendorClient
from vendors.errors import CredentialError, RejectedError
from vendors.secrets import look_for
from vendors.settings import Secret
from vendors.tools import Tools

NAME = "appxite"
TITLE = "AppXite"
EARLY = timedelta(minutes=1)
USUAL = 300.0  # seconds, where the answer does not say how long its token lives

CLIENT = "the client id and its secret"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Tokens(Protocol):
    """Where the bearer token comes from."""

    async def current(self) -> SecretStr:
        """Return the token that calls carry now; ``VendorError`` where there is none."""

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Return another token than the one that AppXite ``refused``; None where there is none."""

    async def aclose(self) -> None:
        """Let the connections go."""


class GivenToken:
    """A token that an operator has made."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def current(self) -> SecretStr:
        """Return the token."""
        return self._token

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Return None: there is no other."""
        del refused
        return None

    async def aclose(self) -> None:
        """Do nothing."""


class _Granted(BaseModel):
    model_config = WIRE

    access_token: Secret
    expires_in: Annotated[float, Field(ge=0, le=10**8)] = USUAL


_GRANTED = TypeAdapter(_Granted)


class FetchedToken:
    """A token that is fetched when needed, once for all who wait for it."""

    def __init__(self, settings: AppxiteSettings, url: str, tools: Tools) -> None:
        address = urlsplit(url)
        endpoint = Endpoint(
            name=NAME,
            title=TITLE,
            base_url=f"{address.scheme}://{address.netloc}",
            auth=_ClientAuth(settings),
            refused=lambda _body, _headers: CLIENT,
        )
        self._client = VendorClient(endpoint, tools)
        self._clock = tools.clock
        self._path, self._settings = address.path, settings
        self._token: SecretStr | None = None
        self._until: datetime = tools.clock()
        self._fetching = asyncio.Lock()

    async def current(self) -> SecretStr:
        """Return the token, fetched anew where there is none or it ends soon."""
        async with self._fetching:
            if self._token is None or self._clock() >= self._until:
                granted = await self._fetched()
                self._token = granted.access_token
                self._until = self._clock() + timedelta(seconds=granted.expires_in) - EARLY
            return self._token

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Return a token fetched anew, unless another caller has fetched one already."""
        if self._token is refused:
            self._token = None
        return await self.current()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _fetched(self) -> _Granted:
        """Fetch a token; once more where id or secret were replaced while they were refused."""
        client = self._newest()
        try:
            return await self._granted(client)
        except CredentialError:
            newer = self._newest()
            if newer == client:
                raise
        return await self._granted(newer)

    def _newest(self) -> tuple[str, str]:
        look_for(self._settings.client_id, self._settings.client_secret)
        return _secrets(self._settings)

    async def _granted(self, client: tuple[str, str]) -> _Granted:
        form = form_of(self._settings, client)
        call = Call("POST", self._path, text=form, headers=FORM, repeatable=True)
        try:
            return await self._client.fetch(call, _GRANTED)
        except RejectedError as error:
            sentence = f"{TITLE} gives no token for {CLIENT}: check these and the scope."
            raise CredentialError(NAME, sentence, error.status, error.trace) from None


class BearerAuth(httpx.Auth):
    """Reveals the key and the token that were put in, at the moment of sending."""

    def __init__(self, key_header: str, key: SecretStr) -> None:
        self._key_header = key_header
        self._key = key
        self.token = SecretStr("")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put both into ``request``."""
        request.headers.update(self._revealed())
        yield request

    def is_renewed(self, sent: Container[str]) -> bool:
        """Look for newer secrets; tell whether one of now is none of the headers ``sent``."""
        look_for(self._key, self.token)
        return any(value not in sent for value in self._revealed().values())

    def _revealed(self) -> dict[str, str]:
        return {
            self._key_header: self._key.get_secret_value(),
            "authorization": f"Bearer {self.token.get_secret_value()}",
        }


def tokens(settings: AppxiteSettings, tools: Tools) -> Tokens:
    """Return where the settings say that tokens come from."""
    if settings.token is not None or settings.token_url is None:
        return GivenToken(settings.token or SecretStr(""))
    return FetchedToken(settings, settings.token_url, tools)


def _secrets(settings: AppxiteSettings) -> tuple[str, str]:
    client_id, secret = settings.client_id, settings.client_secret
    return (
        client_id.get_secret_value() if client_id else "",
        secret.get_secret_value() if secret else "",
    )


class _ClientAuth(httpx.Auth):
    """The Basic header of RFC 6749, section 2.3.1, unless the form carries the secret."""

    def __init__(self, settings: AppxiteSettings) -> None:
        self._settings = settings

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._settings.token_auth != "form":  # noqa: S105 - a way to send it, not the secret
            pair = ":".join(quote_plus(one) for one in _secrets(self._settings))
            encoded = base64.b64encode(pair.encode()).decode()
            request.headers["authorization"] = f"Basic {encoded}"
        yield request


def form_of(wiring: AppxiteWiring, client: tuple[str, str]) -> str:
    """Return the form that asks for a token; ``client`` is in it unless a header carries it."""
    said = {"grant_type": "client_credentials"}
    if wiring.scope is not None:
        said["scope"] = wiring.scope
    if wiring.audience is not None:
        said["audience"] = wiring.audience
    if wiring.token_auth == "form":  # noqa: S105 - a way to send it, not the secret
        said["client_id"], said["client_secret"] = client
    return urlencode(said)
