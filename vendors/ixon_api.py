"""IXON's users, invitations and memberships over REST, one method a call.

Pages, read 2026-11: https://developer.ixon.cloud/docs/manage-users and, beside it,
ixon-api-authentication-headers, how-to-use-the-apiv2 and common-errors. Bodies are arrays even for
one. Lists come in pages of twenty unless asked; ``page-size`` and ``page-after`` are in no
document, but in what IXON's own applications send. Only 200 and 201 are documented for a yes, and
only the class 4XX for a no.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, TypeVar

import httpx
from pydantic import BaseModel, Field, JsonValue, StringConstraints, TypeAdapter

from vendors.call import Call, Endpoint, HeaderAuth, message_of
from vendors.client import VendorClient
from vendors.contract import Rate
from vendors.errors import RateLimitError, ResponseError
from vendors.ixon_lockout import LockOut
from vendors.ixon_wire import (
    GROUP_FIELDS,
    GROUP_ROLE_FIELDS,
    INVITE_FIELDS,
    NAME_FIELDS,
    USER_FIELDS,
    Group,
    GroupRoles,
    Invite,
    Invited,
    Named,
    One,
    Page,
    Reference,
    Success,
    User,
)
from vendors.pace import Pace
from vendors.settings import SETTINGS, BaseUrl, Secret
from vendors.tools import Tools

NAME = "ixon"
TITLE = "IXON"
PAGE_SIZE = 250  # a page must stay below the 1 MiB that the client reads
MOST_PAGES = 200
RATE = Rate(calls=40, seconds=1)
PACE = Rate(calls=30, seconds=1)  # whoever else calls from this address counts as well

T = TypeVar("T")

_DONE = TypeAdapter(Success)
_INVITED = TypeAdapter(One[Invited])
_SELF = TypeAdapter(One[Reference])
_ROLES = TypeAdapter(Page[Named])
_GROUPS = TypeAdapter(Page[Group])
_GROUP_ROLES = TypeAdapter(Page[GroupRoles])
_USERS = TypeAdapter(Page[User])
_INVITES = TypeAdapter(Page[Invite])


class IxonSettings(BaseModel):
    """``application`` belongs to the token's service account, ``company`` is what is managed.

    ``branding`` is the portal's domain, which the invitation's mail carries, ``language`` that of
    the mail, else the company's. ``deadline`` is how many seconds one call may take: IXON's own
    limit is fifty.
    """

    model_config = SETTINGS

    application: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{12}$")]
    company: Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-){4}[0-9]{4}$")]
    branding: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] = (
        "portal.ixon.cloud"
    )
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None
    base_url: BaseUrl = "https://portal.ixon.cloud:443/api"
    deadline: float = Field(default=60.0, gt=0, le=120)
    token: Secret


class IxonApi:
    """The calls. Every failure is a ``VendorError``."""

    def __init__(self, settings: IxonSettings, tools: Tools) -> None:
        endpoint = Endpoint(
            name=NAME,
            title=TITLE,
            base_url=settings.base_url,
            auth=HeaderAuth({"authorization": ("Bearer ", settings.token)}),
            complaint=_complaint,
            accepted=lambda status: status in {httpx.codes.OK, httpx.codes.CREATED},
        )
        limits = replace(tools.limits, total=settings.deadline)
        self._client = VendorClient(endpoint, replace(tools, limits=limits))
        self._lockout = LockOut(NAME, TITLE, tools.clock)
        self._pace = Pace(PACE, tools.clock, tools.sleep)
        self._language = settings.language
        self._branding = {"api-branding": settings.branding}
        self._headers = {
            "api-version": "2",
            "api-application": settings.application,
            "api-company": settings.company,
        }

    async def roles(self) -> list[Named]:
        """Return the company's roles (RoleList)."""
        return await self._whole("/roles", NAME_FIELDS, _ROLES)

    async def groups(self) -> list[Group]:
        """Return the company's groups, devices' own among them (GroupList)."""
        return await self._whole("/groups", GROUP_FIELDS, _GROUPS)

    async def group_roles(self) -> list[GroupRoles]:
        """Return which role may be given in which group (GroupRoleList)."""
        return await self._whole("/groups/roles", GROUP_ROLE_FIELDS, _GROUP_ROLES)

    async def users(self) -> list[User]:
        """Return everybody in the company (UserList)."""
        return await self._whole("/users", USER_FIELDS, _USERS)

    async def invites(self) -> list[Invite]:
        """Return the invitations that nobody has accepted (InviteList)."""
        return await self._whole("/invites", INVITE_FIELDS, _INVITES)

    async def own_id(self) -> str:
        """Return whose token this is (MyUser)."""
        query = (("fields", "publicId"),)
        return (
            await self._fetch(self._call("GET", "/users/me", query=query), _SELF)
        ).data.public_id

    async def invite(self, invitations: Sequence[dict[str, JsonValue]]) -> Invited:
        """Invite people; each is ``emailAddress``, ``groupRoles`` and perhaps ``message``."""
        language: dict[str, JsonValue] = {"language": self._language} if self._language else {}
        body: JsonValue = [{**one, **language} for one in invitations]
        call = self._call("POST", "/invites", body)
        return (await self._fetch(self._branded(call), _INVITED)).data

    async def resend(self, invite_id: str) -> None:
        """Mail an invitation again (InviteResend)."""
        call = self._call("POST", "/invites/{invite}/resend", invite=invite_id)
        await self._fetch(self._branded(call), _DONE)

    async def remove_invite(self, invite_id: str) -> None:
        """Take an invitation back (InviteList)."""
        await self._fetch(self._call("DELETE", "/invites", _references(invite_id)), _DONE)

    async def remove_user(self, user_id: str) -> None:
        """Remove a user from the company (UserList): everybody whom the body names would go."""
        await self._fetch(self._call("DELETE", "/users", _references(user_id)), _DONE)

    async def replace_memberships(self, user_id: str, group_roles: JsonValue) -> None:
        """Give a user exactly these groups and roles (UserMembershipUserList)."""
        path = "/users/memberships/user/{user}"
        await self._fetch(self._call("PUT", path, group_roles, user=user_id), _DONE)

    async def add_memberships(self, memberships: JsonValue) -> None:
        """Give invitations or users more groups and roles (UserMembershipList)."""
        await self._fetch(self._call("POST", "/users/memberships", memberships), _DONE)

    async def change_memberships(self, memberships: JsonValue) -> None:
        """Change the roles of memberships (UserMembershipList)."""
        await self._fetch(self._call("PATCH", "/users/memberships", memberships), _DONE)

    async def remove_memberships(self, *membership_ids: str) -> None:
        """Take memberships away (UserMembershipList)."""
        body = _references(*membership_ids)
        await self._fetch(self._call("DELETE", "/users/memberships", body), _DONE)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _whole(self, path: str, fields: str, shape: TypeAdapter[Page[T]]) -> list[T]:
        """Return all pages of a list; ``ResponseError`` where they do not come to an end."""
        items: list[T] = []
        seen: set[str] = set()
        query = (("fields", fields), ("page-size", str(PAGE_SIZE)))
        after: tuple[tuple[str, str], ...] = ()
        while len(seen) < MOST_PAGES:
            page = await self._fetch(self._call("GET", path, query=(*query, *after)), shape)
            items.extend(page.data)
            if page.more_after is None:
                return items
            if page.more_after in seen:
                break
            seen.add(page.more_after)
            after = (("page-after", page.more_after),)
        raise ResponseError(NAME, "IXON's list does not come to an end, and cannot be trusted.")

    async def _fetch(self, call: Call, shape: TypeAdapter[T]) -> T:
        self._lockout.check()
        await self._pace.turn()
        self._lockout.check()  # somebody who was before us may have been refused
        try:
            return await self._client.fetch(call, shape)
        except RateLimitError as error:
            raise self._lockout.begun(error) from error

    def _call(
        self,
        method: str,
        path: str,
        body: JsonValue = None,
        query: tuple[tuple[str, str], ...] = (),
        **names: str,
    ) -> Call:
        return Call(method, path, names, query, body, headers=self._headers)

    def _branded(self, call: Call) -> Call:
        return replace(call, headers={**self._headers, **self._branding})


def _references(*public_ids: str) -> JsonValue:
    return [{"publicId": one} for one in public_ids]


def _complaint(body: JsonValue) -> str | None:
    """Return the words of ``{"data": [{"message": …, "propertyName": …}], …}``."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        return message_of(body)
    said = (one for one in data if isinstance(one, dict))
    return "; ".join(f"{one.get('message')} {one.get('propertyName') or ''}" for one in said)
