"""What AppXite keeps behind a login, as settings: paths, names, and where organizations stand.

The four calls are described at https://support.appxite.com/hc/en-us/articles/9082247376924
(read 2026-11), but their reference at developer.appxite.com is for customers. Public are the
host and the shape `/<plural>/` (Order API 3.1), and of the invitation the names `Users`,
`OrganizationIds`, `IdentityProviderId`, `ExternalId` and `ShouldActivateByEmail`. Everything
else here is a guess, and therefore can be set. No public document has a call that removes
somebody; `Removal` is one that a customer's reference might show.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Paths:
    """Where the calls are."""

    users: str = "/users/"
    roles: str = "/roles/"
    providers: str = "/identity-providers/"
    invite: str = "/users/invite"
    token: str = "/connect/token"  # noqa: S105 - a path, no secret


@dataclass(frozen=True)
class Removal:
    """A call that removes somebody, or only blocks them; `{id}` stands in its path."""

    method: str = "DELETE"
    path: str = "/users/{id}"
    blocks: bool = False


@dataclass(frozen=True)
class InviteNames:
    """The properties of an invitation."""

    users: str = "Users"
    organizations: str = "OrganizationIds"
    email: str = "Email"
    first_name: str = "FirstName"
    last_name: str = "LastName"
    role: str = "GroupId"
    provider: str = "IdentityProviderId"
    external_id: str = "ExternalId"
    by_email: str = "ShouldActivateByEmail"


@dataclass(frozen=True)
class UserNames:
    """The properties of a listed user."""

    id: str = "Id"
    email: str = "Email"
    created: str = "CreationDate"
    accessible: str = "IsAccessible"
    state: str = "AccountState"


@dataclass(frozen=True)
class Shape:
    """Everything that is not public, as this customer's reference would show it."""

    paths: Paths = Paths()
    invite: InviteNames = InviteNames()
    user: UserNames = UserNames()
    organizations_at: Literal["root", "user"] = "root"
    referer: str = "Referer"
    removal: Removal | None = None
