"""Which vendors there are, and that only those with settings are opened, and all are closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

from tests.unit.vendors.loopback import NOW, authorities
from vendors import registry
from vendors.axiom import Axiom
from vendors.axiom_api import AxiomSettings
from vendors.axolo import AxoloSettings
from vendors.registry import BUILT_IN, PackageError, known_vendors, open_vendors
from vendors.tools import Tools

AXIOM = AxiomSettings(token=SecretStr("xaat-1"))
AXOLO = AxoloSettings(organization="Kepler-Labs", api_key=SecretStr("axk-1"))


class Sixth(Axiom):
    """A vendor of another package."""

    name: ClassVar[str] = "sixth"
    secrets: ClassVar[Mapping[str, str]] = {"token": "SIXTH_TOKEN"}
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


def announce(monkeypatch: pytest.MonkeyPatch, name: str, value: str = f"{__name__}:Sixth") -> None:
    point = EntryPoint(name, value, "aboard.vendors")
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


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("axiom", f"{__name__}:Sixth", "though there is a vendor of this name already"),
        ("seventh", f"{__name__}:Sixth", "which calls itself sixth"),
        ("sixth", f"{__name__}:AXIOM", "which is no class"),
        ("sixth", f"{__name__}:Missing", "which cannot be imported (AttributeError)"),
        (
            "sixth",
            "no_such_package",
            "which cannot be imported (ModuleNotFoundError: no_such_package)",
        ),
    ],
)
def test_what_cannot_be_a_vendor_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    announce(monkeypatch, name, value)
    with pytest.raises(PackageError) as refused:
        known_vendors()
    assert str(refused.value) == (
        f"A package announces the vendor {name} as {value}, {why}. "
        "Please mend the package or remove it."
    )


def test_a_package_that_fails_at_import_is_refused_without_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "loud_vendor.py").write_text("raise RuntimeError('the token is hunter2')")
    monkeypatch.syspath_prepend(tmp_path)
    announce(monkeypatch, "loud", "loud_vendor:Loud")
    with pytest.raises(PackageError, match=r"cannot be imported \(RuntimeError\)") as refused:
        known_vendors()
    assert "hunter2" not in str(refused.value)


class Broken(Sixth):
    """A vendor whose class cannot be built, and says why in words that nobody should read."""

    def __init__(self, settings: AxiomSettings, _tools: Tools) -> None:
        raise RuntimeError(settings.token.get_secret_value())


async def test_a_vendor_that_cannot_be_built_is_told_in_a_sentence_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(monkeypatch, "sixth", f"{__name__}:Broken")
    with pytest.raises(PackageError) as refused:
        async with open_vendors({"sixth": AXIOM}, tools()):
            pytest.fail("it was opened")
    assert str(refused.value) == (
        "The vendor sixth cannot be built from its settings (RuntimeError). "
        "Please mend [vendors.sixth] or the vendor's package."
    )


async def test_a_vendor_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError, match="acme"):
        async with open_vendors({"acme": AXIOM}, tools()):
            pytest.fail("it was opened")
