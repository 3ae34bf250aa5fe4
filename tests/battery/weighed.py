"""`python -m tests.battery.weighed FILE DEFECT COMMAND…`: `aboard` that says what it weighs.

At SIGUSR1 it throws away what nobody needs any more and writes into FILE what is left: memory of
its own, Python's blocks, tasks, threads and open files. DEFECT is one of the battery's, or "-".
"""

import asyncio
import ctypes
import gc
import json
import re
import signal
import sys
from functools import partial
from pathlib import Path

from bot.cli import app
from tests.battery.defects import DEFECTS

_SELF = Path("/proc/self")
_OWN = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)


def weigh(file: Path, *_: object) -> None:
    """Write what this process holds; memory is in bytes."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    own = _OWN.search(_SELF.joinpath("status").read_text(encoding="utf-8"))
    held = {
        "memory": 1024 * int(own[1]) if own else 0,
        "blocks": sys.getallocatedblocks(),
        "tasks": len(asyncio.all_tasks()),
        "threads": len(list(_SELF.joinpath("task").iterdir())),
        "files": len(list(_SELF.joinpath("fd").iterdir())),
    }
    written = file.with_suffix(".new")
    written.write_text(json.dumps(held), encoding="utf-8")
    written.replace(file)


def main() -> None:
    """Plant the defect, then do as `aboard` does."""
    _, file, defect, *command = sys.argv
    if defect in DEFECTS:
        DEFECTS[defect]()
    signal.signal(signal.SIGUSR1, partial(weigh, Path(file)))
    app(command)


if __name__ == "__main__":
    main()
