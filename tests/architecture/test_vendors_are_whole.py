"""Nothing is forgotten for a vendor in here: whatever is missing is named, with its file."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import aiohttp
import pytest
from pydantic import BaseModel

from sandbox.cast import acme
from sandbox.page_state import page_state
from sandbox.server import application, compose
from tests.architecture.completeness import House, forgotten
from tests.architecture.source import ROOT
from tests.contract.keepers import keepers
from vendors.axiom import Axiom
from vendors.registry import BUILT_IN
from vendors.settings import SETTINGS, BaseUrl, Secret


class PlantedSettings(BaseModel):
    """One setting and two secrets, of which one may be missing."""

    model_config = SETTINGS

    base_url: BaseUrl = "https://planted.example"
    token: Secret
    second: Secret | None = None


class Planted(Axiom):
    """A vendor that somebody has just begun."""

    name: ClassVar[str] = "planted"
    title: ClassVar[str] = "Planted"
    settings: ClassVar[type[BaseModel]] = PlantedSettings
    secrets: ClassVar[Mapping[str, str]] = {"token": "PLANTED_TOKEN", "second": "PLANTED_SECOND"}


FORGOTTEN = [
    "add vendors/planted.py: the adapter",
    "add sandbox/vendors/planted.py: a simulator, written from the vendor's document",
    "add tests/contract/test_planted.py: a class that inherits VendorPromises",
    "serve the simulator at /planted: an entry in TENANCIES of sandbox/tenancies.py",
    "show Planted on the sandbox's page: an entry in TENANCIES of sandbox/tenancies.py",
    "switch [vendors.planted] on in the demo: an entry in TENANCIES of sandbox/tenancies.py",
    "give PLANTED_TOKEN to the demo's bot: secrets in TENANCIES of sandbox/tenancies.py",
    "describe vendors.planted.base_url in docs/configuration.md",
    "describe PLANTED_TOKEN in docs/configuration.md",
    "describe PLANTED_SECOND in docs/configuration.md",
    "draw docs/vendors.md again: .venv/bin/python docs/matrix.py",
]


@pytest.fixture
async def house() -> House:
    """Look around in this project."""
    async with aiohttp.ClientSession() as session:
        server = compose(acme(), time.time, session, "http")
        served = [str(one.canonical) for one in application(server).router.resources()]
        shown = [one["name"] for one in page_state(server, server.cast.manager)["vendors"]]
        given = server.environment().keys()
        return House(ROOT, set(keepers()), served, shown, given, server.configuration())


@pytest.fixture
def bare(tmp_path: Path) -> House:
    """Build a house in which nothing was done for any vendor."""
    for name in ("vendors", "sandbox/vendors", "tests/contract", "docs"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("configuration.md", "vendors.md"):
        (tmp_path / "docs" / name).touch()
    return House(tmp_path, (), (), (), (), "")


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_nothing_is_forgotten_for_a_vendor(house: House, name: str) -> None:
    assert forgotten(BUILT_IN[name], house) == []


def test_whatever_is_forgotten_is_named_with_its_file(bare: House) -> None:
    assert forgotten(Planted, bare) == FORGOTTEN


def test_a_vendor_that_is_new_in_here_lacks_all_of_it(house: House) -> None:
    assert forgotten(Planted, house) == FORGOTTEN


def test_what_was_done_is_asked_for_no_more(bare: House) -> None:
    left = list(FORGOTTEN)
    for name in ("vendors/planted.py", "sandbox/vendors/planted.py"):
        (bare.root / name).touch()
        assert forgotten(Planted, bare) == left[1:]
        del left[0]
    (bare.root / "tests/contract/test_planted.py").touch()
    left[0] = "inherit VendorPromises in tests/contract/test_planted.py, with this vendor"
    assert forgotten(Planted, bare) == left
    for more in (
        {"kept": {"planted"}},
        {"served": {"/planted"}},
        {"shown": {"planted"}},
        {"configuration": "[vendors.planted]"},
        {"environment": {"PLANTED_TOKEN"}},
    ):
        bare = replace(bare, **more)
        del left[0]
        assert forgotten(Planted, bare) == left
    described = ("vendors.planted.base_url", "PLANTED_TOKEN", "PLANTED_SECOND")
    rows = [f"| `{name}` | none | |" for name in described]
    (bare.root / "docs/configuration.md").write_text("\n".join(rows))
    assert forgotten(Planted, bare) == FORGOTTEN[-1:]
    (bare.root / "docs/vendors.md").write_text("# Vendors\n\n## Planted\n\n")
    assert forgotten(Planted, bare) == []
