"""Which vendors there are, and that only those with settings are opened, and all are closed."""

from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from tests.unit.vendors.loopback import NOW, authorities
from vendors import registry
from vendors.axiom import Axiom
from vendors.axiom_api import AxiomSettings
from vendors.axolo import AxoloSettings
from vendors.registry import BUILT_IN, known_vendors, open_vendors
from vendors.tools import Tools

AXIOM = AxiomSettings(token=SecretStr("xaat-1"))
AXOLO = AxoloSettings(organization="Kepler-Labs", api_key=SecretStr("axk-1"))


class Sixth(Axiom):
    """A vendor of another package."""

    name: ClassVar[str] = "sixth"
    closed: ClassVar[list[str]] = []

    async def aclose(self) -> None:
        self.closed.append(self.name)
        await super().aclose()


@dataclass
class Installed:
    """The entry points of packages that are installed."""

    points: list[EntryPoint]

    def __call__(self, *, group: str) -> list[EntryPoint]:
        return [point for point in self.points if point.group == group]


def announce(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    point = EntryPoint(name, f"{__name__}:Sixth", "aboard.vendors")
    monkeypatch.setattr(registry, "entry_points", Installed([point]))


def tools() -> Tools:
    return Tools(lambda: NOW, tls=authorities())


async def test_only_vendors_with_settings_are_opened() -> None:
    async with open_vendors({"axiom": AXIOM, "axolo": AXOLO}, tools()) as vendors:
        assert {name: vendor.title for name, vendor in vendors.items()} == {
            "axiom": "Axiom",
            "axolo": "Axolo",
        }
    async with open_vendors({}, tools()) as vendors:
        assert vendors == {}


async def test_a_vendor_of_another_package_is_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, "sixth")
    assert list(known_vendors()) == sorted([*BUILT_IN, "sixth"])
    async with open_vendors({"sixth": AXIOM}, tools()) as vendors:
        assert isinstance(vendors["sixth"], Axiom)
        assert Sixth.closed == []
    assert Sixth.closed == ["sixth"]
    Sixth.closed.clear()


async def test_vendors_are_closed_where_another_cannot_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(monkeypatch, "sixth")
    with pytest.raises(TypeError, match="AxoloSettings"):
        async with open_vendors({"sixth": AXIOM, "axolo": AXIOM}, tools()):
            pytest.fail("it was opened")
    assert Sixth.closed == ["sixth"]
    Sixth.closed.clear()


@pytest.mark.parametrize(("name", "words"), [("axiom", "exists already"), ("7th", "calls itself")])
def test_a_name_that_is_taken_or_wrong_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    announce(monkeypatch, name)
    with pytest.raises(ValueError, match=words):
        known_vendors()


async def test_a_vendor_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError, match="acme"):
        async with open_vendors({"acme": AXIOM}, tools()):
            pytest.fail("it was opened")


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_vendor_says_where_its_secrets_come_from(name: str) -> None:
    vendor = BUILT_IN[name]
    fields = vendor.settings.model_fields
    secret = {key for key, one in fields.items() if "SecretStr" in str(one.annotation)}
    assert set(vendor.secrets) == secret
    assert all(one.startswith(name.upper()) for one in vendor.secrets.values())
    assert vendor.name == name


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_an_access_can_be_asked_for_by_a_form(name: str) -> None:
    access: type[BaseModel] = BUILT_IN[name].access
    assert access() == access.model_validate({})
    assert all(one.title for one in access.model_fields.values())
