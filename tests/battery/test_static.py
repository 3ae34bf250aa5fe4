"""What can be seen without running anything: three tools find nothing in Aboard, and do find."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.architecture.source import PACKAGES
from tests.battery.frame import ROOT

pytest.importorskip("bandit", reason="`make battery` installs it")
pytest.importorskip("detect_secrets", reason="`make battery` installs it")

FAMILIES = "S,ASYNC,BLE,DTZ,LOG,G"
FORMS = {"name": "VendorToken", "path": f"file://{ROOT / 'tests' / 'battery' / 'secret_forms.py'}"}
SHAPED = (
    "AWSKeyDetector", "GitHubTokenDetector", "JwtTokenDetector", "PrivateKeyDetector",
    "SlackDetector", "StripeDetector",
)  # fmt: skip
GUESSED = ("BasicAuthDetector", "KeywordDetector")
UUIDS = "detect_secrets.filters.heuristic.is_potential_uuid"
DRAWN = (".png", ".svg", ".gif", ".webp", ".lock")
KNOWN: Mapping[tuple[str, str, str], str] = MappingProxyType(
    {
        ("benchmarks/payloads.py", "Secret Keyword", "84ed7c5f76382ebc404c37530b89abf135ef4ca2"): (
            "opens nothing but the servers of a benchmark"
        ),
        ("benchmarks/dispatch.py", "Secret Keyword", "e5c89c529dccb9b42716f4d9118d61079c883d9e"): (
            "opens nothing: nobody signs there"
        ),
        (
            "docs/configuration.md",
            "Basic Auth Credentials",
            "112bb791304791ddcf692e29fd5cf149b35fea37",
        ): ("the words USER and PASSWORD"),
        (
            "docs/deploy/kubernetes.yml",
            "Secret Keyword",
            "3d0b61e9feedd930fde0067a636b2dabf15405a7",
        ): ("the name of a secret, not its value"),
        (
            "docs/deploy/kubernetes.yml",
            "Secret Keyword",
            "d889bcd8b2d4a23f0bf2f09a369e9a2ee572c2b4",
        ): ("the name of a secret, not its value"),
        (
            "docs/deploy/door-kubernetes.yml",
            "Secret Keyword",
            "bafe260b05c409303f92e3bcb7fe87bd0f72a4c7",
        ): ("the name of a secret, not its value"),
        (
            "docs/deploy/door-kubernetes.yml",
            "Secret Keyword",
            "d889bcd8b2d4a23f0bf2f09a369e9a2ee572c2b4",
        ): ("the name of a secret, not its value"),
        (
            "docs/deploy/workspace-kubernetes.yml",
            "Secret Keyword",
            "3d0b61e9feedd930fde0067a636b2dabf15405a7",
        ): ("the name of a secret, not its value"),
        ("sandbox/slack/oauth.py", "Secret Keyword", "702bd9a84b8423202bca370c3f7d517d3478d3a5"): (
            "opens nothing but the sandbox"
        ),
        ("sandbox/cast.py", "Secret Keyword", "03903e174afe43e0ee22d617861482660120654e"): (
            "opens nothing but the sandbox"
        ),
        (
            "sandbox/vendors/appxite_model.py",
            "Secret Keyword",
            "ca20728d35f00c3a4c21b1fc8b0086b59f89df2d",
        ): ("the name of a header"),
        ("vendors/appxite.py", "Secret Keyword", "453f6eac3aa55ea071764a83cd2a4d0df22f772b"): (
            "the name of a variable"
        ),
        (
            "vendors/appxite_directory.py",
            "Secret Keyword",
            "ca20728d35f00c3a4c21b1fc8b0086b59f89df2d",
        ): ("what the token is for, in words"),
    }
)
"""What looks like a secret and is none, by file, kind and the SHA-1 of its words, and why."""

PLANTED: Mapping[str, str] = MappingProxyType(
    {
        "a shell": "import subprocess\nsubprocess.run('rm ' + input(), shell=True)\n",
        "eval": "eval(input())\n",
        "pickle": "import pickle\npickle.loads(input().encode())\n",
        "yaml": "import yaml\nyaml.load(input(), Loader=yaml.Loader)\n",
        "md5": "import hashlib\nhashlib.md5(b'password').hexdigest()\n",
        "no certificate": "import ssl\ncontext = ssl._create_unverified_context()\n",
        "a temporary file": "import tempfile\nname = tempfile.mktemp()\n",
        "a blocking pause": "import time\nasync def f() -> None:\n    time.sleep(9)\n",
        "everything caught": "try:\n    print()\nexcept Exception:\n    pass\n",
        "no time zone": "import datetime\nnow = datetime.datetime.now()\n",
        "SQL from words": "def f(c, n):\n    c.execute(\"SELECT * FROM t WHERE n='%s'\" % n)\n",
        "a token": f"key = 'xa{'at-'}{'9f86d081-884c-4d65-9a2f-eaa0c55ad015'}'\n",
    }
)
"""Twelve defects as somebody writes them."""


def _told(*command: str) -> Any:  # noqa: ANN401 - what a tool prints
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(ended.stdout)


def _ruff(*places: str) -> Iterator[tuple[str, str]]:
    python = (sys.executable, "-m", "ruff", "check", "--output-format=json", "--no-cache")
    for one in _told(*python, "--select", FAMILIES, *places):
        yield one["filename"], one["code"]


def _bandit(*places: str) -> Iterator[tuple[str, str]]:
    python = (sys.executable, "-m", "bandit", "--quiet", "--format=json", "-ll", "--recursive")
    told = _told(*python, *places)
    assert told["errors"] == []
    for one in told["results"]:
        yield one["filename"], one["test_id"]


def _secrets(files: list[Path], *plugins: str) -> Iterator[tuple[str, str, str]]:
    from detect_secrets.core.secrets_collection import (  # noqa: PLC0415 - in the battery's group
        SecretsCollection,
    )
    from detect_secrets.settings import get_settings, transient_settings  # noqa: PLC0415 - likewise

    used = [{"name": one} for one in plugins]
    with transient_settings({"plugins_used": [*used, FORMS]}):
        get_settings().disable_filters(UUIDS)  # Axiom's tokens are made of one
        found = SecretsCollection()
        for file in files:
            found.scan_file(str(file))
    for name, secret in found:
        file = Path(name)
        told = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        yield str(told), secret.type, secret.secret_hash


def _ours() -> list[Path]:
    told = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - wherever it is installed
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [Path(one) for one in told if not one.endswith(DRAWN)]


def test_ruff_finds_nothing_unsafe() -> None:
    assert list(_ruff(".")) == []


def test_bandit_finds_nothing_of_medium_severity_or_more() -> None:
    assert list(_bandit(*PACKAGES)) == []


def test_no_file_holds_anything_like_a_secret() -> None:
    ours = [ROOT / one for one in _ours() if one.parts[0] != "tests"]
    tests = [ROOT / one for one in _ours() if one.parts[0] == "tests"]
    assert {ROOT / "bot" / "settings.py", ROOT / "docs" / "security.md"} <= set(ours)
    assert Path(__file__) in tests
    found = {*_secrets(ours, *SHAPED, *GUESSED), *_secrets(tests, "PrivateKeyDetector")}
    assert found <= set(KNOWN), "a file, a kind, and the SHA-1 of what was found"


def test_planted_defects_are_found(tmp_path: Path) -> None:
    for number, text in enumerate(PLANTED.values()):
        (tmp_path / f"planted_{number}.py").write_text(text, encoding="utf-8")
    files = sorted(tmp_path.iterdir())
    folder = str(tmp_path)
    found = {Path(name).name for name, _ in (*_ruff("--isolated", folder), *_bandit(folder))}
    found |= {Path(name).name for name, *_ in _secrets(files, *SHAPED)}
    missed = [what for number, what in enumerate(PLANTED) if f"planted_{number}.py" not in found]
    assert len(PLANTED) == 12
    assert len(missed) <= 1, missed


def test_an_axiom_token_is_found_by_its_form_alone(tmp_path: Path) -> None:
    file = tmp_path / "settings.txt"
    file.write_text(PLANTED["a token"].replace("key = ", "").replace("xaat", "xapt"))
    assert [kind for _, kind, _ in _secrets([file])] == ["Vendor Token"]
