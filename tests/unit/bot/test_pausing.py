"""A database that has gone on otherwise than an anchor outside says is a copy."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import pausing
from storage import audit, audit_chain, migrate, pauses
from storage.audit import Fact
from storage.engine import create_engine
from storage.links import Place
from storage.pauses import Why
from workflow.audit_signing import Anchor

NOW = 1_800_000_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "aboard.db"
    with _opened(file) as engine:
        migrate.upgrade(engine)
    _happens(file, "ada")
    return file


@contextmanager
def _opened(file: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


def _happens(file: Path, by: str) -> Place:
    """Record a fact, and return the place of the trail that it has."""
    with _opened(file) as engine:
        with engine.begin() as connection:
            audit.record(connection, Fact("SYS001I", NOW, by))
        with engine.begin() as connection:
            place = audit_chain.head(connection)
    assert place is not None
    return place


def _why(file: Path, place: Place) -> str:
    anchor = Anchor(place.position, place.seq, place.hash, "")
    with _opened(file) as engine, engine.begin() as connection:
        pausing.examine(connection, anchor, NOW)
        return pauses.standing(connection).why


def test_what_went_on_as_the_anchor_says_is_no_copy(file: Path) -> None:
    anchored = _happens(file, "bea")
    _happens(file, "cyd")
    assert not _why(file, anchored)


def test_what_is_shorter_or_went_on_otherwise_is_a_copy(file: Path, tmp_path: Path) -> None:
    shorter, otherwise = (
        Path(shutil.copy(file, tmp_path / name)) for name in ("shorter", "otherwise")
    )
    anchored = _happens(file, "bea")
    _happens(otherwise, "somebody else")
    assert (_why(shorter, anchored), _why(otherwise, anchored)) == (Why.ANCHOR, Why.ANCHOR)
