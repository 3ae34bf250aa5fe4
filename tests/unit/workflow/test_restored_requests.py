"""What follows by itself from what a copy knew may have been done elsewhere; what is new not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from storage import audit, batches, migrate, pauses, requests
from storage.audit import Fact
from storage.engine import create_engine
from storage.pauses import Why
from tests.unit.storage.rows import NOW, add_request
from tests.unit.storage.test_batches import add_batch
from workflow.restored import may_be_done

COPIED, RESUMED = NOW + 10, NOW + 20
NEW = NOW + 30


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'aboard.db'}")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _restore(connection: Connection) -> None:
    pauses.pause(connection, Why.BACKUP, COPIED)
    pauses.resume(connection, "", RESUMED)


def _marked(connection: Connection, number: int) -> bool:
    request = requests.by_number(connection, number)
    assert request is not None
    return may_be_done(connection, request)


def test_where_nothing_was_restored_nothing_may_be_done(connection: Connection) -> None:
    assert not _marked(connection, add_request(connection))


def test_what_somebody_asks_after_the_resume_is_new(connection: Connection) -> None:
    known = add_request(connection)
    _restore(connection)
    new = add_request(connection, created_at=NEW)
    assert (_marked(connection, known), _marked(connection, new)) == (True, False)


@pytest.mark.parametrize(("until", "marked"), [(RESUMED - 1, True), (NEW, False)])
def test_an_end_that_was_due_before_the_resume_may_have_come_elsewhere(
    connection: Connection, until: int, *, marked: bool
) -> None:
    access = add_request(connection, state="completed", until_at=until)
    _restore(connection)
    leaving = add_request(connection, kind="offboard", origin=access, created_at=NEW)
    assert _marked(connection, leaving) is marked


def test_an_extension_that_somebody_asks_for_is_new(connection: Connection) -> None:
    access = add_request(connection, state="completed", until_at=RESUMED - 1)
    _restore(connection)
    assert not _marked(connection, add_request(connection, origin=access, created_at=NEW))


@pytest.mark.parametrize(("handed_in", "marked"), [(COPIED, True), (NEW, False)])
def test_a_line_is_as_old_as_its_batch(
    connection: Connection, handed_in: int, *, marked: bool
) -> None:
    batch = add_batch(connection, "open")
    batches.amend(connection, batch, {"created_at": handed_in})
    _restore(connection)
    assert _marked(connection, add_request(connection, batch=batch, created_at=NEW)) is marked


@pytest.mark.parametrize(("asked", "marked"), [(COPIED, True), (NEW, False)])
def test_what_is_asked_again_is_as_old_as_what_was_asked_first(
    connection: Connection, asked: int, *, marked: bool
) -> None:
    first = add_request(connection, state="completed", created_at=asked)
    _restore(connection)
    again = add_request(connection, created_at=NEW)
    audit.record(connection, Fact("REQ009I", NEW, "aboard", again, detail=f"request {first}"))
    assert _marked(connection, again) is marked
