"""Who is in an IXON company, and who has been invited: two lists, and one account each.

Whoever has not accepted an invitation is in no list of users, and an invitation that was sent to
somebody who is in the company already stands beside the user. So an account's id says where IXON
keeps it: "users/…", "invites/…", or both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from vendors.contract import Account, AccountState
from vendors.errors import ResponseError
from vendors.ixon_access import Held, read
from vendors.ixon_api import NAME, TITLE, IxonApi
from vendors.ixon_directory import IxonDirectory, Names
from vendors.ixon_wire import Holder, Invite, Reference, User
from vendors.looking import after_a_write, grouped, only_one

OURSELVES = "the one whose token Aboard works with"
EXPIRED = "nothing: the invitation has expired"

ReferenceT = TypeVar("ReferenceT", bound=Reference)


@dataclass(frozen=True, slots=True)
class Places:
    """Where an account is kept: a user, an invitation, or both."""

    user: str | None
    invite: str | None

    @property
    def text(self) -> str:
        """The places as an account's id."""
        user = f"users/{self.user}" if self.user else ""
        invite = f"invites/{self.invite}" if self.invite else ""
        return f"{user} {invite}".strip()

    @classmethod
    def of(cls, account: Account) -> "Places":
        """Return where ``account`` is kept."""
        kept = dict(place.split("/", 1) for place in account.id.split())
        return cls(kept.get("users"), kept.get("invites"))


@dataclass(frozen=True)
class Company:
    """Both lists as they were at one moment, service accounts and IXON's support staff left out."""

    users: Sequence[User]
    invites: Sequence[Invite]
    names: Names
    own_id: str
    now: datetime

    @cached_property
    def _users_by_email(self) -> Mapping[str, Sequence[User]]:
        return grouped(self.users, lambda one: (one.email_address or "",))

    @cached_property
    def _invites_by_email(self) -> Mapping[str, Sequence[Invite]]:
        return grouped(self.invites, lambda one: (one.email_address,))

    def account(self, email: str) -> Account | None:
        """Return whoever has this e-mail; ``RejectedError`` where several do."""
        wanted = email.casefold()
        user = only_one(NAME, TITLE, self._users_by_email.get(wanted, ()))
        invite = only_one(NAME, TITLE, self._invites_by_email.get(wanted, ()), "invitations")
        if user is None:
            return self._invited(invite) if invite else None
        return self._account(user, invite)

    def accounts(self) -> Iterator[Account]:
        """Yield everybody; where an e-mail is several's, each user and each invitation alone."""
        for email in {**self._users_by_email, **self._invites_by_email}:
            users = self._users_by_email.get(email, ())
            invites = self._invites_by_email.get(email, ())
            if len(users) == len(invites) == 1:
                yield self._account(users[0], invites[0])
            else:
                yield from (self._account(one, None) for one in users)
                yield from (self._invited(one) for one in invites)
        yield from (self._account(one, None) for one in self.users if not one.email_address)

    def _account(self, user: User, invite: Invite | None) -> Account:
        live = invite if invite and invite.expires_on > self.now else None
        held = self._held(user, *([live] if live else []))
        ends = [one.until for one in held if one.until]
        return Account(
            id=Places(user.public_id, invite.public_id if invite else None).text,
            who=user.email_address or "",
            access=read(one.text for one in held),
            access_keys=_keys(held),
            expires_at=min(ends, default=None),
            protected=OURSELVES if user.public_id == self.own_id else None,
        )

    def _invited(self, invite: Invite) -> Account:
        """Return the account of an invitation: one that has expired gives nothing any more."""
        held = self._held(invite)
        expired = invite.expires_on <= self.now
        return Account(
            id=Places(None, invite.public_id).text,
            who=invite.email_address,
            access=EXPIRED if expired else read(one.text for one in held),
            access_keys=_keys(held),
            state=AccountState.INACTIVE if expired else AccountState.PENDING,
            expires_at=invite.expires_on,
        )

    def _held(self, *holders: Holder) -> list[Held]:
        return [self.names.held(one) for holder in holders for one in holder.memberships]


class IxonPeople:
    """Reads both lists. Whose token it is gets asked once."""

    def __init__(
        self, api: IxonApi, directory: IxonDirectory, clock: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._directory = directory
        self._clock = clock
        self._own_id: str | None = None

    async def company(self) -> Company:
        """Return who is in the company now, and who has been invited."""
        if self._own_id is None:
            self._own_id = await self._api.own_id()
        users = [one for one in _each(await self._api.users()) if _is_ours(one)]
        invites = _each(await self._api.invites())
        if users and not any(one.email_address for one in users):
            sentence = "IXON lists its users without their e-mail: nobody could be found by it."
            raise ResponseError(NAME, sentence)
        holders: list[Holder] = [*users, *invites]
        held = (one for holder in holders for one in holder.memberships)
        names = await self._directory.names_for(held)
        return Company(users, invites, names, self._own_id, self._clock())

    async def company_after(self) -> Company:
        """Return the same after a write; ``AmbiguousError`` where IXON does not say."""
        return await after_a_write(TITLE, self.company())


def _is_ours(user: User) -> bool:
    return user.type == "person" and not user.support


def _each(items: Iterable[ReferenceT]) -> list[ReferenceT]:
    """Leave out what a page has repeated, since somebody came or went while the list was read."""
    return list({one.public_id: one for one in items}.values())


def _keys(held: Iterable[Held]) -> tuple[str, ...]:
    return tuple(sorted(one.key for one in held))
