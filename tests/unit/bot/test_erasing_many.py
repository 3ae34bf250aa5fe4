"""Many people are erased one after the other, and not one byte of any of them is left.

ABOARD_ERASED says how many; 5 by default.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from bot import person_desk
from bot.cli import app
from storage import attestations, audit, migrate, requests
from storage.audit import Fact
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.bot.configured import Configuration
from tests.unit.storage.rows import NOW, add_request, add_step

pytestmark = [pytest.mark.usefixtures("logging_as_before"), pytest.mark.timeout(600)]

PEOPLE = int(os.environ.get("ABOARD_ERASED", "5"))
T = METADATA.tables
OVER: dict[str, str | int | None] = {"state": "completed", "ended_at": NOW}


class Somebody:
    """Whoever came and went, and every word that is theirs."""

    def __init__(self, number: int) -> None:
        self.slack_id, self.login = f"U0GONE{number:04}", f"gone-hub-{number:04}"
        self.email = f"gone{number:04}@acme.example"
        self.given, self.family = f"Given{number:04}", f"Family{number:04}"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def words(self) -> list[str]:
        names = [self.name, self.given, self.family]
        return [self.slack_id, self.login, self.email, self.email.upper(), *names]

    @property
    def known_as(self) -> dict[str, str | int | None]:
        return {
            "subject": self.slack_id, "email": self.email, "given_name": self.given,
            "family_name": self.family, "github_login": self.login,
        }  # fmt: skip


def lived(connection: Connection, one: Somebody) -> None:
    """Have somebody come, go, be listed, be spoken of and be asked for by others."""
    for kind in ("onboard", "offboard"):
        number = add_request(
            connection, kind=kind, reason=f"{one.name} sells", **one.known_as, **OVER
        )
        decided(connection, number, f"{one.email.upper()} is fine")
        step = add_step(connection, number, state="done", planned=f"Create {one.email}.")
        words = {"step_id": step.id, "by": "U0OPS", "evidence": f"Saw {one.name}", "rule": "r"}
        attestations.insert(connection, {**words, "at": NOW})
    asked = {"requester": "U0ASKS", "requester_email": "asks@acme.example"}
    spoken = add_request(connection, reason=f"Takes over from {one.name}", **asked, **OVER)
    add_step(connection, spoken, state="failed", detail=f"{one.email} is there already")
    listed(connection, one)
    person = {key: value for key, value in one.known_as.items() if key != "subject"}
    connection.execute(
        sa.insert(T["person"]).values(
            team_id="T0HOME", slack_id=one.slack_id, updated_at=NOW, **person
        )
    )


def listed(connection: Connection, one: Somebody) -> None:
    """Have somebody be two lines of a batch, of which one led to nobody."""
    batch = {
        "ref": f"batch-{one.login[-4:]}", "team_id": "T0HOME", "requester": "U0ASKS",
        "reason": f"With {one.name}", "source": f"{one.email} {one.login}\n{one.email.upper()}",
        "state": "ended", "verdict": "approved", "created_at": NOW, "ended_at": NOW,
        "expires_at": NOW, "look_at": 0, "asked_at": 0, "reminded": 0, "others": "", "terms": "",
    }  # fmt: skip
    number = connection.execute(sa.insert(T["batch"]).values(batch)).inserted_primary_key
    assert number is not None
    line = {"batch_number": number[0], "github_login": one.login, "profile": "engineer"}
    rows = [
        {**line, "line": 1, "person": one.email, "subject": one.slack_id, "problem": None},
        {**line, "line": 2, "person": one.email.upper(), "subject": None, "problem": "unknown"},
    ]
    connection.execute(sa.insert(T["batchrow"]), rows)


def decided(connection: Connection, number: int, reason: str) -> None:
    verdict: dict[str, str | int | None] = {
        "request_number": number, "approver": "U0LEAD", "verdict": "approve", "reason": reason,
        "plan_digest": "1e", "rule": "approval", "at": NOW,
    }  # fmt: skip
    requests.insert_decision(connection, verdict)
    audit.record(connection, Fact("DEC001I", NOW, "U0LEAD", number))


def typed(configuration: Configuration, *words: str) -> Result:
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    return CliRunner(env=given).invoke(app, list(words))


def in_files(folder: Path) -> bytes:
    """Return every byte of the database, also of its journal."""
    return b"".join(one.read_bytes() for one in folder.glob("*.db*"))


def test_not_one_byte_is_left_of_many_who_are_erased(
    configuration: Configuration, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    configuration.environment["DATABASE_URL"] = url
    configuration.file.write_text(configuration.document)
    engine = create_engine(url)
    migrate.upgrade(engine)
    people = [Somebody(number) for number in range(PEOPLE)]
    stays = Somebody(9999)
    for one in (*people, stays):
        with engine.begin() as connection:
            lived(connection, one)
    engine.dispose()
    assert all(word.encode() in in_files(tmp_path) for word in people[0].words), "the control"
    settings = configuration.load()
    for one in people:
        erased = asyncio.run(person_desk.erase(settings, one.slack_id))
        assert (erased.requests, erased.is_rest_held) == (2, False)
    files = in_files(tmp_path)
    exports = [typed(configuration, "history", "--csv"), typed(configuration, "audit", "verify")]
    assert [one.exit_code for one in exports] == [0, 0], exports[1].output
    written = files + exports[0].stdout.encode()
    left = [word for one in people for word in one.words if word.encode() in written]
    record_property("tried", PEOPLE)
    looked_for = sum(len(one.words) for one in people)
    record_property("measured", f"{len(left)} of {looked_for} words left in {len(files):,} bytes")
    assert left == []
    assert all(word.encode() in files for word in stays.words), "nobody else is touched"
