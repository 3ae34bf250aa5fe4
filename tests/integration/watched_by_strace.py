"""What a process asks of the system, in order, as strace sees it.

Of interest is whether a commit is on the disk before the answer to Slack leaves: SQLite writes its
write-ahead log with pwrite64 and has it brought to the disk by fdatasync. Whether it does, no crash
of the process can tell: what it wrote outlives it in the system's memory.
"""

import asyncio
import re
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

CALLS = "trace=pwrite64,write,fdatasync,fsync,sendto,sendmsg,writev"
LONG = 16_384
HOW = ("-f", "-y", "-ttt", "-s", str(LONG), "-e", CALLS)
ATTACHED_WITHIN = 10.0
LINE = re.compile(r"^(\d+) +(\d+\.\d+) (.*)$")
LOG, ANSWER = "-wal>", '"HTTP/1.1 200'


@dataclass(frozen=True)
class Seen:
    """One call: which thread made it, when (seconds since 1970), and what strace wrote."""

    thread: str
    at: float
    text: str


def read(trace: Path) -> list[Seen]:
    """Return every line of a trace, in the order in which strace saw them."""
    found = map(LINE.match, trace.read_text(errors="replace").splitlines())
    return [Seen(one[1], float(one[2]), one[3]) for one in found if one]


def is_synced(calls: Sequence[Seen], since: float, marker: str) -> bool:
    """Tell whether what holds `marker` was on the disk before the next answer left."""
    later = [one for one in calls if one.at >= since]
    answer = next(place for place, one in enumerate(later) if ANSWER in one.text)
    before = later[:answer]
    writes = (
        place
        for place, one in enumerate(before)
        if one.text.startswith("pwrite64(") and LOG in one.text and marker in one.text
    )
    first = next(writes, None)
    return first is not None and _syncs(before[first + 1 :], before[first].thread)


def _syncs(calls: Sequence[Seen], thread: str) -> bool:
    """Tell whether a thread brought its log to the disk, and waited until it was there."""
    begun = False
    for one in calls:
        if one.thread != thread:
            continue
        if one.text.startswith("fdatasync(") and LOG in one.text:
            begun = True
        if begun and one.text.endswith("= 0") and "fdatasync" in one.text:
            return True
    return False


@asynccontextmanager
async def traced(pid: int, trace: Path, how: Sequence[str] = HOW) -> AsyncIterator[None]:
    """Look at a process and its threads while the block runs, or have their calls fail."""
    strace = await asyncio.create_subprocess_exec(
        "strace", *how, "-o", str(trace), "-p", str(pid),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await _attached(strace)
        yield
    finally:
        if strace.returncode is None:
            strace.terminate()
        await strace.communicate()


async def _attached(strace: Process) -> None:
    assert strace.stderr is not None
    async with asyncio.timeout(ATTACHED_WITHIN):
        line = await strace.stderr.readline()
    assert b"attached" in line, line


def now() -> float:
    """Return the moment as strace writes it."""
    return time.time()
