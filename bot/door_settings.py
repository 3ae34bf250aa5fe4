"""What the door is told: ``door.toml``, and its secrets from the environment.

A workspace that does not stand in it cannot install the app, and nothing reaches anybody for it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints
from sqlalchemy.engine import make_url

from bot import credentials
from bot.audit_settings import LongSecret, LongSecrets
from bot.credentials import Credential
from bot.database_settings import DatabaseUrl
from bot.policy_settings import STRICT
from bot.reader import ConfigurationError, Reader
from rules.values import is_team_id
from vendors.secrets import LiveSecret
from vendors.settings import BaseUrl, Certificates, Secret, base_url
from vendors.transport import trusted_authorities

DEFAULT_FILE: Final = "door.toml"

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
EVENTS_PATH: Final = "/slack/events"


def _near(text: str) -> str:
    """Check the address of a process: http is allowed, as to anything behind a load balancer."""
    plain = text.removeprefix("http://")
    base_url(text if plain == text else f"https://{plain}")
    return text.rstrip("/")


def _one_key(value: SecretStr) -> SecretStr:
    if "," in value.get_secret_value():
        raise ValueError("must not hold a comma")
    return value


class DoorSection(BaseModel):
    """``[door]``: where Slack and people's browsers reach it."""

    model_config = STRICT

    url: BaseUrl


class WorkspaceSection(BaseModel):
    """``[workspaces.T…]``: one workspace, and where its own process listens."""

    model_config = STRICT

    url: Annotated[str, AfterValidator(_near)]


class DoorEnvironment(BaseModel):
    """The door's secrets, and the addresses that a test or a private cloud changes."""

    model_config = STRICT

    slack_client_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.]{1,32}$")]
    slack_client_secret: Secret
    slack_signing_secret: Secret
    slack_signing_secret_previous: Secret = Field(default_factory=lambda: LiveSecret(""))
    slack_api_url: BaseUrl = "https://slack.com/api"
    slack_installations: DatabaseUrl = SecretStr("sqlite:///installations.db")
    door_key: Annotated[LongSecret, AfterValidator(_one_key)]
    door_key_before: LongSecrets | None = None
    tls_authorities: Certificates | None = None


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Everything that the door is told, checked. ``workspaces`` has addresses by team."""

    url: str
    workspaces: Mapping[str, str]
    environment: DoorEnvironment
    credentials: tuple[Credential, ...] = ()

    @property
    def keys(self) -> list[str]:
        """What seals the tokens, and then what sealed them before."""
        before = self.environment.door_key_before
        older = before.get_secret_value().split(",") if before else []
        return [self.environment.door_key.get_secret_value(), *older]

    @property
    def authorize_url(self) -> str:
        """Where Slack asks people whether they want the app."""
        return f"{self.environment.slack_api_url.removesuffix('/api')}/oauth/v2/authorize"

    def trust(self) -> SSLContext:
        """Read whose certificates are trusted, by Slack's client and of the processes."""
        return trusted_authorities(self.environment.tls_authorities)

    def secrets(self) -> list[str]:
        """Return every secret, so that the log can mask them."""
        named = self.environment
        values = [getattr(named, name) for name in _CREDENTIALS]
        url = make_url(named.slack_installations.get_secret_value())
        return [*self.keys, *(one.get_secret_value() for one in values), url.password or ""]


_CREDENTIALS: Final = (
    "slack_client_secret", "slack_signing_secret", "slack_signing_secret_previous",
)  # fmt: skip


def load(environ: Mapping[str, str] | None = None) -> DoorSettings:
    """Read and check every setting; raise ``ConfigurationError`` with all that is wrong."""
    environ = os.environ if environ is None else environ
    path = Path(environ.get("DOOR_CONFIG") or DEFAULT_FILE)
    if not path.exists():
        raise ConfigurationError([f"{path}: there is no such file. Write it, or set DOOR_CONFIG."])
    reader = Reader(path, environ)
    environment = reader.environment(DoorEnvironment, {})
    door = reader.section("door", DoorSection)
    workspaces = reader.named("workspaces", WorkspaceSection)
    reader.nothing_else({"door", "workspaces"})
    for team in workspaces:
        if not is_team_id(team):
            reader.wrong(f"workspaces.{team}", "must be the id of a workspace (T…)")
    if reader.problems or environment is None or door is None:
        raise ConfigurationError(reader.problems)
    names = {field: field.upper() for field in _CREDENTIALS}
    empty = {"slack_signing_secret_previous"}
    kept = credentials.of_model(environment, names, reader.files, empty)
    addresses = {team: one.url for team, one in workspaces.items()}
    return DoorSettings(door.url, addresses, environment, tuple(kept))


def documented_names() -> set[str]:
    """Return the name of every setting of the door, as the documentation has to list it."""
    names = {name.upper() for name in DoorEnvironment.model_fields} | {"DOOR_CONFIG"}
    names |= {f"door.{name}" for name in DoorSection.model_fields}
    return names | {f"workspaces.TEAM.{name}" for name in WorkspaceSection.model_fields}
