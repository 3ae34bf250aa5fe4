"""What a vendor's class has to say of itself, looked at before the class is used.

A type checker sees the adapters in here; a class from another package may be anything. Secrets are
looked at most closely: what is not declared as one is neither taken from the environment nor masked
in the log.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from vendors.contract import Person, Traits

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")  # a table in TOML, and how its variables begin
_LONGEST_NAME = 30
_TITLE = re.compile(r"[^\W_](?:[^\W_]|[ .'+-]){0,39}")  # it stands in buttons and beside markup
_FACTS: Mapping[str, type] = MappingProxyType(
    {
        "name": str,
        "title": str,
        "access": type,
        "settings": type,
        "secrets": Mapping,
        "needs": frozenset,
        "traits": Traits,
    }
)
_METHODS = (
    "check",
    "find",
    "plan",
    "plan_removal",
    "provision",
    "provision_many",
    "deprovision",
    "accounts",
    "choices",
    "aclose",
)


def flaw(vendor: object) -> str | None:
    """Return why ``vendor`` is no vendor's class, to stand behind "which"; None where it is one."""
    return next(_flaws(vendor), None)


def _flaws(vendor: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a package announces
    """Yield what is wrong; what comes later relies on what came before."""
    if not isinstance(vendor, type):
        yield "is no class"
        return
    for fact, kind in _FACTS.items():
        if not isinstance(getattr(vendor, fact, None), kind):
            yield f"does not say its {fact}"
    yield from _of_methods(vendor)
    yield from _of_names(vendor)
    yield from _of_models(vendor)
    yield from _of_secrets(vendor)


def _of_methods(vendor: Any) -> Iterator[str]:  # noqa: ANN401 - its facts are known to be there
    for method in _METHODS:
        if not callable(getattr(vendor, method, None)):
            yield f"has no method {method}"
    if vendor.traits.resend and not callable(getattr(vendor, "resend", None)):
        yield "says that it mails invitations again, and has no method resend"


def _of_names(vendor: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    if not _NAME.fullmatch(vendor.name) or len(vendor.name) > _LONGEST_NAME:
        yield "has a name that is not made of small letters and digits"
    if not _TITLE.fullmatch(vendor.title):
        yield "has a title that is no plain words of at most 40 characters"
    strange = {str(one) for one in vendor.needs} - {one.name for one in fields(Person)}
    if strange:
        yield f"needs to know something of a person that nobody knows: {', '.join(sorted(strange))}"


def _of_models(vendor: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    for fact in ("access", "settings"):
        model = getattr(vendor, fact)
        if not issubclass(model, BaseModel):
            yield f"has no pydantic model for its {fact}"
        elif model.model_config.get("extra") != "forbid":
            yield f"takes unknown keys for its {fact}: give the model SETTINGS"


def _of_secrets(vendor: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    annotations = {name: one.annotation for name, one in vendor.settings.model_fields.items()}
    secret = {name for name, one in annotations.items() if _is_secret(one)}
    for name in sorted(secret ^ {str(one) for one in vendor.secrets}):
        if name in secret:
            yield f"names no variable for its secret {name}"
        else:
            yield f"takes {name} from the environment, which is no Secret of its settings"
    begins = f"{vendor.name.upper()}_"
    for variable in vendor.secrets.values():
        if not str(variable).startswith(begins):
            yield f"takes a secret from {variable}, which does not begin with {begins}"


def _is_secret(annotation: object) -> bool:
    """Tell whether a field holds a secret, itself or somewhere below."""
    if isinstance(annotation, type) and issubclass(annotation, SecretStr):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_is_secret(one.annotation) for one in annotation.model_fields.values())
    return any(_is_secret(one) for one in get_args(annotation))
