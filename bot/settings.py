"""Every setting, in one typed class: no secret from ``aboard.toml``, secrets from the environment.

A secret ``NAME`` may also be mounted as a file that ``NAME_FILE`` names. Whatever is unknown, empty
or missing refuses to start, with the file, the key and a sentence, never the value: a policy that
is not understood must not decide.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from ssl import SSLContext
from typing import Final

from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.engine import make_url

from bot import credentials
from bot.audit_settings import AuditSecrets, AuditSection, Conversation
from bot.credentials import Credential
from bot.daily_settings import DigestSection
from bot.database_settings import DatabaseUrl
from bot.installed import Installed, chosen, parts
from bot.policy_settings import (
    STRICT,
    ApprovalSection,
    PeopleSection,
    RuleSection,
    StageSection,
    WhenSection,
    problems_of,
)
from bot.reader import ConfigurationError, Reader, vendor_classes
from bot.reminder_settings import RemindersSection
from bot.retention_settings import RetentionSection
from rules.catalog import ApprovalRule, Catalog, Profile
from rules.values import is_group_id
from storage.links import Key
from vendors.ambition_access import AmbitionAccess
from vendors.ambition_settings import AmbitionSettings
from vendors.github import GitHubSettings
from vendors.registry import BUILT_IN
from vendors.secrets import LiveSecret
from vendors.settings import BaseUrl, Certificates, Secret
from vendors.transport import trusted_authorities

DEFAULT_FILE: Final = "aboard.toml"

_SLACK_CLI: Final = {"slack_bot_token": "SLACK_CLI_XOXB", "slack_app_token": "SLACK_CLI_XAPP"}
"""What ``slack run`` sets, for where the variable of the field's own name is not set."""


class SlackSection(BaseModel):
    """``[slack]``: where requests and their cards are posted."""

    model_config = STRICT

    channel: Conversation
    team: str | None = None


