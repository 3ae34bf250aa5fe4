"""The servers that are compared: Aboard as it is installed, and others that store nothing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from benchmarks.configured import CONFIGURATION, environment
from benchmarks.payloads import SECRET
from benchmarks.ports import free_port
from benchmarks.processes import OTHER_CORE, ROOT, Started, python, running


@contextmanager
def aboard(database: str | None = None) -> Iterator[Started]:
    """Run Aboard as `aboard serve` does, on SQLite unless told otherwise."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = free_port()
        town = python("-m", "benchmarks.town", str(port))
        stack.enter_context(running(town, port, folder, core=OTHER_CORE))
        url = f"http://127.0.0.1:{port}"
        (folder / "aboard.toml").write_text(CONFIGURATION.format(town=url), encoding="utf-8")
        mine = free_port()
        command = python("-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(mine))
        given = environment(url) | ({"DATABASE_URL": database} if database else {})
        yield stack.enter_context(running(command, mine, folder, given))


@contextmanager
def _alone(command: Callable[[str], list[str]], **given: str) -> Iterator[Started]:
    with TemporaryDirectory() as folder:
        port = free_port()
        with running(command(str(port)), port, Path(folder), given) as started:
            yield started


@contextmanager
def plain_bolt() -> Iterator[Started]:
    """Run a plain Bolt app for Python that stores nothing."""
    with _alone(lambda port: python("-m", "benchmarks.rivals.plain_bolt", port)) as started:
        yield started


@contextmanager
def raw() -> Iterator[Started]:
    """Run the endpoint that only checks the signature."""
    with _alone(lambda port: python("-m", "benchmarks.rivals.raw", port)) as started:
        yield started


@contextmanager
def bolt_js() -> Iterator[Started]:
    """Run a plain Bolt app for JavaScript that stores nothing."""
    modules, file = _modules(), ROOT / "benchmarks" / "rivals" / "bolt_js.cjs"
    given = {"NODE_PATH": str(modules), "BENCH_SECRET": SECRET}
    with _alone(lambda port: ["node", str(file), port], **given) as started:
        yield started


def no_node() -> str | None:
    """Say why the JavaScript app cannot run here, or nothing."""
    if shutil.which("node") and shutil.which("npm"):
        return None
    return "there is no Node.js here"


def _modules() -> Path:
    """Install what the JavaScript app needs, once."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aboard-benchmarks"
    if not (home / "node_modules" / "@slack" / "bolt").exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "benchmarks" / "rivals" / "package.json", home)
        install = ["npm", "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=home, check=True)
    return home / "node_modules"


HOUSES: Mapping[str, Callable[[], AbstractContextManager[Started]]] = MappingProxyType(
    {"Aboard": aboard, "plain Bolt": plain_bolt, "Bolt for JavaScript": bolt_js, "raw": raw}
)
"""The servers, by the name that the page gives them."""
