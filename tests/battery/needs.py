"""What a row needs of the machine, and why it cannot run where that is missing."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.clusters import find_programs


def no_postgresql() -> str | None:
    """Say that there is no PostgreSQL, or nothing."""
    if os.environ.get("ABOARD_TEST_POSTGRES") or find_programs() is not None:
        return None
    return "there is no PostgreSQL here"


def no_own_cluster() -> str | None:
    """Say that no PostgreSQL can be started and killed here, or nothing."""
    return None if find_programs() is not None else "there is no PostgreSQL to kill here"


def no_program(name: str) -> str | None:
    """Say that a program is missing, or nothing."""
    return None if shutil.which(name) else f"there is no {name} here"


def no_tracing() -> str | None:
    """Say why no process can be looked at, or nothing."""
    program = shutil.which("strace")
    if program is None:
        return "there is no strace here"
    tried = subprocess.run(
        [program, "-qq", "-o", os.devnull, sys.executable, "-c", ""],
        capture_output=True,
        check=False,
    )
    return None if tried.returncode == 0 else "strace may not look at a process here"


def no_own_mounts() -> str | None:
    """Say why no process may have file systems of its own, or nothing."""
    program = shutil.which("unshare")
    if program is None:
        return "there is no unshare here"
    mount = "mount -t tmpfs -o size=8m aboard /mnt"
    tried = subprocess.run([program, "-rm", "sh", "-c", mount], capture_output=True, check=False)
    return None if tried.returncode == 0 else "the kernel lets nobody mount anything here"


def no_package(*names: str) -> str | None:
    """Say which package is missing, or nothing."""
    missing = [name for name in names if find_spec(name) is None]
    return f"{' and '.join(missing)} is not installed: run `make battery`" if missing else None


def ast_grep() -> Path:
    """Return where ast-grep is, or would be: beside this Python."""
    return Path(sys.executable).with_name("ast-grep")


def no_ast_grep() -> str | None:
    """Say that ast-grep is missing, or nothing."""
    return None if ast_grep().exists() else "ast-grep is not installed: run `make battery`"
