"""What may be asked for at AppXite: one role, in organizations, with a way to sign in.

Whoever signs in with a password (the provider "account") has to confirm by mail. Activation at once
needs an identity provider and an id there, which may be any unique one: AppXite puts the true one
in its place at the first sign-in (https://support.appxite.com/hc/en-us/articles/20107281640860,
read 2026-11).
"""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from vendors.contract import Person
from vendors.settings import SETTINGS

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
ExternalId = Literal["unique", "email", "slack_id", "github_login"]

EXTERNAL_IDS: tuple[ExternalId, ...] = ("unique", "email", "slack_id", "github_login")


class AppxiteAccess(BaseModel):
    """A role by id or name; organizations by id, or by the name that the settings give them."""

    model_config = SETTINGS

    role: Word | None = Field(default=None, title="Role")
    organizations: tuple[Word, ...] = Field(
        default=(), max_length=50, title="Organizations", description="Leave empty for your own."
    )
    identity_provider: Word | None = Field(
        default=None, title="Identity provider", description="Leave empty for a password."
    )
    activate_by_email: bool = Field(
        default=True,
        title="Activation by mail",
        description="Without it, the account works at once.",
    )
    external_id: ExternalId = Field(
        default="unique",
        title="Id at the identity provider",
        description="Any unique one will do until the first sign-in.",
    )

    @field_validator("activate_by_email")
    @classmethod
    def _can_be_activated(cls, by_email: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's signature
        if not by_email and others.data.get("identity_provider") is None:
            raise ValueError("can be left out only with an identity provider")
        return by_email


def external_id_of(person: Person, access: AppxiteAccess) -> str | None:
    """Return the id that goes with an identity provider; the same every time for one person."""
    if access.identity_provider is None:
        return None
    match access.external_id:
        case "email":
            return person.email
        case "slack_id":
            return person.slack_id or None
        case "github_login":
            return person.github_login
        case _:
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{person.email.casefold()}"))
