"""Every setting, in one typed class: no secret from ``aboard.toml``, secrets from the environment.

A secret ``NAME`` may also be mounted as a file that ``NAME_FILE`` names. Whatever is unknown, empty
or missing refuses to start, with the file, the key and a sentence, never the value: a policy that
is not understood must not decide.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import durationpy
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.reader import ConfigurationError, Reader
from rules.catalog import ApprovalRule, Catalog, Profile
from rules.values import is_channel_id, is_group_id, is_person_id
from vendors.ambition_access import AmbitionAccess
from vendors.ambition_settings import AmbitionSettings
from vendors.github import GitHubSettings
from vendors.registry import BUILT_IN
from vendors.settings import BaseUrl, Secret

DEFAULT_FILE: Final = "aboard.toml"

_SLACK_CLI: Final = {"slack_bot_token": "SLACK_CLI_XOXB", "slack_app_token": "SLACK_CLI_XAPP"}
"""What ``slack run`` sets, for where the variable of the field's own name is not set."""

_STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _length(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('must be a length of time such as "72h"')  # noqa: TRY004 - pydantic turns ValueErrors into problems
    try:
        return durationpy.from_str(value)
    except durationpy.DurationError as error:
        raise ValueError('must be a length of time such as "72h" or "30m"') from error


def _approver(value: str) -> str:
    if not (is_person_id(value) or is_group_id(value)):
        raise ValueError("must be a user id (U…, W…) or a user group id (S…)")
    return value


def _conversation(value: str) -> str:
    if not is_channel_id(value):
        raise ValueError("must be the id of a channel (C… or G…), not its name")
    return value


def _database(value: SecretStr) -> SecretStr:
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError) as error:
        raise ValueError("must look like sqlite:///file or postgresql://host/name") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"} or url.database in _NO_DATABASE:
        raise ValueError("must be sqlite:///file or postgresql://host/name")
    return value


_NO_DATABASE = {None, "", ":memory:"}

DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
Length = Annotated[timedelta, BeforeValidator(_length)]
Approver = Annotated[str, AfterValidator(_approver)]
Conversation = Annotated[str, AfterValidator(_conversation)]


class SlackSection(BaseModel):
    """``[slack]``: where requests and their cards are posted."""

    model_config = _STRICT

    channel: Conversation


class ApprovalSection(BaseModel):
    """``[approval]``: who answers, how many of them, and for how long the question stands."""

    model_config = _STRICT

    approvers: tuple[Approver, ...] = Field(min_length=1)
    threshold: int = Field(default=1, ge=1, le=20)
    expires_after: Length = Field(
        default=timedelta(hours=72), ge=timedelta(minutes=1), le=timedelta(days=90)
    )


class Environment(BaseModel):
    """The secrets, and the addresses that a test or a private cloud changes."""

    model_config = _STRICT

    slack_bot_token: Secret
    slack_signing_secret: Secret | None = None
    slack_app_token: Secret | None = None
    slack_api_url: BaseUrl = "https://slack.com/api"
    database_url: DatabaseUrl = SecretStr("sqlite:///aboard.db")
    github_token: Secret | None = None
    github_api_url: BaseUrl = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that Aboard is told, checked."""

    slack: SlackSection
    catalog: Catalog
    vendors: Mapping[str, BaseModel]
    environment: Environment

    @property
    def github(self) -> GitHubSettings | None:
        """How GitHub may be asked; None where no token is configured."""
        if self.environment.github_token is None:
            return None
        return GitHubSettings(
            api_url=self.environment.github_api_url, token=self.environment.github_token
        )

    def secrets(self) -> list[str]:
        """Return every secret, so that the log can mask them wherever they turn up."""
        models = [self.environment, *self.vendors.values()]
        values = [getattr(model, name) for model in models for name in type(model).model_fields]
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        url = self.environment.database_url.get_secret_value()
        return [*(one for one in secrets if one != url), make_url(url).password or ""]


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; raise ``ConfigurationError`` with all that is wrong."""
    environ = os.environ if environ is None else environ
    path = Path(environ.get("ABOARD_CONFIG") or DEFAULT_FILE)
    reader = Reader(path, environ)
    environment = reader.environment(Environment, _SLACK_CLI)
    slack = reader.section("slack", SlackSection)
    approval = reader.section("approval", ApprovalSection)
    vendors = reader.vendors()
    profiles = reader.profiles()
    reader.nothing_else({"slack", "approval", "vendors", "profiles"})
    if approval is not None:
        _enough(approval, reader)
    if reader.problems or environment is None or slack is None or approval is None:
        raise ConfigurationError(reader.problems)
    rule = ApprovalRule(approval.approvers, approval.threshold, approval.expires_after)
    return Settings(slack, Catalog(profiles, rule), _allowing(vendors, profiles), environment)


def _allowing(
    vendors: Mapping[str, BaseModel], profiles: Mapping[str, Profile]
) -> dict[str, BaseModel]:
    """Let Ambition use the groups that profiles name: it would make any other by itself."""
    settings = dict(vendors)
    ambition = settings.get("ambition")
    if isinstance(ambition, AmbitionSettings):
        texts = [
            one.accesses["ambition"] for one in profiles.values() if "ambition" in one.accesses
        ]
        accesses = [AmbitionAccess.model_validate_json(text) for text in texts]
        settings["ambition"] = ambition.allowing(accesses)
    return settings


def _enough(approval: ApprovalSection, reader: Reader) -> None:
    if any(is_group_id(one) for one in approval.approvers):
        return
    if len(set(approval.approvers)) < approval.threshold:
        reader.wrong("approval.threshold", "is larger than the number of approvers")


def documented_names() -> set[str]:
    """Return the name of every setting, as the documentation has to list it."""
    names = {name.upper() for name in Environment.model_fields} | {"ABOARD_CONFIG"}
    names |= {f"slack.{name}" for name in SlackSection.model_fields}
    names |= {f"approval.{name}" for name in ApprovalSection.model_fields}
    names |= {"profiles.NAME.title", "profiles.NAME.VENDOR"}
    for vendor in BUILT_IN.values():
        plain = set(vendor.settings.model_fields) - set(vendor.secrets)
        names |= {f"vendors.{vendor.name}.{field}" for field in plain}
        names |= set(vendor.secrets.values())
    return names