class Environment(AuditSecrets):
    """The secrets, and the addresses that a test or a private cloud changes."""

    model_config = STRICT

    slack_bot_token: Secret = Field(default_factory=lambda: LiveSecret(""))
    slack_installations: DatabaseUrl | None = None
    slack_installations_key: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_signing_secret_previous: Secret = Field(default_factory=lambda: LiveSecret(""))
    slack_app_token: Secret | None = None
    slack_api_url: BaseUrl = "https://slack.com/api"
    database_url: DatabaseUrl = SecretStr("sqlite:///aboard.db")
    github_token: Secret | None = None
    github_api_url: BaseUrl = "https://api.github.com"
    otel_exporter_otlp_endpoint: BaseUrl | None = None
    tls_authorities: Certificates | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that Aboard is told, checked."""

    slack: SlackSection
    catalog: Catalog
    vendors: Mapping[str, BaseModel]
    environment: Environment
    audit: AuditSection
    operators: tuple[str, ...] = ()
    people_after_days: int | None = None
    credentials: tuple[Credential, ...] = ()
    installed: Installed | None = None

    @property
    def audit_key(self) -> Key | None:
        """What the audit trail is sealed with; None where no key is configured."""
        return self.environment.audit_key

    @property
    def audit_keys(self) -> list[Key]:
        """Every key that the audit trail may be sealed with."""
        return self.environment.audit_keys

    @property
    def github(self) -> GitHubSettings | None:
        """How GitHub may be asked; None where no token is configured."""
        if self.environment.github_token is None:
            return None
        return GitHubSettings(
            api_url=self.environment.github_api_url, token=self.environment.github_token
        )

    def trust(self) -> SSLContext:
        """Read whose certificates are trusted, by Slack's client and by every vendor's."""
        return trusted_authorities(self.environment.tls_authorities)

    def secrets(self) -> list[str]:
        """Return every secret, so that the log can mask them wherever they turn up."""
        models = [self.environment, *self.vendors.values()]
        values = [getattr(model, name) for model in models for name in type(model).model_fields]
        keys = [key.secret.decode() for key in self.audit_keys]
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        databases = (self.environment.database_url, self.environment.slack_installations)
        urls = [one.get_secret_value() for one in databases if one is not None]
        passwords = [make_url(url).password or "" for url in urls]
        keys += parts(self.environment.slack_installations_key)
        return [*keys, *(one for one in secrets if one not in urls), *passwords]


_SECTIONS: Final = (
    "slack", "approval", "rules", "people", "reminders", "digest", "audit", "retention", "vendors",
    "profiles",
)  # fmt: skip


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
    rules = reader.tables("rules", RuleSection)
    people = reader.section("people", PeopleSection)
    reminders = reader.section("reminders", RemindersSection)
    daily = reader.section("digest", DigestSection)
    audit = reader.section("audit", AuditSection)
    retention = reader.section("retention", RetentionSection)
    reader.nothing_else(set(_SECTIONS))
    if approval is not None:
        _enough(approval, reader)
        _only_on(approval, reader.on(), reader)
    for place, sentence in problems_of(rules, profiles, _fields(reader.on())):
        reader.wrong(place, sentence)
    installed = _installed(environment, slack, reader)
    if (
        reader.problems
        or environment is None
        or slack is None
        or approval is None
        or people is None
        or reminders is None
        or daily is None
        or audit is None
        or retention is None
    ):
        raise ConfigurationError(reader.problems)
    catalog = Catalog(
        profiles,
        _as_rule(approval),
        tuple(one.as_rule() for one in rules),
        people.protected,
        reminders.as_rhythm(),
    )
    told = daily.as_daily(catalog.approvers)
    catalog = replace(catalog, daily=told, domains=people.domains, limits=people.as_limits())
    allowing = _allowing(vendors, profiles)
    kept = _supplied(_credentials(reader, environment, vendors), installed)
    return Settings(
        slack, catalog, allowing, environment, audit, people.operators,
        retention.people_after_days, kept, installed,
    )  # fmt: skip


_REPLACEABLE: Final = (
    "slack_bot_token", "slack_signing_secret", "slack_signing_secret_previous", "slack_app_token",
    "slack_installations_key", "github_token",
)  # fmt: skip
"""Of the environment; the database and the keys of the audit trail stay as they were."""


def _credentials(
    reader: Reader, environment: Environment, vendors: Mapping[str, BaseModel]
) -> Iterator[Credential]:
    names = {field: field.upper() for field in _REPLACEABLE}
    names |= {field: other for field, other in _SLACK_CLI.items() if other in reader.files}
    empty = {"slack_signing_secret_previous"}
    yield from credentials.of_model(environment, names, reader.files, empty)
    classes = vendor_classes()
    for vendor, model in vendors.items():
        yield from credentials.of_model(model, classes[vendor].secrets, reader.files)


def _installed(
    environment: Environment | None, slack: SlackSection | None, reader: Reader
) -> Installed | None:
    """Return where the bot token comes from, unless it is given."""
    if environment is None:
        return None
    return chosen(
        environment.slack_bot_token,
        environment.slack_installations,
        environment.slack_installations_key,
        slack.team if slack is not None else None,
        reader.problems,
    )


def _supplied(
    credentials: Iterator[Credential], installed: Installed | None
) -> tuple[Credential, ...]:
    kept = tuple(credentials)
    if installed is not None:
        installed.supply(kept)
    return kept


def _as_rule(approval: ApprovalSection) -> ApprovalRule:
    return ApprovalRule(
        approval.approvers,
        approval.threshold,
        approval.expires_after,
        approval.by_hand,
        approval.valid_for,
        approval.requesters or (),
        approval.title,
    )


def _fields(vendors: set[str]) -> dict[str, frozenset[str]]:
    """Return the names of what can be asked for at each vendor that is on."""
    classes = vendor_classes()
    return {name: frozenset(classes[name].access.model_fields) for name in vendors}


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


def _only_on(approval: ApprovalSection, vendors: set[str], reader: Reader) -> None:
    for name in sorted(set(approval.by_hand) - vendors):
        reader.wrong(f"approval.by_hand.{name}", "names no vendor that is on")


def documented_names() -> set[str]:
    """Return the name of every setting, as the documentation has to list it."""
    names = {name.upper() for name in Environment.model_fields} | {"ABOARD_CONFIG"}
    names |= {f"slack.{name}" for name in SlackSection.model_fields}
    names |= {f"approval.{name}" for name in ApprovalSection.model_fields}
    names |= {f"reminders.{name}" for name in RemindersSection.model_fields}
    names |= {f"digest.{name}" for name in DigestSection.model_fields}
    names |= {f"retention.{name}" for name in RetentionSection.model_fields}
    names |= {f"people.{name}" for name in PeopleSection.model_fields}
    names |= {f"audit.{name}" for name in AuditSection.model_fields}
    names |= {f"rules.{name}" for name in RuleSection.model_fields}
    names |= {f"rules.when.{name}" for name in WhenSection.model_fields}
    names |= {f"rules.stages.{name}" for name in StageSection.model_fields}
    names |= {"profiles.NAME.title", "profiles.NAME.welcome", "profiles.NAME.VENDOR"}
    for vendor in BUILT_IN.values():
        plain = set(vendor.settings.model_fields) - set(vendor.secrets)
        names |= {f"vendors.{vendor.name}.{field}" for field in plain}
        names |= set(vendor.secrets.values())
    return names
