"""Ambition's accounts and groups over REST, one method a call.

Pages, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 and /360052104531;
the vendor's client of 2015 (ambition-python) lists accounts at /api/v1/account as a bare array and
takes 200 to 205 for a yes. A yes may carry a list ``errors``; what else it says is not documented.
The framework behind is Django's REST Framework, whose errors come as an object, a list or a text,
and whose pages as ``results`` and ``next``. If a POST fails, all of it is discarded
(https://help.ambition.com/articles/5962834999).
"""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import BaseModel, JsonValue, TypeAdapter
from pydantic.dataclasses import dataclass

from vendors.ambition_rows import Entry, Membership, Row, account_row, calls, membership_row
from vendors.ambition_settings import AmbitionSettings
from vendors.body import ROW, WIRE, WireLabel, WireList
from vendors.call import Call, Endpoint, HeaderAuth
from vendors.client import VendorClient
from vendors.errors import PermanentError, RejectedError, ResponseError
from vendors.quoting import quoted
from vendors.tools import Tools

NAME = "ambition"
TITLE = "Ambition"
MOST_PAGES = 200
MEMBERSHIPS = "/api/v1/group_membership/"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, config=ROW)
class ListedAccount:
    """An account as the list shows it; whether it is active, only newer ones say."""

    username: WireLabel
    email: WireLabel | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True, config=ROW)
class ListedMembership:
    """A membership, where an instance lists any."""

    username: WireLabel
    group_type: WireLabel
    group_name: WireLabel


class _Page(BaseModel, Generic[T]):
    model_config = WIRE

    results: WireList[T]
    next: str | None = None


_ACCOUNTS: TypeAdapter[list[ListedAccount] | _Page[ListedAccount]] = TypeAdapter(
    WireList[ListedAccount] | _Page[ListedAccount]
)
_MEMBERSHIPS: TypeAdapter[list[ListedMembership] | _Page[ListedMembership]] = TypeAdapter(
    WireList[ListedMembership] | _Page[ListedMembership]
)


class AmbitionApi:
    """The calls. Every failure is a ``VendorError``."""

    def __init__(self, settings: AmbitionSettings, tools: Tools) -> None:
        endpoint = Endpoint(
            name=NAME,
            title=TITLE,
            base_url=settings.base_url,
            auth=HeaderAuth({"authorization": ("Token ", settings.token)}),
            complaint=complaint,
            accepted=lambda status: httpx.codes.OK <= status <= httpx.codes.RESET_CONTENT,
        )
        self._client = VendorClient(endpoint, tools)
        self._settings = settings

    async def accounts(self) -> list[ListedAccount]:
        """Return every account, active or not."""
        return await self._whole(self._settings.accounts_path, _ACCOUNTS, "lists_accounts")

    async def memberships(self) -> list[ListedMembership]:
        """Return who is in which group, where this instance shows it."""
        return await self._whole(MEMBERSHIPS, _MEMBERSHIPS, "lists_memberships")

    async def upsert(self, entries: Sequence[Entry]) -> None:
        """Create or update accounts, and deactivate those that should not be active."""
        rows = [account_row(one, self._settings) for one in entries]
        await self._send("POST", self._settings.upsert_path, rows)

    async def assign(self, memberships: Sequence[Membership]) -> None:
        """Put accounts into groups, out of others of the same type."""
        await self._send("POST", MEMBERSHIPS, self._membership_rows(memberships))

    async def revoke(self, memberships: Sequence[Membership]) -> None:
        """Take accounts out of groups."""
        await self._send("DELETE", MEMBERSHIPS, self._membership_rows(memberships))

    async def create_group_types(self, kinds: Sequence[str]) -> None:
        """Create group types; the field's name is shown to customers only, and a guess."""
        await self._send("POST", "/api/v1/group_type/", [{"name": one} for one in kinds])

    async def create_groups(self, groups: Sequence[tuple[str, str]]) -> None:
        """Create groups, given as type and name; the fields' names are guesses, too."""
        rows = [{"name": group, "group_type": kind} for kind, group in groups]
        await self._send("POST", "/api/v1/group/", rows)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _membership_rows(self, memberships: Sequence[Membership]) -> list[Row]:
        return [membership_row(one, self._settings.membership_shape) for one in memberships]

    async def _send(self, method: str, path: str, rows: Sequence[Row]) -> None:
        """Send rows, and look for errors inside the yes."""
        for call in calls(method, path, rows, self._settings.content_type):
            body = await self._client.glance(call)
            errors = body.get("errors") if isinstance(body, dict) else None
            if errors:
                words = quoted(complaint(errors) or "", call.carried())
                sentence = f"{TITLE} said yes, and reports errors in it: “{words}”."
                raise RejectedError(NAME, sentence)

    async def _whole(
        self, path: str, shape: TypeAdapter[list[T] | _Page[T]], setting: str
    ) -> list[T]:
        """Return a list with all its pages; ``ResponseError`` where they do not come to an end."""
        items: list[T] = []
        query: tuple[tuple[str, str], ...] = ()
        seen: set[tuple[tuple[str, str], ...]] = set()
        while query not in seen and len(seen) < MOST_PAGES:
            seen.add(query)
            page = await self._page(Call("GET", path, query=query), shape, setting)
            if isinstance(page, list):
                return page
            items.extend(page.results)
            if page.next is None:
                return items
            query = tuple(parse_qsl(urlsplit(page.next).query))
        raise ResponseError(NAME, f"{TITLE}'s list does not come to an end, and cannot be trusted.")

    async def _page(
        self, call: Call, shape: TypeAdapter[list[T] | _Page[T]], setting: str
    ) -> list[T] | _Page[T]:
        try:
            return await self._client.fetch(call, shape)
        except RejectedError as error:
            if error.status != httpx.codes.METHOD_NOT_ALLOWED:
                raise
            sentence = f"{TITLE} does not list at {call.path}: set {setting} to false."
            raise PermanentError(NAME, sentence, error.status, error.trace) from error


def complaint(body: JsonValue) -> str | None:
    """Return the words of an error in any of the framework's shapes, or None without any."""
    return "; ".join(_words(body)) or None


def _words(body: JsonValue) -> Iterator[str]:
    match body:
        case str():
            yield body
        case list():
            for inner in body:
                yield from _words(inner)
        case dict():
            for name, inner in body.items():
                before = "" if name in {"detail", "non_field_errors"} else f"{name} "
                yield from (f"{before}{words}" for words in _words(inner))
        case _:
            return
