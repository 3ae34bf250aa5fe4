"""How AppXite is called at one customer's: what its public pages leave open is a setting here.

Public are the host and the headers (Order API 3.1), the shape "/plural/" of a path, and in an
invitation the names Users, OrganizationIds, IdentityProviderId, ExternalId and
ShouldActivateByEmail: https://support.appxite.com/hc/en-us/articles/9082247376924,
/20107281640860, /24358349656732 and https://developer.appxite.com/Docs, read 2026-11. The reference
is behind the customer's login. Everything else is a guess, which somebody has to confirm.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from vendors.settings import SETTINGS, BaseUrl, Secret

PathText = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9._~/-]*$")]
IdPath = Annotated[
    str, StringConstraints(pattern=r"^/[A-Za-z0-9._~/-]*(\{id\}[A-Za-z0-9._~/-]*)?$")
]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,100}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Words = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,400}$")]

UNCONFIRMED = (
    "must be true: AppXite's paths and names are known to its customers only, so compare what "
    "`aboard check appxite` prints with developer.appxite.com first"
)


class Operation(BaseModel):
    """One call of AppXite's."""

    model_config = SETTINGS

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: PathText


class Removal(BaseModel):
    """A call that removes or blocks a user, whose id is ``{id}`` in the path or a body's field."""

    model_config = SETTINGS

    method: Literal["POST", "PUT", "PATCH", "DELETE"]
    path: IdPath
    id_field: Name | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if ("{id}" in self.path) is (self.id_field is not None):
            raise ValueError("needs {id} in its path, or else an id_field")
        return self


class AppxitePaths(BaseModel):
    """The four documented calls, whose paths are not; and one that no public page has."""

    model_config = SETTINGS

    list_users: Operation = Operation(method="GET", path="/users/")
    list_roles: Operation = Operation(method="GET", path="/roles/")
    list_identity_providers: Operation = Operation(method="GET", path="/identity-providers/")
    invite: Operation = Operation(method="POST", path="/users/invite")
    remove_user: Removal | None = None


class AppxiteHeaders(BaseModel):
    """What the headers are called; older pages say X-Referer."""

    model_config = SETTINGS

    subscription_key: Token = "Ocp-Apim-Subscription-Key"
    api_version: Token = "api-version"
    referer: Token = "Referer"
    on_behalf_of: Token = "X-On-Behalf-Of"


class InviteFields(BaseModel):
    """What an invitation calls things. ``organizations_at``: beside the users, or in each."""

    model_config = SETTINGS

    users: Name = "Users"
    organizations: Name = "OrganizationIds"
    organizations_at: Literal["root", "user"] = "root"
    email: Name = "Email"
    first_name: Name = "FirstName"
    last_name: Name = "LastName"
    role: Name = "GroupId"
    identity_provider: Name = "IdentityProviderId"
    external_id: Name = "ExternalId"
    by_email: Name = "ShouldActivateByEmail"


class UserFields(BaseModel):
    """What the list of users calls things, in any case; ``role`` only where it shows one."""

    model_config = SETTINGS

    id: Name = "Id"
    email: Name = "Email"
    state: Name = "AccountState"
    role: Name | None = None


class RoleFields(BaseModel):
    """What the list of roles calls things, in any case; nothing depends on the ``weight``."""

    model_config = SETTINGS

    id: Name = "Id"
    name: Name = "Name"
    weight: Name = "Weight"


class ProviderFields(BaseModel):
    """What the list of identity providers calls things, in any case."""

    model_config = SETTINGS

    id: Name = "Id"
    name: Name = "Name"
    prefix: Name = "Prefix"
    enabled: Name = "Enabled"


class AppxiteStates(BaseModel):
    """What AppXite calls an account that waits for its person, and one that is closed."""

    model_config = SETTINGS

    pending: tuple[str, ...] = ("New",)
    blocked: tuple[str, ...] = ("Blocked",)


class AppxiteWiring(BaseModel):
    """What a call looks like, without secrets: enough to show it, not to send it.

    ``portal`` is the portal's address, ``on_behalf_of`` the organization that acts.
    ``organizations`` gives more organizations' names and ids, since no public call lists them.
    """

    model_config = SETTINGS

    base_url: BaseUrl = "https://api.appxite.com"
    portal: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,200}$")]
    on_behalf_of: Words
    api_version: Token | Annotated[str, StringConstraints(pattern=r"^[0-9.]{1,20}$")] = "3.1"
    organizations: dict[str, Words] = Field(default_factory=dict)
    paths: AppxitePaths = AppxitePaths()
    headers: AppxiteHeaders = AppxiteHeaders()
    invite_fields: InviteFields = InviteFields()
    user_fields: UserFields = UserFields()
    role_fields: RoleFields = RoleFields()
    provider_fields: ProviderFields = ProviderFields()
    states: AppxiteStates = AppxiteStates()
    token_url: BaseUrl | None = None
    token_auth: Literal["basic", "form"] = "basic"  # noqa: S105 - a way to send it, not the secret
    scope: Words | None = None
    audience: Words | None = None
    confirmed: bool = Field(default=False, validate_default=True)

    def organization_ids(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return organizations by id: those named, or else the one that acts."""
        named = {name.casefold(): value for name, value in self.organizations.items()}
        return tuple(named.get(one.casefold(), one) for one in words or (self.on_behalf_of,))


class AppxiteSettings(AppxiteWiring):
    """The same, confirmed, with the subscription key and a token or what a token is got with."""

    subscription_key: Secret
    token: Secret | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None

    @field_validator("confirmed")
    @classmethod
    def _seen_by_somebody(cls, confirmed: bool) -> bool:  # noqa: FBT001 - pydantic's signature
        if not confirmed:
            raise ValueError(UNCONFIRMED)
        return confirmed

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        client = [self.client_id, self.client_secret, self.token_url]
        if self.token is None and None in client:
            raise ValueError("needs a token, or else a client id, its secret and a token_url")
        if self.token is not None and client != [None, None, None]:
            raise ValueError("takes a token or a client id with its secret, and not both")
        return self
