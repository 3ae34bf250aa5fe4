"""Several processes of `aboard serve` on one database of PostgreSQL, started and ended together.

They share both cores with the database, with what calls them and with what they call: a machine of
two cores has no core for each.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clusters import PostgresServer, find_programs, running_cluster
from benchmarks.ports import HOST, free_port
from benchmarks.processes import ROOT, Started, python, running


@contextmanager
def cluster() -> Iterator[PostgresServer]:
    """Run PostgreSQL, its settings but `max_connections` the default; RuntimeError without one."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's server programs are not here")
    with running_cluster(programs) as server:
        yield server


@contextmanager
def fleet(count: int, configuration: str, given: Mapping[str, str]) -> Iterator[list[Started]]:
    """Migrate the database that ``given`` names, and run ``count`` replicas on it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "aboard.toml").write_text(configuration, encoding="utf-8")
        _migrate(folder, given)
        started = []
        for number in range(count):
            home, port = folder / str(number), free_port()
            home.mkdir()
            command = python("-m", "bot", "serve", "--host", HOST, "--port", str(port))
            mine = {**given, "ABOARD_CONFIG": str(folder / "aboard.toml")}
            started.append(stack.enter_context(running(command, port, home, mine, core=None)))
        yield started


def _migrate(folder: Path, given: Mapping[str, str]) -> None:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT), **given}
    command = python("-m", "bot", "migrate")
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"the database was not migrated: {ended.stderr[-2000:]}")
