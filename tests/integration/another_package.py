"""The package that docs/adding-a-vendor.md goes through: taken from the page, and installed.

It is installed into a folder of its own, which only the processes that are started with it see.
"""

import asyncio
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sandbox.changes import Changes
from tests.architecture.source import ROOT
from vendors.testing.bench import clock, served

PAGE = ROOT / "docs" / "adding-a-vendor.md"
FILE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
ALONE = ("--no-index", "--no-deps", "--no-build-isolation")
KEPT = ("PATH", "HOME", "LANG")
KEY = "acme-key-51c7"


@dataclass(frozen=True)
class Said:
    """How a process ended, and all that it wrote."""

    status: int
    text: str


@dataclass(frozen=True)
class Package:
    """The sources of a package, and the folder it is installed in."""

    sources: Path
    site: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a process that sees the package, and Aboard."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {"PYTHONPATH": f"{self.site}{os.pathsep}{ROOT}"} | more

    async def python(self, *words: str, folder: Path | None = None, **more: str) -> Said:
        """Run Python in a folder, the sources where none is named."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            cwd=folder or self.sources,
            env=self.environment(**more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        written, _ = await process.communicate()
        return Said(process.returncode or 0, written.decode())

    def simulator(self) -> ModuleType:
        """Load the package's simulator, and nothing else of it, into this process."""
        path = self.site / "acme_rooms" / "simulator.py"
        spec = importlib.util.spec_from_file_location("acme_simulator", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def copy(self, folder: Path) -> "Package":
        """Copy sources and what is installed, to be spoiled."""
        shutil.copytree(self.sources, folder / "sources")
        shutil.copytree(self.site, folder / "site")
        return Package(folder / "sources", folder / "site")


def files() -> dict[str, str]:
    """Return every file that the page shows whole, by its path."""
    return dict(FILE.findall(PAGE.read_text(encoding="utf-8")))


def installed(folder: Path) -> Package:
    """Write the page's files down, and install them as pip does."""
    package = Package(folder / "sources", folder / "site")
    for name, text in files().items():
        path = package.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    target = ("--target", str(package.site))
    subprocess.run(
        [sys.executable, *PIP, *ALONE, *target, str(package.sources)], check=True, timeout=50
    )
    return package


@dataclass(frozen=True)
class Office:
    """The simulator while it runs: its state, and where it listens."""

    rooms: Any
    url: str

    def floors(self, email: str) -> list[str]:
        """Return the floors of every member with this e-mail."""
        return [one.floor for one in self.rooms.with_email(email)]

    def configuration(self, **ids: str) -> str:
        """Return the page's aboard.toml for this simulator, with other ids for those it has."""
        section = "[vendors.acme]\n"
        text = files()["aboard.toml"].replace(section, f'{section}base_url = "{self.url}"\n')
        for shown, used in ids.items():
            text = text.replace(shown, used)
        return text


@asynccontextmanager
async def office(package: Package) -> AsyncIterator[Office]:
    """Run the package's simulator."""
    module = package.simulator()
    rooms = module.AcmeRooms(Changes(), clock, KEY)
    async with served({module.PREFIX: rooms.app()}, rooms.faults) as url:
        yield Office(rooms, f"{url}{module.PREFIX}")
