"""A pause counts once, a copy knows that it is one, and what waits in it is not believed."""

import resource
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storage import audit_chain, copies, pauses
from storage.engine import create_engine
from storage.links import Key
from storage.pauses import RESTORED, Standing, Why
from tests.unit.storage.rows import NOW, add_request, add_step

MINUTE = 60_000_000


@pytest.fixture
def original(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "aboard.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'aboard.db'}")
    yield engine
    engine.dispose()


def codes(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(sa.text("SELECT code FROM auditevent ORDER BY seq")))


def problem(engine: Engine) -> str | None:
    with engine.begin() as connection:
        found: str | None = connection.scalar(sa.text("SELECT problem FROM step"))
        return found


def test_a_pause_and_its_end_count_once_and_are_facts(engine: Engine) -> None:
    with engine.begin() as connection:
        assert pauses.standing(connection) == Standing()
        assert not pauses.resume(connection, "", NOW)
        assert pauses.pause(connection, Why.ASKED, NOW)
        assert not pauses.pause(connection, Why.ASKED, NOW + 1)
        assert pauses.standing(connection).since == NOW
        assert pauses.resume(connection, "", NOW + 2)
        assert not pauses.resume(connection, "", NOW + 3)
    assert codes(engine) == ["SYS001W", "SYS004I"]


@pytest.mark.parametrize(("why", "marked"), [(Why.ASKED, None), (Why.BACKUP, RESTORED)])
def test_only_in_a_copy_may_what_waits_have_been_done_elsewhere(
    engine: Engine, why: Why, marked: str | None
) -> None:
    with engine.begin() as connection:
        add_step(connection, add_request(connection))
        pauses.pause(connection, why, NOW)
        pauses.resume(connection, "", NOW + 5)
        assert pauses.is_restored(connection, NOW, NOW + 5) is (marked is not None)
        assert not pauses.is_restored(connection, NOW + 1, NOW + 1)
        assert not pauses.is_restored(connection, NOW, NOW + 6)
    assert problem(engine) == marked


COPIED = [Why.BACKUP, Why.PLACE, Why.ANCHOR, Why.COPY]


@pytest.mark.parametrize("why", COPIED)
def test_what_was_copied_while_it_was_paused_is_a_copy_all_the_same(
    engine: Engine, why: Why
) -> None:
    with engine.begin() as connection:
        add_step(connection, add_request(connection))
        pauses.pause(connection, Why.ASKED, NOW)
        assert pauses.pause(connection, why, NOW + 3)
        assert not pauses.pause(connection, Why.ASKED, NOW + 4)
        assert pauses.standing(connection) == Standing(NOW + 3, why)
        pauses.resume(connection, "", NOW + 5)
        assert pauses.is_restored(connection, NOW + 3, NOW + 3)
    assert problem(engine) == RESTORED


def test_an_anchor_that_is_ahead_at_every_start_is_told_once(engine: Engine) -> None:
    with engine.begin() as connection:
        assert pauses.pause(connection, Why.ANCHOR, NOW)
        assert not pauses.pause(connection, Why.ANCHOR, NOW + 1)


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        ("7/16", "7/16", False),
        ("7/16", "7/17", True),
        ("7/16", "8/16", True),
        ("7/16", "/16", False),
        ("/16", "7/16", False),
        ("/16", "7/17", True),
    ],
)
def test_a_role_that_may_not_see_the_cluster_makes_no_copy(
    before: str, now: str, *, moved: bool
) -> None:
    assert pauses.is_elsewhere(before, now) is moved


def test_of_several_who_notice_that_it_is_kept_elsewhere_one_does(engine: Engine) -> None:
    with engine.begin() as connection:
        assert pauses.keep_place(connection, "", "7/16")
        assert pauses.keep_place(connection, "7/16", "7/17")
        assert not pauses.keep_place(connection, "7/16", "7/17")


def test_of_many_that_start_at_once_none_fails(engine: Engine) -> None:
    together = Barrier(8)

    def start(_: int) -> bool:
        together.wait()
        with engine.begin() as connection:
            return pauses.keep_place(connection, "", "7/16")

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(start, range(8))) == [False] * 7 + [True]


def test_a_pause_that_became_another_while_it_was_told_is_told_anew(engine: Engine) -> None:
    with engine.begin() as connection:
        pauses.pause(connection, Why.ASKED, NOW)
        assert pauses.take_telling(connection, NOW)
        pauses.pause(connection, Why.COPY, NOW + 1)
        pauses.told(connection, NOW + 2)
        assert pauses.take_telling(connection, NOW + 3)


def test_of_several_who_could_tell_people_one_does(engine: Engine) -> None:
    with engine.begin() as connection:
        assert not pauses.take_telling(connection, NOW)
        pauses.pause(connection, Why.ASKED, NOW)
        assert pauses.take_telling(connection, NOW)
        assert not pauses.take_telling(connection, NOW)


def test_where_telling_failed_somebody_tries_again_ever_more_rarely(engine: Engine) -> None:
    with engine.begin() as connection:
        pauses.pause(connection, Why.ASKED, NOW)
        tries = [at for at in range(100) if pauses.take_telling(connection, NOW + at * MINUTE)]
        assert tries == [0, 1, 2, 4, 8, 16, 31, 46, 61, 76, 91]
        pauses.told(connection, NOW)
        assert not pauses.take_telling(connection, NOW + 200 * MINUTE)
        pauses.pause(connection, Why.COPY, NOW + 200 * MINUTE)
        assert pauses.take_telling(connection, NOW + 200 * MINUTE)


def test_a_copy_has_every_row_is_paused_and_is_sealed_as_the_original(
    original: Engine, tmp_path: Path
) -> None:
    target, key = tmp_path / "backup.db", Key(b"k" * 32)
    with original.begin() as connection:
        add_request(connection)
    copies.copy(original, target, key, lambda: NOW)
    assert sorted(path.name for path in tmp_path.glob("backup.db*")) == ["backup.db"]
    assert target.stat().st_mode & 0o077 == 0
    copied = create_engine(f"sqlite:///{target}")
    with copied.begin() as connection:
        assert pauses.standing(connection).why == Why.BACKUP
        assert connection.scalar(sa.text("SELECT count(*) FROM request")) == 1
        with pytest.raises(audit_chain.KeyMissingError):
            audit_chain.may_seal(connection, None)
    copied.dispose()
    with original.begin() as connection:
        assert pauses.standing(connection) == Standing()


def test_a_copy_takes_nothings_place(original: Engine, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_text("mine")
    with pytest.raises(FileExistsError):
        copies.copy(original, target, None, lambda: NOW)
    assert target.read_text() == "mine"


def test_a_copy_for_which_there_is_no_room_says_so_and_leaves_nothing(
    original: Engine, tmp_path: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    original.connect().close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(OSError, match="disk"):
            copies.copy(original, tmp_path / "backup.db", None, lambda: NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.glob("backup.db*"))


def test_a_copy_that_cannot_be_made_leaves_nothing(original: Engine, tmp_path: Path) -> None:
    with original.begin() as connection:
        connection.execute(sa.text("DROP TABLE pause"))
    with pytest.raises(sa.exc.OperationalError):
        copies.copy(original, tmp_path / "backup.db", None, lambda: NOW)
    assert not list(tmp_path.glob("backup.db*"))
