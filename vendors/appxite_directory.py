"""AppXite's roles and identity providers by name; organizations by the names in the settings.

Roles and providers are looked up at most once a minute; a word that is not among them is looked up
again before it is refused. No public call lists organizations.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from vendors.appxite_access import EXTERNAL_IDS, AppxiteAccess
from vendors.appxite_api import AppxiteApi, ListedProvider, ListedRole
from vendors.appxite_settings import AppxiteWiring
from vendors.appxite_tokens import NAME, TITLE
from vendors.contract import Choice
from vendors.errors import RejectedError
from vendors.words import words_for

KEPT = timedelta(minutes=1)
PASSWORD = "account"  # noqa: S105 - the prefix of the provider with passwords

NamedT = TypeVar("NamedT", ListedRole, ListedProvider)


class AppxiteDirectory:
    """Roles and providers of one platform, asked for when needed."""

    def __init__(
        self, api: AppxiteApi, wiring: AppxiteWiring, clock: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._clock = clock
        self._wiring = wiring
        self._roles: tuple[datetime, list[ListedRole]] | None = None
        self._providers: tuple[datetime, list[ListedProvider]] | None = None

    async def read(self) -> None:
        """Read roles and providers now."""
        await self._read_roles()
        await self._read_providers()

    async def known_roles(self) -> list[ListedRole]:
        """Return the roles, not older than a minute."""
        return self._fresh(self._roles) or await self._read_roles()

    async def role(self, word: str) -> ListedRole:
        """Return the role with this id or name; ``RejectedError`` where there is not one."""
        kept = self._fresh(self._roles)
        return await _found(word, "role", kept, self._read_roles)

    async def identity_provider(self, access: AppxiteAccess) -> ListedProvider | None:
        """Return the provider that is asked for, if one is; ``RejectedError`` for a wrong one."""
        if access.identity_provider is None:
            return None
        kept = self._fresh(self._providers)
        word = access.identity_provider
        provider = await _found(word, "identity provider", kept, self._read_providers)
        if not provider.enabled:
            raise RejectedError(NAME, f"At {TITLE} {provider.name} is switched off.")
        if provider.prefix.casefold() == PASSWORD and not access.activate_by_email:
            sentence = (
                f"{provider.name} signs in by password, which {TITLE} activates by mail only."
            )
            raise RejectedError(NAME, sentence)
        return provider

    def organizations(self, access: AppxiteAccess) -> tuple[str, ...]:
        """Return the ids of the organizations that are asked for."""
        return self._wiring.organization_ids(access.organizations)

    def unknown_organization(self, access: AppxiteAccess) -> str | None:
        """Return the first organization that the settings do not name, where they name any."""
        named = self._wiring.organizations
        known = {*named.values(), self._wiring.on_behalf_of}
        for word in access.organizations if named else ():
            if not known & {*self._wiring.organization_ids((word,))}:
                return word
        return None

    async def choices(self, field: str) -> list[Choice]:
        """Return what a field of the access may be set to."""
        match field:
            case "role":
                return _named((one.id, one.name, True) for one in await self._read_roles())
            case "identity_provider":
                providers = await self._read_providers()
                return _named((one.id, one.name, one.enabled) for one in providers)
            case "organizations":
                own = self._wiring.on_behalf_of
                named = {own: own} | {one: name for name, one in self._wiring.organizations.items()}
                return _named((one, name, True) for one, name in named.items())
            case "activate_by_email":
                return [Choice("true", "by mail"), Choice("false", "at once")]
            case _:
                return [Choice(one, one) for one in EXTERNAL_IDS]

    def _fresh(self, kept: tuple[datetime, list[NamedT]] | None) -> list[NamedT] | None:
        if kept is None or self._clock() - kept[0] >= KEPT:
            return None
        return kept[1]

    async def _read_roles(self) -> list[ListedRole]:
        self._roles = (self._clock(), await self._api.roles())
        return self._roles[1]

    async def _read_providers(self) -> list[ListedProvider]:
        self._providers = (self._clock(), await self._api.identity_providers())
        return self._providers[1]


def _named(known: Iterable[tuple[str, str, bool]]) -> list[Choice]:
    """Return choices for ids and names, as far as they are offered."""
    listed = list(known)
    words = words_for((one, name) for one, name, _ in listed)
    return [Choice(words[one], name) for one, name, offered in listed if offered]


async def _found(
    word: str,
    what: str,
    kept: Sequence[NamedT] | None,
    read: Callable[[], Awaitable[Sequence[NamedT]]],
) -> NamedT:
    fitting = _fitting(word, kept) if kept is not None else []
    if len(fitting) != 1:
        fitting = _fitting(word, await read())
    if len(fitting) != 1:
        several = f"several {what}s are" if fitting else f"no {what} is"
        raise RejectedError(NAME, f"At {TITLE} {several} called {word}.")
    return fitting[0]


def _fitting(word: str, known: Sequence[NamedT]) -> list[NamedT]:
    by_id = [one for one in known if one.id.casefold() == word.casefold()]
    return by_id or [one for one in known if one.name.casefold() == word.casefold()]
