"""`aboard evidence --period` tells an auditor all of every grant and removal, and what is amiss.

`ABOARD_EVIDENCE` sets how many of each there are, 1 by default.
"""

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from typer.testing import CliRunner, Result

from bot.cli import app
from storage import attestations, audit, migrate, requests
from storage.audit import Fact
from storage.engine import create_engine
from storage.models import METADATA, Step
from tests.terms import one_stage
from tests.unit.bot.configured import Configuration
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step
from workflow.approving import PLAN_RULE
from workflow.period_rows import Row

pytestmark = pytest.mark.usefixtures("logging_as_before")

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
APPROVED, STARTED, ENDED = NOW + 10 * MINUTE, NOW + 11 * MINUTE, NOW + 12 * MINUTE
DAY = "2027-01-15..2027-01-15"
EACH = int(os.environ.get("ABOARD_EVIDENCE", "1"))


@pytest.fixture
def engine(configuration: Configuration, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    configuration.environment["DATABASE_URL"] = url
    engine = create_engine(url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


def run(configuration: Configuration, *arguments: str) -> Result:
    configuration.file.write_text(configuration.document)
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    return CliRunner(env=given).invoke(app, ["evidence", *arguments])


def pack(configuration: Configuration) -> dict[str, Any]:
    told = run(configuration, "--period", DAY)
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def carried_out(
    connection: Connection,
    approver: str = "U0LEAD",
    at: int = APPROVED,
    rule: str = "approval",
    **values: str | int | None,
) -> int:
    """Add a request that somebody approved and that was carried out; return its number."""
    row = {"state": "completed", "reason": "Joins the team", "ended_at": ENDED, **values}
    number = add_request(connection, **row)
    verdict: dict[str, str | int | None] = {
        "request_number": number, "approver": approver, "verdict": "approve", "reason": "",
        "plan_digest": "1e", "rule": rule, "at": at,
    }  # fmt: skip
    requests.insert_decision(connection, verdict)
    audit.record(connection, Fact("DEC001I", at, approver, number))
    return number


def done(connection: Connection, number: int, **values: str | int | None) -> Step:
    """Add a step of it that was begun and has ended."""
    row = {"state": "done", "after": "role user", "detail": "", "updated_at": ENDED, **values}
    step = add_step(connection, number, **row)
    audit.record(connection, Fact("STP001I", STARTED, "aboard", number, step.vendor))
    return step


def exceptions(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["request"], one["vendor"], one["exception"]) for one in found["exceptions"]]


def came_and_went(engine: Engine, number: int) -> None:
    """Have somebody be given something, and have it taken away again."""
    who = f"U0ADA{number}"
    with engine.begin() as connection:
        done(connection, carried_out(connection, subject=who))
    with engine.begin() as connection:
        leaving = carried_out(connection, subject=who, kind="offboard", reason="Leaves")
        done(connection, leaving, access="", before="role user", after=None, effect="remove")


def test_every_grant_and_every_removal_has_all_eighteen_fields(
    configuration: Configuration, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    for number in range(EACH):
        came_and_went(engine, number)
    found = pack(configuration)
    rows, names = found["rows"], [one.name for one in fields(Row)]
    record_property("tried", len(rows))
    assert len(names) == 18
    assert [list(row) for row in rows] == [names] * 2 * EACH
    assert all(str(value).strip() for row in rows for value in row.values())
    assert [row["action"] for row in rows] == ["grant", "removal"] * EACH
    for row in rows:
        assert (row["approved_by"], row["independent"]) == ("U0LEAD", "yes")
        assert row["requested_at"] < row["approved_at"] < row["executed_at"]
    for grant, removal in zip(rows[::2], rows[1::2], strict=True):
        assert grant["verified"].startswith("read back after the write, 2027-")
        assert grant["removed_at"] == removal["removed_at"] == "2027-01-15T08:12:00.000000Z"
        assert removal["elapsed_and_limit"] == "120 s of 3600 s"
    assert found["exceptions"] == []


def test_whatever_an_auditor_would_ask_about_is_an_exception(
    configuration: Configuration, engine: Engine
) -> None:
    with engine.begin() as connection:
        by_self = carried_out(connection, approver="U0ASKS")
        done(connection, by_self)
        early = carried_out(connection, at=STARTED + 1)
        done(connection, early)
        bare = carried_out(connection, approver="aboard", reason="")
        done(connection, bare, state="unverified")
        late = carried_out(connection, kind="offboard")
        done(connection, late, access="", updated_at=APPROVED + 2 * HOUR)
        broken = carried_out(connection, state="completed_with_errors")
        done(connection, broken, state="failed")
        by_hand = carried_out(connection)
        step = done(connection, by_hand, state="attested")
        said = {"step_id": step.id, "by": "U0OPS", "evidence": "Ticket 7", "rule": "r", "at": ENDED}
        attestations.insert(connection, said)
    found = pack(configuration)
    assert exceptions(found) == [
        (by_self, "axiom", "whoever approved is concerned"),
        (early, "axiom", "it was begun before it was approved"),
        (bare, "axiom", "no person approved it"),
        (bare, "axiom", "no reason was given"),
        (bare, "axiom", "nobody could verify it"),
        (late, "axiom", "the removal took too long"),
        (broken, "axiom", "it is not done"),
        (by_hand, "axiom", "somebody vouches for it"),
    ]
    rows = {one["request"]: one for one in found["rows"]}
    assert "U0OPS vouches for it: Ticket 7" in rows[by_hand]["verified"]
    assert rows[by_self]["independent"] == "no"


def test_fewer_approvals_than_were_needed_are_an_exception(
    configuration: Configuration, engine: Engine
) -> None:
    two = one_stage("U0LEAD", "U0SEC", threshold=2).text()
    with engine.begin() as connection:
        one_of_two = carried_out(connection, terms=two)
        done(connection, one_of_two)
        enough = carried_out(connection, terms=two)
        second: dict[str, str | int | None] = {
            "request_number": enough, "approver": "U0SEC", "verdict": "approve", "reason": "",
            "plan_digest": "1e", "rule": "approval", "at": APPROVED,
        }  # fmt: skip
        requests.insert_decision(connection, second)
        done(connection, enough)
        origin = carried_out(connection)
        done(connection, origin)
        ended = carried_out(
            connection, approver="aboard", rule=PLAN_RULE, kind="offboard", terms=two,
            origin=origin,
        )  # fmt: skip
        done(connection, ended, access="")
    told = run(configuration, "--period", DAY)
    found = json.loads(told.stdout)
    assert exceptions(found) == [(one_of_two, "axiom", "fewer people approved it than were needed")]
    problem = f"a step of request {one_of_two} started with 1 of 2 approvals"
    assert (told.exit_code, found["chain"]["problem"]) == (1, problem)


def test_an_end_that_was_asked_of_its_own_was_approved_by_those_who_answered_it(
    configuration: Configuration, engine: Engine
) -> None:
    two = one_stage("U0LEAD", "U0SEC", threshold=2).text()
    with engine.begin() as connection:
        origin = carried_out(connection)
        asked = carried_out(connection, approver="U0SEC", kind="offboard", terms=two, origin=origin)
        done(connection, asked, access="")
    (row,) = (found := json.loads(run(configuration, "--period", DAY).stdout))["rows"]
    assert row["approved_by"] == "U0SEC"
    assert exceptions(found) == [(asked, "axiom", "fewer people approved it than were needed")]


def test_whoever_it_was_asked_for_does_not_approve_either(
    configuration: Configuration, engine: Engine
) -> None:
    with engine.begin() as connection:
        number = carried_out(connection, principal="U0LEAD")
        done(connection, number)
    found = pack(configuration)
    assert exceptions(found) == [(number, "axiom", "whoever approved is concerned")]
    assert found["rows"][0]["requester"] == "U0ASKS on behalf of U0LEAD"


def test_only_what_was_done_in_the_period_is_in_it(
    configuration: Configuration, engine: Engine
) -> None:
    with engine.begin() as connection:
        inside = carried_out(connection)
        done(connection, inside)
        only_approved = carried_out(connection, state="approved", ended_at=None)
        add_step(connection, only_approved)
        carried_out(connection, at=NOW + 48 * HOUR)
        add_request(connection)
    found = pack(configuration)
    assert [one["request"] for one in found["rows"]] == [inside, only_approved]
    assert found["rows"][1]["executed_at"] == "never"
    assert exceptions(found) == [(only_approved, "axiom", "it is not done")]


def test_what_was_begun_before_the_period_and_ended_in_it_is_in_both(
    configuration: Configuration, engine: Engine
) -> None:
    early = NOW - 30 * 24 * HOUR
    with engine.begin() as connection:
        numbers = [begun(connection, early) for _ in range(4)]
        retried, ended, vouched, untouched = numbers
        for number, code in ((retried, "STP001I"), (ended, "STP002I"), (vouched, "STP008I")):
            audit.record(connection, Fact(code, STARTED, "aboard", number, "axiom"))
        audit.record(connection, Fact("STP006I", STARTED, "U0OPS", untouched, "axiom"))
    assert [one["request"] for one in pack(configuration)["rows"]] == [retried, ended, vouched]
    before = json.loads(run(configuration, "--period", "2026-12-16..2026-12-16").stdout)
    assert [one["request"] for one in before["rows"]] == numbers
    (row,) = [one for one in before["rows"] if one["request"] == ended]
    assert row["executed_at"].startswith("2026-12-16")


def test_an_attempt_that_did_nothing_is_not_when_it_was_carried_out(
    configuration: Configuration, engine: Engine
) -> None:
    friday = STARTED - 4 * 24 * HOUR
    with engine.begin() as connection:
        numbers = [begun(connection, friday) for _ in range(4)]
        refused, lost, retried, hasty = numbers
        for number, code in zip(numbers, ("STP013W", "STP003W", "STP004E", "STP013W"), strict=True):
            audit.record(connection, Fact(code, friday + 2, "aboard", number, "axiom"))
        for code in ("STP006I", "STP005I"):
            audit.record(connection, Fact(code, STARTED, "U0OPS", lost, "axiom"))
        for number in numbers:
            audit.record(connection, Fact("STP001I", STARTED, "aboard", number, "axiom"))
        for number in (refused, lost, hasty):
            audit.record(connection, Fact("STP002I", ENDED, "aboard", number, "axiom", "done"))
        made = METADATA.tables["decision"]
        connection.execute(
            sa.update(made).where(made.c.request_number == hasty).values(at=friday + HOUR)
        )
    rows = {one["request"]: one["executed_at"] for one in pack(configuration)["rows"]}
    days = {number: rows[number][:10] for number in numbers}
    assert days == {
        refused: "2027-01-15", lost: "2027-01-11", retried: "2027-01-11", hasty: "2027-01-15",
    }  # fmt: skip
    told = [one for one in exceptions(pack(configuration)) if one[0] == hasty]
    assert (hasty, "axiom", "it was begun before it was approved") in told


def begun(connection: Connection, at: int) -> int:
    """Add a removal that was approved and begun at a moment; return its number."""
    number = carried_out(connection, at=at, kind="offboard", created_at=at)
    step = add_step(connection, number, state="done", access="", before="role user")
    audit.record(connection, Fact("STP001I", at + 1, "aboard", number, step.vendor))
    return number


def test_who_asked_for_it_is_on_record_where_they_say_so(
    configuration: Configuration, engine: Engine
) -> None:
    said = []
    for words in ([], ["--by", "U0AUDITOR"]):
        assert run(configuration, "--period", DAY, *words).exit_code == 0
        with engine.begin() as connection:
            fact = audit.last_with(connection, "EVD002I")
        said.append(fact and fact.actor)
    assert said == ["aboard", "U0AUDITOR"]
    told = run(configuration, "--period", DAY, "--by", "Eve")
    assert told.exit_code == 2
    assert "--by must be a Slack id" in told.stderr


def test_the_proof_goes_with_it_and_a_changed_trail_is_told(
    configuration: Configuration, engine: Engine
) -> None:
    with engine.begin() as connection:
        done(connection, carried_out(connection))
    whole = pack(configuration)["chain"]
    assert (whole["links"], whole["first_bad"]) == (2, None)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER auditevent_update")
        connection.exec_driver_sql("UPDATE auditevent SET actor = 'U0EVE' WHERE seq = 1")
    told = run(configuration, "--period", DAY)
    assert told.exit_code == 1
    assert json.loads(told.stdout)["chain"]["first_bad"] == 1
    assert "was changed" in told.stderr


def test_a_file_is_written_and_its_digest_is_on_record(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        done(connection, carried_out(connection, reason="=HYPERLINK(1)"))
    file = tmp_path / "evidence.csv"
    told = run(configuration, "--period", DAY, "--csv", "--output", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert told.stdout.strip().endswith(f"1 grants and removals, 0 exceptions, SHA-256 {digest}")
    (row,) = csv.DictReader(io.StringIO(file.read_text()))
    assert row["reason"] == "'=HYPERLINK(1)"
    assert row["exceptions"] == "none"
    with engine.begin() as connection:
        fact = audit.last_with(connection, "EVD002I")
    assert fact is not None
    assert fact.detail == f"{DAY}, 1 rows, sha256 {digest}"


@pytest.mark.parametrize("typed", ["2027", "2027-01-15..", "..2027-01-15", "tomorrow", "U0ADA"])
def test_a_period_needs_two_ends(configuration: Configuration, typed: str) -> None:
    told = run(configuration, "--period", typed)
    assert told.exit_code == 2
    assert "2026-01-01..2026-03-31" in told.stderr


def test_without_a_person_and_without_a_period_it_says_what_is_missing(
    configuration: Configuration,
) -> None:
    told = run(configuration, "--csv")
    assert told.exit_code == 2
    assert "--period FROM..TO" in told.stderr
