"""Axiom's users over REST, one method a call; who may have which account is for ``vendors.axiom``.

Sources, read 2026-11: https://axiom.co/docs/restapi/endpoints/createUser and its neighbours, the
OpenAPI document of axiomhq/docs, and axiom-go's users.go. Creating answers 200, deleting 204
without a body. Lists come whole, without pages. The errors of these calls are undocumented;
axiom-go reads 409 as "exists" and 404 as "missing". Renaming moved from PUT /v2/users/{id} to
PUT /v2/user in 2025.
"""

from typing import Annotated, Self

from pydantic import BaseModel, JsonValue, StringConstraints, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass

from vendors.body import ROW, WireId, WireLabel, WireList
from vendors.call import Call, Endpoint, HeaderAuth
from vendors.client import VendorClient
from vendors.errors import NotFoundError
from vendors.looking import after_a_write
from vendors.settings import SETTINGS, BaseUrl, Secret
from vendors.tools import Tools

NAME = "axiom"
TITLE = "Axiom"
PERSONAL = "xapt-"

OrganizationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class AxiomSettings(BaseModel):
    """``organization_id`` goes with a personal token; ``legacy_rename`` takes the old path."""

    model_config = SETTINGS

    base_url: BaseUrl = "https://api.axiom.co"
    token: Secret
    organization_id: OrganizationId | None = None
    legacy_rename: bool = False

    @model_validator(mode="after")
    def _with_organization(self) -> Self:
        if self.personal and self.organization_id is None:
            raise ValueError("a personal token (xapt-…) needs organization_id")
        return self

    @property
    def personal(self) -> bool:
        """Whether the token is somebody's own, and not the organization's."""
        return self.token.get_secret_value().startswith(PERSONAL)


@dataclass(frozen=True, slots=True, config=ROW)
class RoleOnWire:
    """A role: a built-in one has one word for both, a custom one a UUID and a name."""

    id: WireId
    name: WireLabel


@dataclass(frozen=True, slots=True, config=ROW)
class UserOnWire:
    """A user as every one of these calls returns it."""

    id: WireId
    name: WireLabel
    email: WireLabel
    role: RoleOnWire


_USER = TypeAdapter(UserOnWire)
_USERS = TypeAdapter(WireList[UserOnWire])
_ROLES = TypeAdapter(WireList[RoleOnWire])


class AxiomApi:
    """The calls. Every failure is a ``VendorError``."""

    def __init__(self, settings: AxiomSettings, tools: Tools) -> None:
        endpoint = Endpoint(
            name=NAME,
            title=TITLE,
            base_url=settings.base_url,
            auth=HeaderAuth({"authorization": ("Bearer ", settings.token)}),
            trace_header="x-axiom-trace-id",
        )
        self._client = VendorClient(endpoint, tools)
        self._legacy_rename = settings.legacy_rename
        organization = settings.organization_id
        self._headers = {"x-axiom-org-id": organization} if organization else {}

    async def users(self) -> list[UserOnWire]:
        """Return everybody in the organization (users|read)."""
        return await self._client.fetch(self._call("GET", "/v2/users"), _USERS)

    async def user(self, user_id: str) -> UserOnWire | None:
        """Return one user, or None (users|read)."""
        try:
            return await self._client.fetch(
                self._call("GET", "/v2/users/{user}", user=user_id), _USER
            )
        except NotFoundError:
            return None

    async def seen_after(self, user_id: str) -> UserOnWire | None:
        """Return one user after a write; ``AmbiguousError`` where Axiom does not say."""
        return await after_a_write(TITLE, self.user(user_id))

    async def create(self, name: str, email: str, role_id: str) -> UserOnWire:
        """Create and invite a user (users|create)."""
        body: JsonValue = {"name": name, "email": email, "role": role_id}
        return await self._client.fetch(self._call("POST", "/v2/users", body), _USER)

    async def set_role(self, user_id: str, role_id: str) -> None:
        """Give a user another role (users|update)."""
        call = self._call("PUT", "/v2/users/{user}/role", {"role": role_id}, user=user_id)
        await self._client.fetch(call, _USER)

    async def delete(self, user_id: str) -> None:
        """Delete a user for good (users|delete)."""
        await self._client.acknowledge(self._call("DELETE", "/v2/users/{user}", user=user_id))

    async def own(self) -> UserOnWire:
        """Return the user whose personal token this is; it belongs to no organization."""
        return await self._client.fetch(Call("GET", "/v2/user"), _USER)

    async def rename_own(self, user_id: str, name: str) -> None:
        """Rename the token's own user, on today's path or on the page's."""
        if self._legacy_rename:
            call = self._call("PUT", "/v2/users/{user}", {"name": name}, user=user_id)
        else:
            call = Call("PUT", "/v2/user", body={"name": name})
        await self._client.fetch(call, _USER)

    async def roles(self) -> list[RoleOnWire]:
        """Return the organization's roles (rbac|read)."""
        return await self._client.fetch(self._call("GET", "/v2/rbac/roles"), _ROLES)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _call(self, method: str, path: str, body: JsonValue = None, **names: str) -> Call:
        return Call(method, path, names, body=body, headers=self._headers)
