"""PostgreSQL for tests and benchmarks: a cluster of their own on loopback.

The cluster is made by PostgreSQL's own `initdb` and `pg_ctl`, in a folder under the system's
temporary one, and is removed at the end of the run. The server refuses to run as root, so root
hands it to the account `postgres`, which Debian's package makes. Writes are synced as they are in
production: the crash tests mean nothing otherwise. A password guards the port, since a superuser
of PostgreSQL can run programs as the account that the server runs under.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.ports import free_port

DEBIAN_SERVERS = Path("/usr/lib/postgresql")
ACCOUNT_FOR_ROOT = "postgres"
SUPERUSER = "aboard"
STARTS = 3
PROGRAM_SECONDS = 60
CONNECTIONS = 1_500
"""Seventeen pairs of bots at once may open forty each; PostgreSQL takes a hundred by default."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server on which databases may be created; `url` leads to its maintenance one."""

    url: str

    def create_database(self, template: str = "template1") -> str:
        """Copy `template` into a database with a name of its own, and return its address."""
        name = f"aboard_{secrets.token_hex(8)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_database(self, url: str) -> None:
        """Remove the database at `url`, whoever is still connected to it."""
        name = urlsplit(url).path.removeprefix("/")
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    @contextmanager
    def lent(self, template: str = "template1") -> Iterator[str]:
        """Lend such a copy of `template` until the block ends, by its address."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder that holds PostgreSQL's server programs, and the account that may run them."""

    folder: Path
    account: pwd.struct_passwd

    def run(self, program: str, *arguments: str, folder: Path) -> None:
        """Run one program to its end in `folder`; raise `RuntimeError` with what it said."""
        as_root = os.geteuid() == 0
        finished = subprocess.run(
            [self.folder / program, *arguments],
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=self.account.pw_uid if as_root else None,
            group=self.account.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PROGRAM_SECONDS,
            check=False,
        )
        if finished.returncode:
            raise RuntimeError(f"{program} ended with {finished.returncode}: {finished.stdout}")


def find_programs() -> PostgresPrograms | None:
    """Find PostgreSQL's server programs, the newest of Debian's first, then those on the path."""
    folders = sorted(DEBIAN_SERVERS.glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return PostgresPrograms(folder, _account())
    return None


@contextmanager
def running_cluster(programs: PostgresPrograms, fsync: str = "on") -> Iterator[PostgresServer]:
    """Make a cluster, run it on a free port of 127.0.0.1, and remove it afterwards."""
    root = Path(tempfile.mkdtemp(prefix="aboard-postgres-"))
    try:
        password = _initialize(programs, root)
        port = _start(programs, root, fsync)
        try:
            yield PostgresServer(f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres")
        finally:
            programs.run("pg_ctl", "-D", "data", "-m", "fast", "-w", "stop", folder=root)
    finally:
        shutil.rmtree(root)


def _version(folder: Path) -> list[int]:
    return [int(part) for part in folder.parent.name.split(".") if part.isdigit()]


def _account() -> pwd.struct_passwd:
    return pwd.getpwnam(ACCOUNT_FOR_ROOT) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _initialize(programs: PostgresPrograms, root: Path) -> str:
    password = secrets.token_urlsafe(16)
    (root / "password").write_text(password)
    for path in (root, root / "password"):
        os.chown(path, programs.account.pw_uid, programs.account.pw_gid)
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
    login = [f"--username={SUPERUSER}", "--pwfile=password"]
    programs.run("initdb", "--pgdata=data", *login, *options, folder=root)
    return password


def _start(programs: PostgresPrograms, root: Path, fsync: str) -> int:
    for attempt in range(STARTS):
        port = free_port()
        options = (
            f"-h 127.0.0.1 -p {port} -c unix_socket_directories={root} -c fsync={fsync} "
            f"-c max_connections={CONNECTIONS}"
        )
        arguments = ["-D", "data", "-l", "log", "-w", "-t", "30", "-o", options, "start"]
        try:
            programs.run("pg_ctl", *arguments, folder=root)
        except RuntimeError as error:  # somebody else may have taken the port in between
            if attempt == STARTS - 1:
                log = (root / "log").read_text()
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
        else:
            return port
    raise AssertionError("the last attempt returns or raises")
