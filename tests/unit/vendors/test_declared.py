"""What keeps a class from being a vendor's, each flaw in words of its own."""

from dataclasses import replace
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel, Field, SecretStr

from vendors.axiom import Axiom
from vendors.declared import flaw
from vendors.registry import BUILT_IN
from vendors.settings import SETTINGS, BaseUrl, Secret


class Settings(BaseModel):
    """Settings as they have to be."""

    model_config = SETTINGS

    base_url: BaseUrl = "https://acme.example"
    token: Secret
    second: Annotated[Secret | None, Field(title="Second")] = None


class Loose(BaseModel):
    """Settings that take whatever they are given."""

    token: Secret


class Nested(BaseModel):
    """Settings that hide a secret below."""

    model_config = SETTINGS

    inner: Loose
    token: SecretStr


class Acme(Axiom):
    """A vendor without a flaw."""

    name: ClassVar[str] = "acme"
    title: ClassVar[str] = "Acme"
    settings: ClassVar[type[BaseModel]] = Settings
    secrets: ClassVar[dict[str, str]] = {"token": "ACME_TOKEN", "second": "ACME_SECOND"}


def bent(**facts: object) -> type:
    return type("Bent", (Acme,), facts)


def test_a_whole_class_has_no_flaw() -> None:
    assert flaw(Acme) is None
    assert flaw(bent(title="Société d'Été 3.0")) is None
    assert {name: flaw(one) for name, one in BUILT_IN.items()} == dict.fromkeys(BUILT_IN)


FLAWS = [
    ({"name": "Acme"}, "has a name that is not made of small letters and digits"),
    ({"name": "a" * 31}, "has a name that is not made of small letters and digits"),
    ({"name": None}, "does not say its name"),
    *(
        ({"title": title}, "has a title that is no plain words of at most 40 characters")
        for title in ("", " ", "Ac\nme", "*Acme*", "<!channel>", "A_b_", "a" * 41)
    ),
    ({"traits": {"check": True}}, "does not say its traits"),
    ({"deprovision": None}, "has no method deprovision"),
    (
        {"traits": replace(Axiom.traits, resend=True)},
        "says that it mails invitations again, and has no method resend",
    ),
    (
        {"traits": replace(Axiom.traits, resend=True)},
        "says that it mails invitations again, and has no method resend",
    ),
    (
        {"needs": frozenset({"shoe_size"})},
        "needs to know something of a person that nobody knows: shoe_size",
    ),
    (
        {"needs": frozenset({7})},
        "needs to know something of a person that nobody knows: 7",
    ),
    (
        {"secrets": {**Acme.secrets, "token": 7}},
        "takes a secret from 7, which does not begin with ACME_",
    ),
    ({"access": dict}, "has no pydantic model for its access"),
    ({"settings": Loose}, "takes unknown keys for its settings: give the model SETTINGS"),
    ({"secrets": {"token": "ACME_TOKEN"}}, "names no variable for its secret second"),
    (
        {"secrets": {**Acme.secrets, "base_url": "ACME_URL"}},
        "takes base_url from the environment, which is no Secret of its settings",
    ),
    (
        {"secrets": {**Acme.secrets, "token": "SLACK_BOT_TOKEN"}},
        "takes a secret from SLACK_BOT_TOKEN, which does not begin with ACME_",
    ),
    (
        {"settings": Nested, "secrets": {"token": "ACME_TOKEN"}},
        "names no variable for its secret inner",
    ),
]


@pytest.mark.parametrize(("facts", "words"), FLAWS)
def test_a_flaw_is_named(facts: dict[str, object], words: str) -> None:
    assert flaw(bent(**facts)) == words


@pytest.mark.parametrize("thing", [None, "acme", Acme.check, object()])
def test_what_is_no_class_is_no_vendor(thing: object) -> None:
    assert flaw(thing) == "is no class"
