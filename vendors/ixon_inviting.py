"""Inviting people into an IXON company, one or many by a call, and judging what came of it.

IXON gives somebody who is in the company already their access at once, and mails nobody. A second
invitation is refused or stands beside the first: that is not documented, and so none is sent
without having looked; which status refuses it is not documented either, so every refusal is
followed by a look.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from vendors.contract import Account, AccountState, End, Outcome, Person, Result
from vendors.errors import AmbiguousError, RejectedError, VendorError
from vendors.ixon_access import IxonAccess, gives
from vendors.ixon_api import NAME, IxonApi
from vendors.ixon_directory import IxonDirectory
from vendors.ixon_people import IxonPeople
from vendors.ixon_writes import group_role
from vendors.many import Asked


class IxonInviting:
    """Invites, and looks at both lists afterwards."""

    def __init__(self, api: IxonApi, directory: IxonDirectory, people: IxonPeople) -> None:
        self._api = api
        self._directory = directory
        self._people = people

    async def invite(self, person: Person, access: IxonAccess) -> Outcome:
        """Invite a person who was in neither list."""
        invitation = await self._invitation(person, access)
        try:
            answer = await self._api.invite([invitation])
        except RejectedError as error:
            return await self._already_there(person, access, error)
        account = (await self._people.company_after()).account(person.email)
        if answer.invites:
            return judged(account, access)
        judged(account, access)
        detail = "The person was in the company already, and has this access."
        return Outcome(Result.UNCHANGED, detail, account)

    async def invite_all(self, people: Sequence[Asked[IxonAccess]]) -> list[End]:
        """Invite everybody by one call; look once, and judge each by what is there."""
        await self._api.invite([await self._invitation(one, asked) for one, asked, _ in people])
        company = await self._people.company_after()
        ends: list[End] = []
        for person, access, _ in people:
            try:
                ends.append(judged(company.account(person.email), access))
            except VendorError as error:
                ends.append(error)
        return ends

    async def _invitation(self, person: Person, access: IxonAccess) -> dict[str, JsonValue]:
        wanted = await self._directory.resolved(access.grants)
        message: dict[str, JsonValue] = {"message": access.message} if access.message else {}
        group_roles: JsonValue = [group_role(one) for one in wanted]
        return {"emailAddress": person.email, "groupRoles": group_roles, **message}

    async def _already_there(
        self, person: Person, access: IxonAccess, refused: RejectedError
    ) -> Outcome:
        """Look again: perhaps it was refused since somebody else has just invited the person."""
        found = (await self._people.company()).account(person.email)
        if found is None:
            raise refused
        return appeared(access, found)


def appeared(access: IxonAccess, found: Account) -> Outcome:
    """Return the end of an invitation that was refused, and whose person is there by now."""
    if not gives(found.access_keys, access.grants):
        sentence = f"Somebody else has just given the person other access: {found.access}."
        raise AmbiguousError(NAME, sentence)
    detail = f"Somebody else has just given the person this access: {found.access}."
    return Outcome(Result.UNCHANGED, detail, found)


def judged(account: Account | None, access: IxonAccess) -> Outcome:
    """Return the end of a write that IXON has said yes to, from what it shows afterwards."""
    if account is None:
        raise AmbiguousError(NAME, "IXON said yes, and shows neither a user nor an invitation.")
    if not gives(account.access_keys, access.grants) or account.state is AccountState.INACTIVE:
        raise AmbiguousError(NAME, f"IXON said yes, and shows other access: {account.access}.")
    if account.pending:
        detail = f"Invited as {account.access}; the person must accept."
        return Outcome(Result.INVITED, detail, account)
    return Outcome(Result.DONE, f"The person has the access now: {account.access}.", account)
