"""A command that needs a database says in a sentence what is wrong with it, and makes none."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from typer.testing import CliRunner

from bot import existing
from bot.cli import app
from bot.reader import ConfigurationError, UnavailableError
from tests.unit.bot.configured import Configuration
from tests.unit.bot.test_cli import NOBODY_THERE, run

pytestmark = pytest.mark.usefixtures("logging_as_before")

ACTING = [
    "person show U0ADA",
    "person erase U0ADA --yes",
    "person hold U0ADA --reason Case",
    "person release U0ADA",
    "person holds",
    "history",
    "evidence U0ADA",
    "pause",
    "resume",
]
JUDGING = ["evidence --period 2026-01-01..2026-03-31", "audit verify"]
"""They leave with 1 where the audit trail was changed."""

NO_ANSWER = "aboard: DATABASE_URL: it cannot be opened (OperationalError): look at DATABASE_URL"


@pytest.mark.parametrize("words", [*ACTING, *JUDGING])
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


@pytest.mark.parametrize("words", ACTING)
def test_a_database_that_does_not_answer_is_worth_another_try(
    configuration: Configuration, words: str
) -> None:
    configuration.environment["DATABASE_URL"] = NOBODY_THERE
    result = run(configuration, *words.split())
    assert result.exit_code == 1, result.output
    assert NO_ANSWER in result.stderr
    assert "s3cret-word" not in result.output


@pytest.mark.parametrize("words", JUDGING)
def test_a_trail_that_could_not_be_read_is_not_told_like_one_that_was_changed(
    configuration: Configuration, words: str
) -> None:
    configuration.environment["DATABASE_URL"] = NOBODY_THERE
    result = run(configuration, *words.split())
    assert result.exit_code == 2, "1 says that the trail was changed"
    assert NO_ANSWER in result.stderr


@pytest.mark.parametrize(
    "words", [*ACTING, *JUDGING, "backup copy.db", "migrate", "serve", "serve --socket-mode"]
)
def test_a_file_that_is_no_database_has_to_be_replaced(
    configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aboard.db").write_text("An export, say, of somebody's spreadsheet.\n" * 100)
    configuration.environment |= {
        "DATABASE_URL": "sqlite:///aboard.db",
        "SLACK_APP_TOKEN": "xapp-0123456789-token",
    }
    result = run(configuration, *words.split())
    assert result.exit_code == 2, result.output
    assert "aboard: DATABASE_URL: it cannot be used (DatabaseError): " in result.stderr
    assert "put a backup in its place" in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "copy.db").exists()


def test_an_older_schema_has_to_be_brought_up_to_date(
    configuration: Configuration, tmp_path: Path
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'aboard.db'}"
    assert run(configuration, "migrate", "--to", "0001").exit_code == 0
    result = run(configuration, "person", "show", "U0ADA")
    assert result.exit_code == 2, result.output
    assert "aboard: DATABASE_URL: its schema is 0001, and this version needs" in result.stderr
    assert "run `aboard migrate`" in result.stderr


def test_what_fails_in_the_middle_is_worth_another_try(
    configuration: Configuration, tmp_path: Path
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'aboard.db'}"
    assert run(configuration, "migrate").exit_code == 0
    settings = configuration.load()
    lost = OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))
    with pytest.raises(UnavailableError, match="its disk has room"), existing.opened(settings):
        raise lost


def test_a_role_without_the_rights_is_for_whoever_gives_them(
    configuration: Configuration, tmp_path: Path
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'aboard.db'}"
    assert run(configuration, "migrate").exit_code == 0
    settings = configuration.load()
    refused = ProgrammingError("SELECT 1", {}, Exception("permission denied for table request"))
    told = pytest.raises(ConfigurationError, match="may read and write")
    with told as raised, existing.opened(settings):
        raise refused
    assert raised.value.status == 2
