"""Servers as processes of their own: started, pinned to one core, watched from outside, ended."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.ports import HOST

ROOT = Path(__file__).parents[1]
SERVER_CORE, OTHER_CORE = 0, max(0, (os.cpu_count() or 1) - 1)
"""What is measured has a core of its own where there are two; everything else has the other."""

_READY_WITHIN = 60.0
_GOODBYE_WITHIN = 30.0


@dataclass(frozen=True)
class Started:
    """A server that answers, and how long it took until it did, in seconds."""

    process: psutil.Popen
    port: int
    ready: float

    def cpu(self) -> float:
        """Return the CPU seconds that it used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Return its resident memory, in MB."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    core: int | None = SERVER_CORE,
) -> Iterator[Started]:
    """Run a server until the block ends; RuntimeError with what it said where it never answers."""
    log = folder / "server.log"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("ab") as out:
        began = time.perf_counter()
        process = psutil.Popen(
            command,
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        if core is not None:
            process.cpu_affinity([core])
        _wait(process, port, log)
        yield Started(process, port, time.perf_counter() - began)
    finally:
        _end(process)


def _wait(process: psutil.Popen, port: int, log: Path) -> None:
    limit = time.monotonic() + _READY_WITHIN
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1.0):
            return
        time.sleep(0.01)
    raise RuntimeError(f"the server never answered\n{log.read_text(errors='replace')[-2000:]}")


def _end(process: psutil.Popen) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_GOODBYE_WITHIN)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()


def output(command: Sequence[str], core: int | None = OTHER_CORE) -> str:
    """Run a program of ours to its end on the other core and return what it printed."""
    pinned = ["taskset", "-c", str(core), *command] if core is not None else list(command)
    ended = subprocess.run(
        pinned, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout


def python(*words: str) -> list[str]:
    """Return the command of a Python module, as in ``python("-m", "benchmarks.town")``."""
    return [sys.executable, *words]
