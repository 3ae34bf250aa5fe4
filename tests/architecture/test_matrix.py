"""What the documents say of vendors and of promises is what the code says."""

import re
import subprocess
import sys

from tests.architecture.source import ROOT

TESTED = (ROOT / "tests", ROOT / "vendors" / "testing")


def test_the_vendor_matrix_is_what_the_classes_say() -> None:
    script = ROOT / "docs" / "matrix.py"
    drawn = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, check=False)
    assert drawn.returncode == 0, "run .venv/bin/python docs/matrix.py"


def test_every_promise_names_a_test_that_exists() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", (ROOT / "docs" / "security.md").read_text()))
    sources = "\n".join(path.read_text() for folder in TESTED for path in folder.rglob("*.py"))
    assert sorted(name for name in named if f"def {name}(" not in sources) == []
    assert named
