"""`aboard history` and `aboard evidence` on the command line, over rows that are really there."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from typer.testing import CliRunner, Result

from bot.cli import app
from storage import migrate, people, requests
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.bot.configured import Configuration
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step
from workflow import certificate

pytestmark = pytest.mark.usefixtures("logging_as_before")

MIDDAY = NOW + 3600 * SECOND


@pytest.fixture
def engine(configuration: Configuration, tmp_path: Path) -> Iterator[Engine]:
    """A database with an onboarding and an offboarding of Ada, and an onboarding of Bea."""
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    configuration.environment["DATABASE_URL"] = url
    engine = create_engine(url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        ada = people.remember(connection, person("U0ADA", "ada@acme.example"))
        people.remember(connection, person("U0BEA", "bea@acme.example"))
        common: dict[str, str | int | None] = {
            "subject": "U0ADA", "person_id": ada, "state": "completed", "ended_at": MIDDAY,
            "email": "ada@acme.example", "given_name": "Ada", "family_name": "Moreno",
        }  # fmt: skip
        arrival = add_request(connection, **common)
        add_step(connection, arrival, vendor="axiom", state="done", after="role user")
        left = add_request(connection, **common, kind="offboard", reason="=leaves")
        add_step(connection, left, vendor="axolo", title="Axolo", state="unverified", access="")
        bea = add_request(connection, subject="U0BEA")
        requests.insert_decision(connection, decision(left))
        assert (arrival, left, bea) == (1, 2, 3)
    yield engine
    engine.dispose()


def person(slack_id: str, email: str) -> dict[str, object]:
    return {
        "team_id": "T0HOME", "slack_id": slack_id, "email": email, "given_name": "Ada",
        "family_name": "Moreno", "updated_at": NOW,
    }  # fmt: skip


def decision(number: int) -> dict[str, str | int | None]:
    return {
        "request_number": number, "approver": "U0LEAD", "verdict": "approve", "reason": "",
        "plan_digest": "1e", "rule": "approval", "at": NOW,
    }  # fmt: skip


def run(configuration: Configuration, *arguments: str) -> Result:
    configuration.file.write_text(configuration.document)
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    return CliRunner(env=given).invoke(app, list(arguments))


def listed(result: Result) -> list[int]:
    assert result.exit_code == 0, result.output
    return [json.loads(line)["number"] for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("engine")
def test_the_same_words_as_in_slack_narrow_the_history_down(configuration: Configuration) -> None:
    def numbers(*words: str) -> list[int]:
        return listed(run(configuration, "history", *words, "--json"))

    assert numbers() == [3, 2, 1]
    assert numbers("U0ADA") == [2, 1]
    assert numbers("axolo") == [2]
    assert numbers("completed", "axiom", "U0ADA") == [1]
    assert numbers("pending") == [3]
    assert numbers("2") == [2]
    assert numbers("2027-01-15") == [3, 2, 1]
    assert numbers("..2027-01-14") == []
    assert numbers("--size", "1", "--after", "3") == [2]


@pytest.mark.usefixtures("engine")
def test_what_makes_no_sense_is_answered_with_a_sentence(configuration: Configuration) -> None:
    result = run(configuration, "history", "yesterday")
    assert result.exit_code == 2
    assert "I don't understand 'yesterday'" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("engine")
def test_the_history_can_be_had_as_csv_in_which_nothing_runs(configuration: Configuration) -> None:
    result = run(configuration, "history", "U0ADA", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout, newline="")))
    assert [row["number"] for row in rows] == ["2", "1"]
    assert rows[0]["reason"] == "'=leaves"
    assert rows[0]["approved_by"] == "U0LEAD"
    assert rows[0]["steps"] == "axolo: unverified"
    assert rows[0]["ended_at"] == "2027-01-15T09:00:00+00:00"


@pytest.mark.usefixtures("engine")
def test_people_read_a_table_that_says_how_to_go_on(configuration: Configuration) -> None:
    result = run(configuration, "history", "--size", "2")
    assert result.exit_code == 0
    assert "U0BEA" in result.stdout
    assert "More: after 2" in result.stdout


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("whose", ["U0ADA", "ada@acme.example", "ADA@acme.example"])
def test_a_certificate_is_made_by_id_or_by_address(
    configuration: Configuration, whose: str
) -> None:
    result = run(configuration, "evidence", whose)
    examined = certificate.examine(result.stdout.encode())
    assert examined.genuine, result.output
    assert examined.facts is not None
    assert examined.facts.request == 2
    assert [one.title for one in examined.facts.given] == ["Axiom"]
    assert run(configuration, "evidence", "of", whose).stdout == result.stdout


@pytest.mark.usefixtures("engine")
def test_a_certificate_is_verified_against_the_audit_log(
    configuration: Configuration, tmp_path: Path
) -> None:
    file = tmp_path / "ada.txt"
    made = run(configuration, "evidence", "U0ADA", "--output", str(file))
    assert made.exit_code == 0, made.output
    result = run(configuration, "evidence", "verify", str(file))
    assert result.exit_code == 0, result.output
    assert "Nothing in this file was changed." in result.stdout
    assert "The audit log knows it: made at" in result.stdout


@pytest.mark.usefixtures("engine")
def test_a_file_that_was_changed_is_found_out(configuration: Configuration, tmp_path: Path) -> None:
    file = tmp_path / "ada.txt"
    run(configuration, "evidence", "U0ADA", "--output", str(file))
    file.write_text(file.read_text().replace("unverified", "done", 1))
    result = run(configuration, "evidence", "verify", str(file))
    assert result.exit_code == 1
    assert "changed" in result.stdout


def test_facts_that_were_made_up_are_found_out_by_the_audit_log(
    configuration: Configuration, tmp_path: Path, engine: Engine
) -> None:
    file = tmp_path / "ada.txt"
    run(configuration, "evidence", "U0ADA", "--output", str(file))
    facts = certificate.examine(file.read_bytes()).facts
    assert facts is not None
    file.write_text(certificate.document(facts.model_copy(update={"left": ("Nothing at all.",)})))
    result = run(configuration, "evidence", "verify", str(file))
    assert result.exit_code == 1
    assert "The audit log knows no such certificate" in result.stdout
    assert run(configuration, "evidence", "verify", "--offline", str(file)).exit_code == 0
    with engine.begin() as connection:
        events = METADATA.tables["auditevent"]
        made = connection.execute(sa.select(events.c.actor).where(events.c.code == "EVD001I"))
        assert list(made.scalars()) == ["aboard"]


def test_a_file_is_verified_without_settings_and_without_a_database(
    configuration: Configuration, tmp_path: Path, engine: Engine
) -> None:
    file = tmp_path / "ada.txt"
    run(configuration, "evidence", "U0ADA", "--output", str(file))
    engine.dispose()
    absent = tmp_path / "absent.db"
    configuration.environment["DATABASE_URL"] = f"sqlite:///{absent}"
    result = run(configuration, "evidence", "verify", str(file))
    assert result.exit_code == 0, result.output
    assert "The audit log was not asked" in result.stdout
    assert not absent.exists()
    alone = CliRunner(env={"ABOARD_CONFIG": str(tmp_path / "absent.toml")})
    result = alone.invoke(app, ["evidence", "verify", str(file)])
    assert result.exit_code == 0, result.output
    assert "The audit log was not asked" in result.stdout


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["U0BEA"], "There is no finished offboarding of U0BEA"),
        (["nobody@acme.example"], "nobody@acme.example is known here"),
        (["U0ADA", "--request", "1"], "Request #1 has no certificate"),
        (["U0ADA", "--request", "3"], "There is no finished offboarding of U0ADA"),
        (["U0ADA", "--output", "/nowhere/at/all"], "cannot be written"),
        (["verify", "/nowhere/at/all"], "cannot be read"),
    ],
)
def test_where_there_is_none_a_sentence_says_so(
    configuration: Configuration, words: list[str], sentence: str
) -> None:
    result = run(configuration, "evidence", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_an_address_that_two_people_had_is_not_guessed(
    configuration: Configuration, engine: Engine
) -> None:
    with engine.begin() as connection:
        people.remember(connection, person("U0ADA2", "ada@acme.example"))
    result = run(configuration, "evidence", "ada@acme.example")
    assert result.exit_code == 2
    assert "U0ADA, U0ADA2" in result.stderr
