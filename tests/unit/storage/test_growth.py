"""What is read while somebody waits, or every few seconds, costs the same among many requests.

SQLite plans by the statistics that ``ANALYZE`` leaves. Nothing in Aboard asks for them, and an
operator may: it is the same both ways.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from benchmarks import years
from benchmarks.payloads import TEAM
from rules.limits import Limits
from rules.pages import Span
from rules.values import Kind
from storage import alarms, asked, dossiers, history, home, migrate, needed, requests
from storage.asked import Asker
from storage.engine import create_engine
from storage.history import Filter
from storage.home_pages import Ask
from tests.unit.storage.worked import steps_of

Read = Callable[[Connection], object]

FEW, MANY = 1_000, 10_000
AFTER_ALL = 2**60
FIRST = Ask(TEAM, years.APPROVER, Span(), 5)
READS: dict[str, Read] = {
    "waiting": lambda connection: home.pending(connection, TEAM, Span()),
    "mine": lambda connection: home.of_requester(connection, FIRST),
    "on board": lambda connection: home.on_board(connection, FIRST),
    "leaving": lambda connection: home.leaving(connection, FIRST),
    "what to expire": lambda connection: requests.expired(connection, AFTER_ALL, 50),
    "what is due": lambda connection: alarms.due(connection, AFTER_ALL, 10),
    "what somebody asked for": lambda connection: asked.by(
        connection, Asker(TEAM, years.APPROVER, Kind.ONBOARD), 0, Limits()
    ),
    "a page of the history": lambda connection: dossiers.of_requests(
        connection,
        history.page(connection, Filter(TEAM), after=None, size=10).requests,
    ),
}
SWEPT: dict[str, Read] = {
    "who is over": lambda connection: needed.over(connection, TEAM, AFTER_ALL, 100),
}
both_ways = pytest.mark.parametrize("analyzed", [False, True])


def _work(
    url: str, many: int, reads: Mapping[str, Read] = READS, *, analyzed: bool = False
) -> dict[str, int]:
    engine = _filled(url, many)
    if analyzed:
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        engine.dispose()
    with engine.begin() as connection:
        found = {name: _steps(connection, read) for name, read in reads.items()}
    engine.dispose()
    return found


def _filled(url: str, many: int) -> Engine:
    engine = create_engine(url)
    migrate.upgrade(engine)
    years.fill(engine, many)
    return engine


def _steps(connection: Connection, read: Read) -> int:
    """Return how much work a read is for SQLite; it has to find something."""
    found = list[object]()
    steps = steps_of(connection, lambda: found.append(read(connection)))
    assert all(found)
    return steps


def _scan(connection: Connection) -> object:
    return connection.execute(sa.text("SELECT count(*) FROM request WHERE reason = ''")).all()


@both_ways
def test_ten_times_as_many_requests_are_no_more_work(tmp_path: Path, *, analyzed: bool) -> None:
    few = _work(f"sqlite:///{tmp_path / 'few.db'}", FEW, analyzed=analyzed)
    many = _work(f"sqlite:///{tmp_path / 'many.db'}", MANY, analyzed=analyzed)
    grown = {name: (few[name], many[name]) for name in few if many[name] > 2 * few[name]}
    assert not grown


@both_ways
def test_sweeping_ten_times_as_many_is_ten_times_the_work(
    tmp_path: Path, *, analyzed: bool
) -> None:
    few = _work(f"sqlite:///{tmp_path / 'few.db'}", FEW, SWEPT, analyzed=analyzed)
    many = _work(f"sqlite:///{tmp_path / 'many.db'}", MANY, SWEPT, analyzed=analyzed)
    assert many["who is over"] < 15 * few["who is over"]


def test_what_no_index_leads_would_be_seen(tmp_path: Path) -> None:
    """The control: a scan of all requests is ten times as much work."""
    scan = {"scan": _scan}
    few = _work(f"sqlite:///{tmp_path / 'few.db'}", FEW, scan)["scan"]
    assert _work(f"sqlite:///{tmp_path / 'many.db'}", MANY, scan)["scan"] > 8 * few


def test_many_dossiers_are_those_of_each(tmp_path: Path) -> None:
    engine = _filled(f"sqlite:///{tmp_path / 'few.db'}", FEW)
    with engine.begin() as connection:
        found = history.page(connection, Filter(TEAM), after=None, size=20).requests
        every = dossiers.of_requests(connection, found)
        for one, together in zip(found, every, strict=True):
            alone = dossiers.of_request(connection, one)
            assert _facts(together) == _facts(alone)
            assert together.steps
    engine.dispose()


def _facts(dossier: dossiers.Dossier) -> list[dict[str, object]]:
    rows = [dossier.request, dossier.person, *dossier.steps, *dossier.decisions]
    return [one.model_dump() if one is not None else {} for one in rows]
