"""Known weaknesses of what is pinned, as far as the public lists of them can be reached.

pip-audit says "No known vulnerabilities found" of what it could not look up; with --strict it does
not. So nothing here passes without an answer for every package.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.battery.frame import ROOT

AUDIT = ("-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "--progress-spinner=off")
PATIENCE_SECONDS, GLANCE_SECONDS = 300, 30
VULNERABLE = "jinja2==2.4.1\n"
"""CVE-2014-1402, CVE-2019-10906 and others."""


def audited(file: Path, within: int = PATIENCE_SECONDS) -> subprocess.CompletedProcess[str]:
    """Ask about every pin of a file; TimeoutExpired where it takes so many seconds."""
    asked = (sys.executable, *AUDIT, "--timeout", "10", "--requirement", str(file))
    return subprocess.run(
        asked, cwd=ROOT, capture_output=True, text=True, check=False, timeout=within
    )


@cache
def unreachable() -> str | None:
    """Say that nothing can be looked up here, or nothing: asks about one weakness that is known."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(VULNERABLE, encoding="utf-8")
        try:
            told = audited(file, GLANCE_SECONDS)
        except subprocess.TimeoutExpired:
            return "pip-audit got no answer: the lists of known weaknesses cannot be reached here"
    if told.returncode == 1 and "jinja2" in told.stdout:
        return None
    return "pip-audit does not find what is known: no list of known weaknesses is reached here"


def test_nothing_that_is_pinned_has_a_known_weakness() -> None:
    told = audited(ROOT / "requirements.lock")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_version_with_a_known_weakness_is_found(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(VULNERABLE, encoding="utf-8")
    told = audited(file)
    assert told.returncode == 1
    assert "jinja2" in told.stdout
