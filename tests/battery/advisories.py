"""Known weaknesses of what is pinned, as far as the public lists of them can be reached.

pip-audit says "No known vulnerabilities found" of what it could not look up; with --strict it does
not. So nothing here passes without an answer for every package.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.battery.frame import ROOT

AUDIT = ("-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "--progress-spinner=off")
UNKNOWN = ("could not be audited", "ConnectionError", "Connection", "timed out", "Timeout")
VULNERABLE = "jinja2==2.4.1\n"
"""CVE-2014-1402, CVE-2019-10906 and others."""


def audited(file: Path) -> subprocess.CompletedProcess[str]:
    """Ask about every pin of a file."""
    asked = (sys.executable, *AUDIT, "--timeout", "10", "--requirement", str(file))
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@cache
def unreachable() -> str | None:
    """Say that what is pinned could not be looked up here, or nothing."""
    try:
        told = audited(ROOT / "requirements.lock")
    except subprocess.TimeoutExpired:
        return "pip-audit got no answer: the lists of known weaknesses cannot be reached here"
    if told.returncode and any(one in told.stderr for one in UNKNOWN):
        return "pip-audit could not look everything up: no list of known weaknesses is reached here"
    return None


def test_nothing_that_is_pinned_has_a_known_weakness() -> None:
    told = audited(ROOT / "requirements.lock")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_version_with_a_known_weakness_is_found(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(VULNERABLE, encoding="utf-8")
    told = audited(file)
    assert told.returncode == 1
    assert "jinja2" in told.stdout
