"""Imports go one way: the contracts in pyproject.toml bite, and no cycle hides in a function."""

import graphlib
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.source import PACKAGES, ROOT

DOORS = {
    "bot/cli.py": "import sandbox",
    "bot/demo.py": "import sandbox.slack",
    "bot/app.py": "import commands",
    "commands/onboard.py": "import workflow.service",
    "workflow/service.py": "import rules\nimport storage\nimport vendors",
    "workflow/runner.py": "import dbos",
    "workflow/dequeuing.py": "import dbos",
    "workflow/takeover.py": "import dbos",
    "storage/requests.py": "import rules\nimport sqlalchemy",
    "vendors/testing/bench.py": "import pytest\nimport sandbox.slack\nimport vendors.axiom",
    "sandbox/slack.py": "import starlette",
}
FORBIDDEN = [
    ("one-way", "commands/onboard.py", "import bot"),
    ("one-way", "workflow/service.py", "import commands.onboard"),
    ("one-way", "storage/requests.py", "import workflow.service"),
    ("one-way", "storage/requests.py", "import vendors"),
    ("one-way", "vendors/axiom.py", "import storage"),
    ("one-way", "rules/states.py", "import storage"),
    ("alone", "vendors/axiom.py", "import rules"),
    ("alone", "sandbox/slack.py", "import vendors"),
    ("vendors", "vendors/axiom.py", "import slack_sdk.web"),
    ("vendors", "vendors/axiom.py", "def send():\n    import sqlalchemy"),
    ("vendors", "vendors/axiom.py", "import sandbox.slack"),
    ("vendors", "vendors/testing/bench.py", "import storage"),
    ("testing", "vendors/axiom.py", "import vendors.testing.bench"),
    ("testing", "bot/app.py", "def test():\n    from vendors import testing"),
    ("pytest", "vendors/axiom.py", "import pytest"),
    ("pytest", "sandbox/slack.py", "import pytest"),
    ("sandbox", "sandbox/slack.py", "import commands.onboard"),
    ("sandbox-door", "bot/app.py", "import sandbox.slack"),
    ("sandbox-door", "commands/onboard.py", "import sandbox"),
    ("rules", "rules/states.py", "import httpx"),
    ("rules", "rules/states.py", "from time import monotonic"),
    ("commands", "commands/onboard.py", "import storage.requests"),
    ("commands", "commands/onboard.py", "from vendors import axiom"),
    ("engine-door", "workflow/service.py", "from dbos import DBOS"),
    ("engine-door", "bot/app.py", "def start():\n    import dbos"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Lay out packages like ours that hold every import which is allowed, and nothing else."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "vendors" / "testing").mkdir()
    (tmp_path / "vendors" / "testing" / "__init__.py").touch()
    for name, text in DOORS.items():
        (tmp_path / name).write_text(f"{text}\n")
    for name in ("vendors/axiom.py", "rules/states.py"):
        (tmp_path / name).touch()
    return tmp_path


def _lint(house: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo", *options],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_imports_of_the_design_are_allowed(house: Path) -> None:
    linted = _lint(house)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(("contract", "module", "line"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(
    house: Path, contract: str, module: str, line: str
) -> None:
    with (house / module).open("a") as file:
        file.write(f"{line}\n")
    linted = _lint(house, "--contract", contract)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "0 kept, 1 broken" in linted.stdout


def test_no_module_imports_itself_on_a_detour() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {
        module: graph.find_modules_directly_imported_by(module) - {module}
        for module in graph.modules
    }
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
