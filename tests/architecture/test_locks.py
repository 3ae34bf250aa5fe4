"""The lock files: they hold what pyproject.toml asks for, by hash, and name no place."""

import re
import tomllib
from collections.abc import Mapping, Sequence

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {
    "requirements.lock": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["build-system"]["requires"],
    ],
    "requirements-dev.lock": [
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["project"]["optional-dependencies"]["testing"],
        *PROJECT["project"]["optional-dependencies"]["tracing"],
    ],
    "requirements-tracing.lock": PROJECT["project"]["optional-dependencies"]["tracing"],
    "requirements-docs.lock": PROJECT["dependency-groups"]["docs"],
}
PIN = re.compile(r"^([\w.-]+)==(\S+)(.*(?:\n .*)*)", re.MULTILINE)
PLACE = re.compile(r"://|^-|@ |-index|find-links|trusted-host", re.MULTILINE)


def _pins(name: str) -> dict[str, Version]:
    text = (ROOT / name).read_text()
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in PIN.finditer(text)}


def _holds(pins: Mapping[str, Version], requirement: Requirement) -> bool:
    pinned = pins.get(canonicalize_name(requirement.name))
    return pinned is not None and pinned in requirement.specifier


@pytest.mark.parametrize(("name", "asked"), LOCKS.items())
def test_a_lock_holds_what_the_project_asks_for(name: str, asked: Sequence[str]) -> None:
    pins = _pins(name)
    missing = [text for text in asked if not _holds(pins, Requirement(text))]
    assert not missing, "run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not PLACE.search(text)
    unhashed = [pin[1] for pin in PIN.finditer(text) if "--hash=sha256:" not in pin[3]]
    assert not unhashed


@pytest.mark.parametrize("name", sorted(LOCKS.keys() - {"requirements.lock"}))
def test_all_locks_agree_on_every_version(name: str) -> None:
    running, other = _pins("requirements.lock"), _pins(name)
    shared = running.keys() & other.keys()
    assert {name: running[name] for name in shared} == {name: other[name] for name in shared}
