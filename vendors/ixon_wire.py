"""What IXON answers: https://portal.ixon.cloud:443/api/, OpenAPI document 0.1.294, read 2026-11.

Every body says whether it is a success. A list of one may come as the one itself. What a list shows
of each item is chosen by ``fields``; what it shows without them is not documented.
"""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from vendors.body import ROW, WireLabel

T = TypeVar("T")

_MEMBERSHIPS = ",".join(
    f"memberships.{field}" for field in ("publicId", "group.publicId", "role.publicId", "expiresOn")
)
NAME_FIELDS = "publicId,name"
GROUP_FIELDS = "publicId,name,isCompanyGroup"
GROUP_ROLE_FIELDS = "group.publicId,roles.publicId"
USER_FIELDS = f"publicId,type,name,emailAddress,support,{_MEMBERSHIPS}"
INVITE_FIELDS = f"publicId,emailAddress,expiresOn,{_MEMBERSHIPS}"


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Listed = Annotated[tuple[T, ...], Field(fail_fast=True), BeforeValidator(_listed)]
Moment = Annotated[datetime, AfterValidator(_utc)]
PublicId = Annotated[str, StringConstraints(min_length=12, max_length=12, pattern=r"^[!-~]+$")]


_ROW: ConfigDict = {**ROW, "alias_generator": to_camel, "populate_by_name": True}


class OnWire(BaseModel):
    """Anything that IXON writes, in camel case."""

    model_config = {**_ROW, "frozen": True}


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Reference:
    """Something, by its id."""

    public_id: PublicId


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Named(Reference):
    """A role or a group."""

    name: WireLabel


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Group(Named):
    """A part of the company; the company group is all of it."""

    is_company_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class GroupRoles:
    """Which roles may be given in a group; without a group, in any."""

    group: Reference | None = None
    roles: Listed[Reference] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Membership(Reference):
    """A role in a group, held by a user or promised by an invitation."""

    group: Reference
    role: Reference | None = None
    expires_on: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Holder(Reference):
    """Whoever holds memberships."""

    memberships: Listed[Membership] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class User(Holder):
    """Somebody in the company: a "person" or a "service_account", or one of IXON's own support."""

    type: WireLabel
    email_address: WireLabel | None = None
    support: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=_ROW)
class Invite(Holder):
    """An e-mail address that was invited; it is in no list of users until the person accepts."""

    email_address: WireLabel
    expires_on: Moment


class Success(OnWire):
    """A yes that says so."""

    status: Literal["success"]


class Page(Success, Generic[T]):
    """A part of a list; ``more_after`` is where the next one begins."""

    data: Listed[T]
    more_after: str | None = None


class One(Success, Generic[T]):
    """One thing."""

    data: T


class Invited(OnWire):
    """What inviting came to: an e-mail that is in the company already gets memberships at once."""

    invites: Listed[Reference]
    user_memberships: Listed[Reference]
