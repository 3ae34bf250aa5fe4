"""AppXite's users, roles and identity providers over REST, read by the names in the settings.

Pages, read 2026-11: https://support.appxite.com/hc/en-us/articles/9082247376924 and what
``appxite_settings`` names. Errors are those of Azure API Management, whose 404 "Resource not found"
is about the path, and never about a person. It refuses the subscription key before the token, and
either with 401.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import JsonValue, TypeAdapter

from vendors.appxite_calls import AppxiteCalls, Invitation
from vendors.appxite_lists import Record, records
from vendors.appxite_settings import AppxiteSettings
from vendors.appxite_tokens import NAME, TITLE, BearerAuth, tokens
from vendors.call import Call, Endpoint, message_of
from vendors.client import VendorClient
from vendors.errors import CredentialError, PermanentError
from vendors.tools import Tools

NO_CALL = "resource not found"

T = TypeVar("T")

_ANYTHING: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user as the list shows it; ``role`` is None where it shows none."""

    id: str
    email: str
    state: str
    role: str | None


@dataclass(frozen=True, slots=True)
class ListedRole:
    """A role; an invitation calls its id the group id. ``weight`` is "" where it is not shown."""

    id: str
    name: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class ListedProvider:
    """An identity provider; the one with passwords has the prefix "account"."""

    id: str
    name: str
    prefix: str
    enabled: bool


class AppxiteApi:
    """The calls. Every failure is a ``VendorError``."""

    def __init__(self, settings: AppxiteSettings, tools: Tools) -> None:
        self._auth = BearerAuth(settings.headers.subscription_key, settings.subscription_key)
        endpoint = Endpoint(
            name=NAME,
            title=TITLE,
            base_url=settings.base_url,
            auth=self._auth,
            complaint=_complaint,
            refused=_refused,
        )
        self._client = VendorClient(endpoint, tools)
        self._tokens = tokens(settings, tools)
        self._calls = AppxiteCalls(settings)
        self._settings = settings

    async def users(self) -> list[ListedUser]:
        """Return everybody on the platform."""
        names = self._settings.user_fields
        return [
            ListedUser(
                one.text(names.id),
                one.text(names.email),
                one.text(names.state),
                one.text(names.role) if names.role else None,
            )
            for one in await self._records("user_fields", self._calls.users())
        ]

    async def roles(self) -> list[ListedRole]:
        """Return the platform's roles."""
        names = self._settings.role_fields
        records = await self._records("role_fields", self._calls.roles())
        return [
            ListedRole(one.text(names.id), one.text(names.name), one.told(names.weight))
            for one in records
        ]

    async def identity_providers(self) -> list[ListedProvider]:
        """Return the ways to sign in."""
        names = self._settings.provider_fields
        return [
            ListedProvider(
                one.text(names.id),
                one.text(names.name),
                one.text(names.prefix),
                one.text(names.enabled) != "False",
            )
            for one in await self._records("provider_fields", self._calls.identity_providers())
        ]

    async def invite(self, invitations: Sequence[Invitation]) -> None:
        """Invite people; what a yes says is not public, so that a look must follow."""
        await self._acknowledged(self._calls.invite(invitations))

    async def remove(self, user_id: str) -> None:
        """Remove or block a user by the call that the customer has named."""
        call = self._calls.remove(user_id)
        if call is None:
            raise PermanentError(NAME, "AppXite documents no call that removes a user.")
        await self._acknowledged(call)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
        await self._tokens.aclose()

    async def _records(self, named_by: str, call: Call) -> list[Record]:
        body = await self._asked(call, lambda: self._client.fetch(call, _ANYTHING))
        return records(body, named_by)

    async def _acknowledged(self, call: Call) -> None:
        await self._asked(call, lambda: self._client.acknowledge(call))

    async def _asked(self, call: Call, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._allowed(ask)
        except PermanentError as error:
            if type(error) is not PermanentError or error.status != httpx.codes.NOT_FOUND:
                raise
            sentence = f"{TITLE} has no {call.method} {call.path}: check paths in its settings."
            raise PermanentError(NAME, sentence, error.status, error.trace) from error

    async def _allowed(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask with the token of now; where that is refused, once more with another, if there is."""
        token = self._auth.token = await self._tokens.current()
        try:
            return await ask()
        except CredentialError as error:
            refused = error.status == httpx.codes.UNAUTHORIZED
            another = await self._tokens.renewed(token) if refused else None
            if another is None:
                raise
            self._auth.token = another
        return await ask()


def _complaint(body: JsonValue) -> str | None:
    words = message_of(body)
    return None if words is None or words.casefold() == NO_CALL else words


def _refused(body: JsonValue, headers: Mapping[str, str]) -> str:
    """Tell the key's 401 from the token's, by the gateway's challenge or its words."""
    told = f"{headers.get('www-authenticate', '')} {message_of(body) or ''}".casefold()
    of_key = "azureapimanagementkey" in told or "subscription key" in told
    return "the subscription key" if of_key else "the token"
