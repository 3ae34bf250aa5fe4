"""What every test has: how properties are searched, databases of both kinds, logging as it was.

A property is tried with the same examples in every run, so that a run says what the change did.
`make test ARGS=--hypothesis-profile=search` looks for new ones.

Set `ABOARD_TEST_POSTGRES` to a `postgresql://` address to use a server that is already there; its
account must be allowed to create databases.
"""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Never

import pytest
import structlog
from hypothesis import HealthCheck, settings

from benchmarks.clusters import PostgresServer, find_programs, running_cluster

pytest_plugins = ("tests.battery.counting",)

_SLOW = [HealthCheck.too_slow]  # a loaded machine proves nothing wrong, nor does a deadline
settings.register_profile("same", deadline=None, suppress_health_check=_SLOW, derandomize=True)
settings.register_profile("search", deadline=None, suppress_health_check=_SLOW)
settings.load_profile("same")

_YOUNG_OBJECTS, _LONGEST_NAP_SECONDS = 100_000, 0.2


def _nap(seconds: float) -> None:
    time.sleep(min(seconds, _LONGEST_NAP_SECONDS))


def pytest_collection_finish() -> None:
    """Spare the run what it does not need.

    Its collector, to look again and again through what stays: a quarter of the lives' time. And
    DBOS, to wait a whole second before it looks whether an engine of this process has ended.
    """
    briskly = SimpleNamespace(**vars(time) | {"sleep": _nap})
    for name in {"dbos._dbos", "dbos._sys_db"} & sys.modules.keys():
        vars(sys.modules[name])["time"] = briskly
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Lend the server at ABOARD_TEST_POSTGRES, or else a cluster of this run's own."""
    given = os.environ.get("ABOARD_TEST_POSTGRES")
    if given:
        yield PostgresServer(given)
        return
    programs = find_programs()
    if programs is None:
        _no_server()
    with running_cluster(programs) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Lend an empty PostgreSQL database, by its `postgresql://` address."""
    with postgres_server.lent() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a SQLite file that does not exist yet, by its `sqlite:///` address."""
    return f"sqlite:///{tmp_path / 'aboard.db'}"


@pytest.fixture(params=["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the test an empty database, once of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Put logging back as it was: configuring it is for a whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in root.manager.loggerDict}
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in root.manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


def _no_server() -> Never:
    reason = (
        "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql), "
        "and ABOARD_TEST_POSTGRES names no server"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
