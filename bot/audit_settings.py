"""``[audit]`` in ``aboard.toml``, and the keys that make the audit trail evidence."""

import base64
import binascii
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StrictInt

from bot.policy_settings import STRICT, Length
from rules.values import is_channel_id
from storage.links import Key
from vendors.settings import Secret

_FEWEST = 32
_SEED: Final = 32


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < _FEWEST:
        raise ValueError(f"must have at least {_FEWEST} characters")
    return value


def _all_long(value: SecretStr) -> SecretStr:
    if any(len(one) < _FEWEST for one in _parts(value)):
        raise ValueError(f"must be keys of at least {_FEWEST} characters, with commas between them")
    return value


def _parts(value: SecretStr) -> list[str]:
    return value.get_secret_value().split(",")


def _seed(value: SecretStr) -> SecretStr:
    try:
        decoded = base64.b64decode(value.get_secret_value(), validate=True)
    except binascii.Error as error:
        raise ValueError("must be 32 bytes in base64") from error
    if len(decoded) != _SEED:
        raise ValueError("must be 32 bytes in base64")
    return value


def conversation(value: str) -> str:
    """Return the id of a channel; ``ValueError`` where it is something else."""
    if not is_channel_id(value):
        raise ValueError("must be the id of a channel (C… or G…), not its name")
    return value


LongSecret = Annotated[Secret, AfterValidator(_long)]
LongSecrets = Annotated[Secret, AfterValidator(_all_long)]
SigningKey = Annotated[Secret, AfterValidator(_seed)]
Conversation = Annotated[str, AfterValidator(conversation)]


class AuditSection(BaseModel):
    """``[audit]``: how often the trail is anchored, and where its anchors are written down.

    ``grace`` is for how long access is given although none of them gets there.
    """

    model_config = STRICT

    file: Annotated[str, Field(min_length=1)] | None = None
    channel: Conversation | None = None
    every: Annotated[StrictInt, Field(ge=1, le=100_000)] = 100
    at_least: Length = timedelta(hours=24)
    grace: Length = timedelta(minutes=15)


class AuditSecrets(BaseModel):
    """What the trail is sealed with, what it was sealed with before, and what signs its anchors."""

    model_config = STRICT

    audit_hmac_key: LongSecret | None = None
    audit_hmac_key_before: LongSecrets | None = None
    audit_signing_key: SigningKey | None = None

    @property
    def audit_key(self) -> Key | None:
        """What the trail is sealed with."""
        secret = self.audit_hmac_key
        return Key(secret.get_secret_value().encode()) if secret else None

    @property
    def audit_keys(self) -> list[Key]:
        """Every key that the trail may be sealed with, newest first."""
        before = _parts(self.audit_hmac_key_before) if self.audit_hmac_key_before else []
        now = [self.audit_key] if self.audit_key else []
        return [*now, *(Key(one.encode()) for one in before)]
