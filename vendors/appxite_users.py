"""Who is on an AppXite platform, and in which state; a role only where the list shows one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vendors.appxite_api import AppxiteApi, ListedRole, ListedUser
from vendors.appxite_directory import AppxiteDirectory
from vendors.appxite_settings import AppxiteStates, AppxiteWiring
from vendors.appxite_tokens import NAME, TITLE
from vendors.contract import Account, AccountState
from vendors.looking import after_a_write, grouped, only_one
from vendors.many import FoundOf, found_by

ROLE_UNSEEN = "a role that AppXite does not show"


@dataclass(frozen=True)
class Platform:
    """Everybody as they were at one moment, and the roles by id where the list shows any."""

    users: Sequence[ListedUser]
    roles: Mapping[str, ListedRole]
    states: AppxiteStates

    @cached_property
    def _by_email(self) -> Mapping[str, Sequence[ListedUser]]:
        return grouped(self.users, lambda one: (one.email,))

    def account(self, email: str) -> Account | None:
        """Return whoever has this e-mail; ``RejectedError`` where several do."""
        mine = only_one(NAME, TITLE, self._by_email.get(email.casefold(), ()))
        return self._account(mine) if mine else None

    def accounts(self) -> Iterator[Account]:
        """Yield everybody."""
        yield from (self._account(one) for one in self.users)

    def _account(self, user: ListedUser) -> Account:
        role = self.roles.get(user.role.casefold()) if user.role else None
        shown = role.name if role else user.role or ROLE_UNSEEN
        keys = {shown, role.id if role else shown} if user.role else set()
        return Account(
            id=user.id,
            who=user.email,
            access=shown,
            access_keys=tuple(sorted(one.casefold() for one in keys)),
            state=self._state(user.state),
        )

    def _state(self, word: str) -> AccountState:
        if word.casefold() in map(str.casefold, self.states.blocked):
            return AccountState.INACTIVE
        if word.casefold() in map(str.casefold, self.states.pending):
            return AccountState.PENDING
        return AccountState.ACTIVE


class AppxiteUsers:
    """Reads the list of users."""

    def __init__(self, api: AppxiteApi, directory: AppxiteDirectory, wiring: AppxiteWiring) -> None:
        self._api = api
        self._directory = directory
        self._states = wiring.states

    async def platform(self) -> Platform:
        """Return who is on the platform now."""
        users = await self._api.users()
        words = {one.role for one in users if one.role}
        roles = await self._directory.known_roles() if words else []
        by_word = {word.casefold(): one for one in roles for word in (one.name, one.id)}
        return Platform(users, by_word, self._states)

    async def platform_after(self) -> Platform:
        """Return the same after a write; ``AmbiguousError`` where AppXite does not say."""
        return await after_a_write(TITLE, self.platform())

    async def look(self) -> FoundOf:
        """List everybody once, and return what finds a person among them."""
        return found_by((await self.platform()).account)
