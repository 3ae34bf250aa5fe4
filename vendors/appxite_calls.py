"""AppXite's calls, made from the settings; secrets are put in only while they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from vendors.appxite_settings import AppxiteWiring, Operation
from vendors.call import Call
from vendors.contract import Person


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person to invite, with everything by its id."""

    person: Person
    role_id: str
    organization_ids: tuple[str, ...]
    identity_provider_id: str | None
    external_id: str | None
    by_email: bool


class AppxiteCalls:
    """Makes the calls of one customer."""

    def __init__(self, wiring: AppxiteWiring) -> None:
        self._wiring = wiring
        names = wiring.headers
        self._headers = {
            names.api_version: wiring.api_version,
            names.referer: wiring.portal,
            names.on_behalf_of: wiring.on_behalf_of,
        }

    def users(self) -> Call:
        """List All Users."""
        return self._look(self._wiring.paths.list_users)

    def roles(self) -> Call:
        """List All Roles."""
        return self._look(self._wiring.paths.list_roles)

    def identity_providers(self) -> Call:
        """List Identity Providers."""
        return self._look(self._wiring.paths.list_identity_providers)

    def invite(self, invitations: Sequence[Invitation]) -> Call:
        """Invite a user, or several: all of the same organizations where these stand beside."""
        names, operation = self._wiring.invite_fields, self._wiring.paths.invite
        users: list[JsonValue] = [self._user(one) for one in invitations]
        body: dict[str, JsonValue] = {names.users: users}
        if names.organizations_at == "root":
            body[names.organizations] = list(invitations[0].organization_ids)
        return Call(operation.method, operation.path, body=body, headers=self._headers)

    def remove(self, user_id: str) -> Call | None:
        """Remove or block a user, where the customer has named a call for it."""
        removal = self._wiring.paths.remove_user
        if removal is None:
            return None
        if removal.id_field is None:
            names = {"id": user_id}
            return Call(removal.method, removal.path, names, headers=self._headers)
        body: JsonValue = {removal.id_field: user_id}
        return Call(removal.method, removal.path, body=body, headers=self._headers)

    def _look(self, operation: Operation) -> Call:
        headers = {**self._headers, "X-Use-Cache": "false"}
        return Call(operation.method, operation.path, headers=headers, repeatable=True)

    def _user(self, one: Invitation) -> dict[str, JsonValue]:
        names = self._wiring.invite_fields
        said: dict[str, JsonValue] = {
            names.email: one.person.email,
            names.first_name: one.person.given_name or one.person.name,
            names.last_name: one.person.family_name or one.person.name,
            names.role: one.role_id,
            names.by_email: one.by_email,
        }
        if names.organizations_at == "user":
            said[names.organizations] = list(one.organization_ids)
        if one.identity_provider_id is not None:
            said[names.identity_provider] = one.identity_provider_id
        if one.external_id is not None:
            said[names.external_id] = one.external_id
        return said
