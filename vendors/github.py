"""GitHub, read only: who a login is, how an organization is really spelled, who belongs to it.

Logins are case-insensitive at GitHub, can be renamed, and are then free for others; the numeric id
stays. Product: https://docs.github.com/rest, read 2026-11, version 2022-11-28 of the interface.
Token: fine-grained with Organization → Members: read, or classic with read:org; without one, public
facts only and 60 calls an hour instead of 5,000. A token that may not see an enterprise's managed
users gets 404 for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import httpx
from pydantic import BaseModel, TypeAdapter

from vendors.body import WIRE, WireText
from vendors.call import Call, Endpoint, HeaderAuth
from vendors.client import VendorClient
from vendors.errors import NotFoundError
from vendors.settings import SETTINGS, BaseUrl, Secret
from vendors.tools import Tools

VERSION = {"x-github-api-version": "2022-11-28", "accept": "application/vnd.github+json"}

# Enterprise Managed Users carry their enterprise's short code behind an underscore.
LOGIN_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]{1,8})?"
_LOGIN = re.compile(LOGIN_PATTERN)

Membership = Literal["active", "pending"]


def is_login(text: str) -> bool:
    """Tell whether ``text`` has the form of a GitHub login."""
    return _LOGIN.fullmatch(text) is not None


class GitHubSettings(BaseModel):
    """Where GitHub is, and what it is asked with; an Enterprise Server's base is …/api/v3."""

    model_config = SETTINGS

    api_url: BaseUrl = "https://api.github.com"
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class GitHubUser:
    """A user as GitHub spells it; ``kind`` is "User", "Organization" or "Bot"."""

    id: int
    login: str
    kind: str


class _Owner(BaseModel):
    model_config = WIRE

    id: int
    login: WireText
    type: WireText


class _Organization(BaseModel):
    model_config = WIRE

    login: WireText


class _Membership(BaseModel):
    model_config = WIRE

    state: Membership


_OWNER = TypeAdapter(_Owner)
_ORGANIZATION = TypeAdapter(_Organization)
_MEMBERSHIP = TypeAdapter(_Membership)


class GitHub:
    """Asks GitHub; every failure is a ``VendorError`` of the vendor "github"."""

    name: ClassVar[str] = "github"
    title: ClassVar[str] = "GitHub"
    secrets: ClassVar[Mapping[str, str]] = {"token": "GITHUB_TOKEN"}

    def __init__(self, settings: GitHubSettings, tools: Tools) -> None:
        credential = {"authorization": ("Bearer ", settings.token)} if settings.token else {}
        endpoint = Endpoint(
            name=self.name,
            title=self.title,
            base_url=settings.api_url,
            auth=HeaderAuth(credential),
            limited=_limited,
            trace_header="x-github-request-id",
        )
        self._client = VendorClient(endpoint, tools)

    async def user(self, login: str) -> GitHubUser | None:
        """Return who ``login`` is, in canonical case, or None where nobody is."""
        return await self._owner(Call("GET", "/users/{login}", {"login": login}, headers=VERSION))

    async def user_by_id(self, number: int) -> GitHubUser | None:
        """Return who the account with this numeric id is called now, or None."""
        return await self._owner(Call("GET", "/user/{id}", {"id": str(number)}, headers=VERSION))

    async def login_of(self, number: int) -> str | None:
        """Return what the account with this numeric id is called now, or None."""
        user = await self.user_by_id(number)
        return user.login if user else None

    async def organization(self, name: str) -> str | None:
        """Return the canonical spelling of an organization, or None where there is none."""
        call = Call("GET", "/orgs/{org}", {"org": name}, headers=VERSION)
        try:
            return (await self._client.fetch(call, _ORGANIZATION)).login
        except NotFoundError:
            return None

    async def membership(self, organization: str, login: str) -> Membership | None:
        """Return whether ``login`` belongs to ``organization``, has been invited, or neither.

        ``CredentialError`` where the token's owner may not look (GitHub answers 403).
        """
        call = Call(
            "GET",
            "/orgs/{org}/memberships/{login}",
            {"org": organization, "login": login},
            headers=VERSION,
        )
        try:
            return (await self._client.fetch(call, _MEMBERSHIP)).state
        except NotFoundError:
            return None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _owner(self, call: Call) -> GitHubUser | None:
        try:
            owner = await self._client.fetch(call, _OWNER)
        except NotFoundError:
            return None
        return GitHubUser(owner.id, owner.login, owner.type)


def _limited(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether GitHub's limits were hit: 429, or 403 with a hint that it was that."""
    hinted = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return status == httpx.codes.TOO_MANY_REQUESTS or (status == httpx.codes.FORBIDDEN and hinted)
