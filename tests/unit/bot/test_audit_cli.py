"""`aboard audit` says whether the trail was changed, by its words and by its exit status."""

import asyncio
import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from typer.testing import CliRunner, Result

from bot import audit_desk
from bot.cli import app
from bot.reader import ConfigurationError
from storage import audit, audit_chain, migrate
from storage.anchors import Sink
from storage.audit import Fact
from storage.database import Database
from storage.engine import create_engine
from storage.links import Key
from tests.unit.bot.configured import Configuration
from workflow.audit_anchors import Anchoring, Often, into_file
from workflow.audit_signing import Anchor, key_from, line, public_of

pytestmark = pytest.mark.usefixtures("logging_as_before")

NOW = 1_800_000_000_000_000
SEED = base64.b64encode(b"s" * 32).decode()
SECRET = "a-key-that-is-long-enough-for-it"


@pytest.fixture
def engine(configuration: Configuration, tmp_path: Path) -> Iterator[Engine]:
    """A trail of five events, sealed with a key; the settings hold it and a key to sign with."""
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    configuration.environment |= {
        "DATABASE_URL": url,
        "AUDIT_HMAC_KEY": SECRET,
        "AUDIT_SIGNING_KEY": SEED,
    }
    engine = create_engine(url, Key(SECRET.encode()))
    migrate.upgrade(engine)
    for number in range(5):
        with engine.begin() as connection:
            audit.record(connection, Fact("EXP001I", NOW + number, "U0ADA"))
    yield engine
    engine.dispose()


def run(configuration: Configuration, *arguments: str) -> Result:
    return command(configuration, "audit", *arguments)


def command(configuration: Configuration, *words: str) -> Result:
    configuration.file.write_text(configuration.document)
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    return CliRunner(env=given).invoke(app, list(words))


def anchor(engine: Engine, path: Path) -> Path:
    """Write down an anchor of the trail as it stands."""
    with engine.begin() as connection:
        head = audit_chain.head(connection)
    assert head is not None
    kept = Anchor(head.position, head.seq, head.hash, "2026-11-22T14:00:00.000000Z")
    path.write_text(f"{line(kept, key_from(SEED))}\n")
    return path


