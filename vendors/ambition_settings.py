"""Where an Ambition instance is, which of its interfaces is used, and which groups may be named.

Pages, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 (provisioning, which
Ambition called phased out in 2020) and /360052104531 with /360052104611 (the User API integration
after it, whose endpoint and names of fields are the customer's own). A slash ends every path:
without it the answer is a redirect, or a connection that closes.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from vendors.ambition_access import AmbitionAccess, GroupType, Word
from vendors.settings import SETTINGS, BaseUrl, Secret

FieldName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,100}$")]
Path = Annotated[str, StringConstraints(pattern=r"^/([A-Za-z0-9._~-]+/)*$")]


class AccountFields(BaseModel):
    """What an account's fields are called: on the page as here, in the User API as mapped."""

    model_config = SETTINGS

    username: FieldName = "username"
    email: FieldName = "email"
    first_name: FieldName = "first_name"
    last_name: FieldName = "last_name"
    is_active: FieldName = "is_active"


class UserApi(BaseModel):
    """A User API integration: its endpoint, as its page Credentials shows it, and its mapping.

    ``groups`` maps a group type to the field that carries the group.
    """

    model_config = SETTINGS

    endpoint: str
    fields: AccountFields = AccountFields()
    groups: dict[GroupType, FieldName] = Field(default_factory=dict)


class AmbitionSettings(BaseModel):
    """``allowed_groups`` are the groups that may be named, by type: Ambition makes any other.

    ``lists_accounts`` and ``lists_memberships`` say what this instance shows to a GET; that of
    memberships is in no document. ``revoke_groups``: whoever leaves is taken out of groups, too.
    """

    model_config = SETTINGS

    base_url: BaseUrl
    mode: Literal["provisioning", "user_api"] = "provisioning"
    content_type: Literal["json", "csv"] = "json"
    membership_shape: Literal["by_type", "rows"] = "by_type"
    allowed_groups: dict[GroupType, tuple[Word, ...]] = Field(default_factory=dict)
    accounts_path: Path = "/api/v1/account/"
    lists_accounts: bool = True
    lists_memberships: bool = False
    revoke_groups: bool = False
    user_api: UserApi | None = None
    token: Secret

    @model_validator(mode="after")
    def _of_one_piece(self) -> Self:
        if self.mode == "user_api" and self.user_api is None:
            raise ValueError("the mode user_api needs a table user_api with its endpoint")
        if self.revoke_groups and not self.lists_memberships:
            raise ValueError("revoke_groups needs lists_memberships: unseen groups stay")
        if self.user_api is not None:
            path_of(self.user_api.endpoint, self.base_url)
        return self

    @property
    def upsert_path(self) -> str:
        """Where accounts are written."""
        if self.mode == "user_api" and self.user_api is not None:
            return path_of(self.user_api.endpoint, self.base_url)
        return "/api/v1/account/"

    def allowing(self, accesses: Iterable[AmbitionAccess]) -> "AmbitionSettings":
        """Return the same with every group of ``accesses`` allowed: those of the profiles, say."""
        allowed: dict[str, tuple[str, ...]] = dict(self.allowed_groups)
        for access in accesses:
            for kind, group in access.groups.items():
                allowed[kind] = (*allowed.get(kind, ()), group)
        return self.model_copy(update={"allowed_groups": allowed})

    def strange(self, groups: Mapping[str, str]) -> str | None:
        """Return the first group that must not be named, with its type, or None."""
        allowed = self._allowed()
        for kind, group in groups.items():
            if (kind.casefold(), group.casefold()) not in allowed:
                return f"{kind}: {group}"
            if self.user_api is not None and self.mode == "user_api":
                mapped = {one.casefold() for one in self.user_api.groups}
                if kind.casefold() not in mapped:
                    return f"{kind}, which no field of the User API carries"
        return None

    def spelled(self, groups: Mapping[str, str]) -> dict[str, str]:
        """Return groups by type, in the case in which they are allowed."""
        allowed = self._allowed()
        return dict(allowed[kind.casefold(), group.casefold()] for kind, group in groups.items())

    def _allowed(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (kind.casefold(), group.casefold()): (kind, group)
            for kind, names in self.allowed_groups.items()
            for group in names
        }


def path_of(endpoint: str, base_url: str) -> str:
    """Return the path of an endpoint at ``base_url``, with a slash at its end.

    ``ValueError`` where it is elsewhere: the token goes to one host only.
    """
    path = endpoint.removeprefix(base_url)
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("user_api.endpoint must begin with base_url, or be a path")
    if any(set(part) == {"."} or not part for part in path.strip("/").split("/")):
        raise ValueError("user_api.endpoint must be a plain path")
    if any(one in path for one in "?#{}%\\ "):
        raise ValueError("user_api.endpoint must be a plain path")
    return f"{path.rstrip('/')}/"
