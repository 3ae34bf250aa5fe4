"""A command in the wrong directory says which database is not there, and makes none."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.unit.bot.configured import Configuration

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.mark.parametrize(
    "words",
    [
        "person show U0ADA",
        "person erase U0ADA --yes",
        "person hold U0ADA --reason Case",
        "person release U0ADA",
        "person holds",
        "history",
        "evidence U0ADA",
        "evidence --period 2026-01-01..2026-03-31",
        "audit verify",
    ],
)
def test_a_command_where_no_database_is_says_so_and_makes_none(
    configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    monkeypatch.chdir(wrong)
    configuration.environment["DATABASE_URL"] = "sqlite:///aboard.db"
    configuration.file.write_text(configuration.document)
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    result = CliRunner(env=given).invoke(app, words.split())
    assert result.exit_code == 2, result.output
    assert f"There is no database {wrong / 'aboard.db'}: set DATABASE_URL" in result.stderr
    assert list(wrong.iterdir()) == []