def tamper(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for name in connection.scalars(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_whole_trail_is_said_to_be_whole(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    bare = run(configuration, "verify")
    assert bare.exit_code == 0
    assert "5 events follow one another" in bare.stdout
    assert "No anchor was compared" in bare.stdout
    held = run(configuration, "verify", "--anchors", str(anchor(engine, tmp_path / "kept.jsonl")))
    assert held.exit_code == 0
    assert "Anchors hold the first 5 of them." in held.stdout


def test_a_change_is_named_by_the_number_of_its_event(
    configuration: Configuration, engine: Engine
) -> None:
    tamper(engine, "UPDATE auditevent SET actor = 'U0EVE' WHERE seq = 3")
    told = run(configuration, "verify")
    assert told.exit_code == 1
    assert "The first bad event is 3: it is not what was sealed." in told.stdout
    row = json.loads(run(configuration, "verify", "--json").stdout)
    assert (row["genuine"], row["first_bad"], row["links"]) == ("no", 3, 2)


def test_an_end_that_was_cut_off_is_seen_with_the_file_of_the_settings(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    kept = anchor(engine, tmp_path / "anchors.jsonl")
    tamper(engine, "DELETE FROM auditlink WHERE seq > 3", "DELETE FROM auditevent WHERE seq > 3")
    assert run(configuration, "verify").exit_code == 0
    configuration.document += f'\n[audit]\nfile = "{kept}"\n'
    told = run(configuration, "verify")
    assert told.exit_code == 1
    assert "The first bad event is 4: the end was cut off after link 3" in told.stdout


def test_an_end_that_was_cut_off_is_seen_with_the_anchors_that_the_database_holds(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    kept = tmp_path / "anchors.jsonl"
    filed(engine, kept)
    assert run(configuration, "verify").exit_code == 0
    tamper(engine, "DELETE FROM auditlink WHERE seq > 3", "DELETE FROM auditevent WHERE seq > 3")
    told = run(configuration, "verify")
    assert told.exit_code == 1
    assert "The first bad event is 4: the end was cut off after link 3" in told.stdout
    assert "No anchor was compared" in told.stdout
    tamper(engine, "UPDATE auditanchor SET line = 'nothing'")
    assert "as an anchor of the trail is none" in run(configuration, "verify").stdout


def test_a_file_of_anchors_that_is_gone_is_an_error_once_there_was_one(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    kept = tmp_path / "anchors.jsonl"
    configuration.document += f'\n[audit]\nfile = "{kept}"\n'
    assert run(configuration, "verify").exit_code == 0
    filed(engine, kept)
    assert "Anchors hold the first 5 of them." in run(configuration, "verify").stdout
    kept.unlink()
    for words in (["audit", "verify"], WRITING[0]):
        told = command(configuration, *words)
        assert told.exit_code == 2
        assert "anchors.jsonl is missing, and anchors of the audit trail were" in told.stderr
    given = anchor(engine, tmp_path / "copy.jsonl")
    assert run(configuration, "verify", "--anchors", str(given)).exit_code == 0


def filed(engine: Engine, path: Path) -> None:
    """Have the trail anchored as the bot does, into a file."""
    database = Database(str(engine.url), Key(SECRET.encode()))
    outlets = {Sink.FILE: into_file(path)}
    often, key = Often(1, 1), key_from(SEED)
    asyncio.run(Anchoring(database, lambda: NOW, often, key, outlets).once())
    database.close()


def test_anchors_that_somebody_else_made_are_refused(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    kept = anchor(engine, tmp_path / "anchors.jsonl")
    other = public_of(key_from(base64.b64encode(b"o" * 32).decode()))
    told = run(configuration, "verify", "--anchors", str(kept), "--public-key", other)
    assert told.exit_code == 2
    assert "line 1 is not signed by a key that is known here" in told.stderr
    kept.write_text("nothing\n")
    told = run(configuration, "verify", "--anchors", str(kept))
    assert told.exit_code == 2
    assert "line 1 is no anchor" in told.stderr
    assert run(configuration, "verify", "--anchors", str(tmp_path / "none")).exit_code == 2


def test_a_database_without_a_trail_is_said_in_a_sentence(
    configuration: Configuration, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    configuration.environment["DATABASE_URL"] = f"sqlite:///{empty}"
    told = run(configuration, "verify")
    assert told.exit_code == 2
    assert "aboard migrate" in told.stderr


@pytest.mark.usefixtures("engine")
def test_the_public_key_is_printed_and_the_other_never(configuration: Configuration) -> None:
    told = run(configuration, "public-key")
    assert told.stdout.strip() == public_of(key_from(SEED))
    assert SEED not in told.output
    del configuration.environment["AUDIT_SIGNING_KEY"]
    assert run(configuration, "public-key").exit_code == 2


def test_the_grants_are_printed_for_a_role_and_for_nothing_else(
    configuration: Configuration,
) -> None:
    told = run(configuration, "grants", "aboard_app")
    assert "GRANT SELECT, INSERT ON auditevent, auditlink TO aboard_app;" in told.stdout
    assert run(configuration, "grants", "a; DROP TABLE person").exit_code == 2


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AUDIT_HMAC_KEY", "short", "AUDIT_HMAC_KEY must have at least 32 characters"),
        (
            "AUDIT_HMAC_KEY_BEFORE",
            f"{'k' * 32},short",
            "AUDIT_HMAC_KEY_BEFORE must be keys of at least 32 characters",
        ),
        ("AUDIT_SIGNING_KEY", "A" * 40, "AUDIT_SIGNING_KEY must be 32 bytes in base64"),
        ("AUDIT_SIGNING_KEY", "no-base64!", "AUDIT_SIGNING_KEY must be 32 bytes in base64"),
    ],
)
def test_a_key_that_is_none_is_refused_without_its_value(
    configuration: Configuration, name: str, value: str, said: str
) -> None:
    configuration.environment[name] = value
    told = run(configuration, "verify")
    assert told.exit_code == 2
    assert said in told.stderr
    assert value not in told.output


WRITING = [
    ["evidence", "--period", "2027-01-15..2027-01-15"],
    ["person", "hold", "U0ADA", "--reason", "Case 7"],
]


@pytest.mark.parametrize("words", WRITING, ids=["evidence", "person"])
def test_a_command_without_the_key_records_nothing_and_the_trail_stays_whole(
    configuration: Configuration, engine: Engine, words: list[str]
) -> None:
    del configuration.environment["AUDIT_HMAC_KEY"]
    told = command(configuration, *words)
    assert told.exit_code == 2
    assert told.stderr.startswith("aboard: The audit trail is sealed with key ")
    configuration.environment["AUDIT_HMAC_KEY"] = SECRET
    with engine.begin() as connection:
        audit.record(connection, Fact("EXP001I", NOW, "U0ADA"))
    verdict = run(configuration, "verify")
    assert verdict.exit_code == 0
    assert "6 events follow one another" in verdict.stdout


async def test_the_bot_does_not_start_without_the_key(
    configuration: Configuration, engine: Engine
) -> None:
    database = Database(str(engine.url), Key(SECRET.encode()))
    await audit_desk.note_settings(configuration.load(), database, NOW)
    del configuration.environment["AUDIT_HMAC_KEY"]
    with pytest.raises(ConfigurationError, match="without AUDIT_HMAC_KEY"):
        await audit_desk.note_settings(configuration.load(), database, NOW)
    database.close()


def test_a_trail_whose_key_was_changed_twice_is_whole(
    configuration: Configuration, engine: Engine
) -> None:
    keys = [SECRET, "another-key-that-is-long-enough!", "the-last-key-that-is-long-enough"]
    for secret in keys[1:]:
        other = create_engine(str(engine.url), Key(secret.encode()))
        with other.begin() as connection:
            audit.record(connection, Fact("EXP001I", NOW, "U0ADA"))
        other.dispose()
    configuration.environment |= {
        "AUDIT_HMAC_KEY": keys[2],
        "AUDIT_HMAC_KEY_BEFORE": f"{keys[1]},{keys[0]}",
    }
    assert run(configuration, "verify").exit_code == 0
    assert set(keys) <= set(configuration.load().secrets())
    configuration.environment["AUDIT_HMAC_KEY_BEFORE"] = keys[1]
    assert "which is not known here" in run(configuration, "verify").stdout


async def test_a_change_of_the_settings_is_on_record_and_a_change_of_a_secret_is_not(
    configuration: Configuration, engine: Engine
) -> None:
    database = Database(str(engine.url), Key(SECRET.encode()))
    said = []
    for step, change in enumerate([_nothing, _nothing, _secret, _threshold, _rule, _operator]):
        change(configuration)
        await audit_desk.note_settings(configuration.load(), database, NOW + step)
        last = await database.read(partial(audit.last_with, code="CFG001I"))
        assert last is not None
        said.append((last.at - NOW, dict(one.split() for one in last.detail.split(", "))))
    database.close()
    assert [at for at, _ in said] == [0, 0, 0, 3, 4, 5]
    first, threshold, rule, operator = (held for _, held in said[2:])
    assert {name for name in first if first[name] != threshold[name]} == {"approval"}
    assert {name for name in first if threshold[name] != rule[name]} == {"rules"}
    assert {name for name in first if rule[name] != operator[name]} == {"operators"}


def _nothing(_: Configuration) -> None:
    pass


def _secret(configuration: Configuration) -> None:
    configuration.environment["AXIOM_TOKEN"] = "xaat-another-token"


def _threshold(configuration: Configuration) -> None:
    configuration.change("threshold = 1", "threshold = 2")


def _rule(configuration: Configuration) -> None:
    rule = 'name = "axiom"\nwhen = { vendor = "axiom" }\napprovers = ["U0123456789"]'
    configuration.document += f"\n[[rules]]\n{rule}\n"


def _operator(configuration: Configuration) -> None:
    configuration.document += '\n[people]\noperators = ["U0123456789"]\n'


def test_a_line_that_was_broken_off_and_written_again_is_passed_over(
    configuration: Configuration, engine: Engine, tmp_path: Path
) -> None:
    kept = anchor(engine, tmp_path / "anchors.jsonl")
    whole = kept.read_text()
    kept.write_text(f"{whole[:40]}\n{whole}")
    told = run(configuration, "verify", "--anchors", str(kept))
    assert told.exit_code == 0
    assert "Anchors hold the first 5 of them." in told.stdout
    kept.write_text(f"{whole}{whole[:40]}\n")
    told = run(configuration, "verify", "--anchors", str(kept))
    assert told.exit_code == 2
    assert "line 2 is no anchor" in told.stderr


@pytest.mark.parametrize("public", ["", "x", "ü", "AAAA"])
def test_a_public_key_that_is_none_is_refused_in_a_sentence(
    configuration: Configuration, engine: Engine, tmp_path: Path, public: str
) -> None:
    kept = anchor(engine, tmp_path / "anchors.jsonl")
    told = run(configuration, "verify", "--anchors", str(kept), "--public-key", public)
    assert told.exit_code == 2
    assert "A public key must be 32 bytes in base64." in told.stderr
