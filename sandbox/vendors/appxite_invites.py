"""Reading an invitation to AppXite: who, as what, for which organizations, activated how.

Sources, read 2026-11: https://support.appxite.com/hc/en-us/articles/9082247376924 (the arrays
`Users` and `OrganizationIds`), /20107281640860 (`ShouldActivateByEmail`: false activates at
once, and needs `IdentityProviderId` and `ExternalId`; whoever logs in by password has to confirm
by mail). The first article can be read as if the organizations stood at the root or inside each
user.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.vendors.appxite_answers import RefusalError
from sandbox.vendors.appxite_model import ACTIVE, NEW, PASSWORD, Platform, Profile
from sandbox.vendors.appxite_shape import Shape

Said = Mapping[str, object]


@dataclass(frozen=True)
class Invited:
    """Somebody to put on the platform, and in which state."""

    profile: Profile
    state: str


class Invitations:
    """Reads what this customer's callers send."""

    def __init__(self, platform: Platform, shape: Shape) -> None:
        self._platform = platform
        self._shape = shape
        self._names = shape.invite

    def read(self, body: Said) -> list[Invited]:
        """Return everybody a body invites; raises RefusalError where anything is wrong."""
        users = body.get(self._names.users)
        if not isinstance(users, list) or not users:
            raise RefusalError(400, f"{self._names.users} must be an array with elements.")
        if not all(isinstance(user, dict) for user in users):
            raise RefusalError(400, f"{self._names.users} must be an array of objects.")
        return [self._one(user, body) for user in users]

    def _one(self, user: Said, body: Said) -> Invited:
        by_email = user.get(self._names.by_email, True)
        if not isinstance(by_email, bool):
            raise RefusalError(400, f"{self._names.by_email} must be true or false.")
        external = user.get(self._names.external_id)
        self._check_activation(user, by_email=by_email)
        profile = Profile(
            email=self._address(user),
            first_name=self._text(user, self._names.first_name),
            last_name=self._text(user, self._names.last_name),
            role=self._role(user),
            provider=self._provider(user),
            organizations=self._organizations(user, body),
            external_id=str(external) if external else None,
        )
        return Invited(profile, NEW if by_email else ACTIVE)

    def _check_activation(self, user: Said, *, by_email: bool) -> None:
        if by_email:
            return
        self._text(user, self._names.provider)
        self._text(user, self._names.external_id)
        if self._platform.providers[self._provider(user)].prefix == PASSWORD:
            raise RefusalError(400, f"{self._names.by_email} must be true for accounts.")

    def _address(self, user: Said) -> str:
        address = self._text(user, self._names.email)
        if address.count("@") != 1:
            raise RefusalError(400, f"{self._names.email} is no e-mail address.")
        return address

    def _role(self, user: Said) -> str:
        role = self._text(user, self._names.role)
        if role not in self._platform.roles:
            raise RefusalError(400, f"{self._names.role} {role} does not exist.")
        return role

    def _provider(self, user: Said) -> str:
        named = user.get(self._names.provider)
        if named is None:
            return self._password_provider()
        provider = self._platform.providers.get(str(named))
        if provider is None or not provider.enabled:
            raise RefusalError(400, f"{self._names.provider} {named} is not available.")
        return provider.id

    def _password_provider(self) -> str:
        for provider in self._platform.providers.values():
            if provider.prefix == PASSWORD and provider.enabled:
                return provider.id
        raise RefusalError(400, f"{self._names.provider} is required.")

    def _organizations(self, user: Said, body: Said) -> tuple[str, ...]:
        place = body if self._shape.organizations_at == "root" else user
        named = place.get(self._names.organizations)
        if not isinstance(named, list) or not named:
            raise RefusalError(400, f"{self._names.organizations} is required.")
        if unknown := [one for one in named if one not in self._platform.organizations]:
            raise RefusalError(400, f"Organization {unknown[0]} does not exist.")
        return tuple(str(one) for one in named)

    def _text(self, user: Said, name: str) -> str:
        value = user.get(name)
        if not isinstance(value, str) or not value.strip():
            raise RefusalError(400, f"{name} is required.")
        return value
