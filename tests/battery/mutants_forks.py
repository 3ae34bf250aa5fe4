"""Tries one mutant in a fork, which may take so much and no more, and tells how it ended."""

import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path

SURVIVED = 99
_MOST_SECONDS = 20
_MOST_BYTES = 512 * 1024 * 1024
"""What a fork may take, of the processor and of memory beside what it begins with."""


@dataclass(frozen=True, slots=True)
class End:
    """How a mutant ended, by which test, and after how many seconds."""

    end: str
    by: str = ""
    seconds: float = 0.0


def forked() -> End | None:
    """Fork; return None in the child. In the parent, wait for its end and return it."""
    reading, writing = os.pipe()
    began, child = time.monotonic(), os.fork()
    if child == 0:
        os.close(reading)
        os.environ["ABOARD_MUTANTS_TELL"] = str(writing)
        _bounded()
        return None
    os.close(writing)
    with open(reading, encoding="utf-8") as told:  # noqa: PTH123 - a descriptor, no path
        by = told.read()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    stopped = code in {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}
    end = "survived" if code == SURVIVED else "stopped" if stopped else "killed"
    return End(end, by, round(time.monotonic() - began, 3))


def _bounded() -> None:
    """Let this process say nothing, and end by itself where it would go on for ever."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = Path("/proc/self/statm")
    if used.exists():
        pages = int(used.read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + _MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
