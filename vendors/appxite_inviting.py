"""Inviting people to AppXite, one or many by a call, and judging what came of it.

What a yes says is not public, and a 500 may mean that somebody is there already or that the first
of many were invited: so the list is looked at in every case, and nothing is sent twice unseen.
"""

from collections.abc import Sequence
from dataclasses import replace

from vendors.appxite_access import AppxiteAccess, external_id_of
from vendors.appxite_api import AppxiteApi
from vendors.appxite_calls import Invitation
from vendors.appxite_directory import AppxiteDirectory
from vendors.appxite_settings import AppxiteWiring
from vendors.appxite_tokens import NAME, TITLE
from vendors.appxite_users import AppxiteUsers
from vendors.contract import Account, AccountState, End, Outcome, Person, Result
from vendors.errors import AmbiguousError, ConflictError, RejectedError, VendorError
from vendors.many import Asked

CONFLICT = 500


class AppxiteInviting:
    """Invites, and looks at the list afterwards."""

    def __init__(
        self,
        api: AppxiteApi,
        directory: AppxiteDirectory,
        users: AppxiteUsers,
        wiring: AppxiteWiring,
    ) -> None:
        self._api = api
        self._directory = directory
        self._users = users
        self._own = wiring.on_behalf_of
        self._shared = wiring.invite_fields.organizations_at == "root"

    def text(self, access: AppxiteAccess) -> str:
        """Return what is asked for, as people read it."""
        return f"{access.role} in {', '.join(access.organizations or (self._own,))}"

    async def invite(self, person: Person, access: AppxiteAccess) -> Outcome:
        """Invite a person who was not on the platform."""
        invitation = await self._invitation(person, access)
        try:
            await self._api.invite([invitation])
        except (AmbiguousError, ConflictError) as error:
            if not may_be_conflict(error):
                raise
            return self.already_there(access, await self._shown(person, error))
        platform = await self._users.platform_after()
        return self._judged(platform.account(person.email), access)

    async def invite_all(self, people: Sequence[Asked[AppxiteAccess]]) -> list[End]:
        """Invite everybody by one call; look once, and judge each by what is there."""
        await self._api.invite([await self._invitation(one, asked) for one, asked, _ in people])
        platform = await self._users.platform_after()
        ends: list[End] = []
        for person, access, _ in people:
            try:
                ends.append(self._judged(platform.account(person.email), access))
            except VendorError as error:
                ends.append(error)
        return ends

    def already_there(self, access: AppxiteAccess, account: Account) -> Outcome:
        """Return the end of an invitation that was refused, and whose person is listed."""
        self._check_shown(account, access)
        if account.pending:
            detail = f"{TITLE} answered with an error, and shows the person as invited."
            return Outcome(Result.INVITED, detail, account)
        detail = f"{TITLE} answered with an error, and shows that the person is there already."
        return Outcome(Result.UNCHANGED, detail, account)

    def company_of(self, access: AppxiteAccess) -> tuple[str, ...] | None:
        """Return what people of one call must have in common."""
        return self._directory.organizations(access) if self._shared else None

    async def _invitation(self, person: Person, access: AppxiteAccess) -> Invitation:
        role = await self._directory.role(access.role or "")
        provider = await self._directory.identity_provider(access)
        external_id = external_id_of(person, access)
        if not access.activate_by_email and external_id is None:
            sentence = "The person's id at the identity provider is not known: name another one."
            raise RejectedError(NAME, sentence)
        return Invitation(
            person=person,
            role_id=role.id,
            organization_ids=self._directory.organizations(access),
            identity_provider_id=provider.id if provider else None,
            external_id=external_id,
            by_email=access.activate_by_email,
        )

    async def _shown(self, person: Person, refused: VendorError) -> Account:
        """Return the account that the list shows after an error; the error where it shows none."""
        try:
            account = (await self._users.platform()).account(person.email)
        except VendorError:
            raise refused from None
        if account is None:
            raise refused
        return account

    def _judged(self, account: Account | None, access: AppxiteAccess) -> Outcome:
        """Return the end of an invitation that AppXite has said yes to."""
        if account is None:
            raise AmbiguousError(NAME, f"{TITLE} said yes, and does not show the person.")
        self._check_shown(account, access)
        given = replace(account, access=self.text(access))
        if account.pending:
            detail = f"Invited as {given.access}; the person must confirm by mail."
            return Outcome(Result.INVITED, detail, given)
        return Outcome(
            Result.DONE, f"The account is active; it was asked for {given.access}.", given
        )

    def _check_shown(self, account: Account, access: AppxiteAccess) -> None:
        """Raise ``AmbiguousError`` where the list shows something else than was asked for."""
        if account.state is AccountState.INACTIVE:
            raise AmbiguousError(NAME, f"{TITLE} shows the account, and that it is blocked.")
        keys = account.access_keys
        if keys and (access.role or "").casefold() not in keys:
            raise AmbiguousError(NAME, f"{TITLE} shows the account with the role {account.access}.")


def may_be_conflict(error: VendorError) -> bool:
    """Tell whether an error may mean that somebody is there already, or some of many now are."""
    if isinstance(error, AmbiguousError):
        return error.status == CONFLICT
    return isinstance(error, RejectedError)
