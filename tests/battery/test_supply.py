"""What is installed is what was pinned: locks, hashes, and the list of all parts of Aboard."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.battery.frame import ROOT

PIN = re.compile(r"^([\w.-]+)==(\S+)((?:.*\n )*.*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
LOCKS = sorted(one.name for one in ROOT.glob("requirements*.lock"))
RUNNING = "requirements.lock"
WHEEL = "planted-1.0-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n"
TAG = "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _pins(lock: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "\n")
    return {canonicalize_name(one[1]): (one[2], one[3]) for one in PIN.finditer(text)}


def _needed(name: str) -> set[str]:
    """Return what an installed package asks for here."""
    asked = [Requirement(one) for one in distribution(name).requires or ()]
    here = {**default_environment(), "extra": ""}
    return {
        canonicalize_name(one.name)
        for one in asked
        if one.marker is None or one.marker.evaluate({k: str(v) for k, v in here.items()})
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_hashes(lock: str) -> None:
    pins = _pins(lock)
    assert pins
    assert [name for name, (_, rest) in pins.items() if not HASH.search(rest)] == []


def test_the_lock_holds_all_that_what_it_pins_asks_for() -> None:
    pins = _pins(RUNNING)
    missing = {(name, other) for name in pins for other in _needed(name) if other not in pins}
    assert missing == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_is_installed_is_what_is_pinned(lock: str) -> None:
    wrong = {}
    for name, (version, _) in _pins(lock).items():
        try:
            installed = distribution(name).version
        except PackageNotFoundError:
            installed = "none"
        if installed != version:
            wrong[name] = (version, installed)
    assert wrong == {}


def _wheel(folder: Path) -> str:
    """Make a package by hand; return the hash of its file."""
    info = "planted-1.0.dist-info"
    files = {"planted.py": "", f"{info}/METADATA": METADATA, f"{info}/WHEEL": TAG}
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return hashlib.sha256((folder / WHEEL).read_bytes()).hexdigest()


def _installed(folder: Path, told: str) -> subprocess.CompletedProcess[str]:
    lock = folder / "planted.lock"
    lock.write_text(f"planted==1.0 --hash=sha256:{told}\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--isolated", "install")
    options = ("--no-index", "--no-cache-dir", "--require-hashes", f"--find-links={folder}")
    where = ("--target", str(folder / "there"), "--requirement", str(lock))
    return subprocess.run([*pip, *options, *where], capture_output=True, text=True, check=False)


def test_a_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    true = _wheel(tmp_path)
    tampered = _installed(tmp_path, hashlib.sha256(true.encode()).hexdigest())
    assert (tampered.returncode, "DO NOT MATCH" in tampered.stderr) == (1, True)
    assert not (tmp_path / "there").exists()
    right = _installed(tmp_path, true)
    assert right.returncode == 0, right.stderr
    assert (tmp_path / "there" / "planted.py").exists()


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Make the list as `make sbom` does."""
    pytest.importorskip("cyclonedx_py", reason="`make battery` installs it")
    file = tmp_path_factory.mktemp("parts") / "sbom.json"
    made = subprocess.run(
        [*_recipe(), "--output-file", str(file), RUNNING],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    listed: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return listed


def _recipe() -> list[str]:
    """Return the command of the Makefile, without where it reads and writes."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    [line] = re.findall(r"^\t(\$\(BIN\)/cyclonedx-py .*)$", text, re.MULTILINE)
    words = line.split()[1 : line.split().index("--output-file")]
    return [sys.executable, "-m", "cyclonedx_py", *words]


def test_the_list_of_parts_is_valid_and_whole(sbom: dict[str, Any]) -> None:
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 - in the battery's group alone
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 - likewise

    version = SchemaVersion.from_version(sbom["specVersion"])
    assert JsonStrictValidator(version).validate_str(json.dumps(sbom)) is None
    listed = {canonicalize_name(one["name"]): one for one in sbom["components"]}
    pins = _pins(RUNNING)
    assert {name: one["version"] for name, one in listed.items()} == {
        name: version for name, (version, _) in pins.items()
    }
    for name, one in listed.items():
        known = {
            f"--hash=sha256:{told['content']}"
            for place in one["externalReferences"]
            for told in place["hashes"]
        }
        assert known == set(HASH.findall(pins[name][1]))


def test_a_list_that_is_wrong_is_not_valid(sbom: dict[str, Any]) -> None:
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 - in the battery's group alone
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 - likewise

    version = SchemaVersion.from_version(sbom["specVersion"])
    wrong = json.dumps({**sbom, "components": "all of them"})
    assert JsonStrictValidator(version).validate_str(wrong) is not None
