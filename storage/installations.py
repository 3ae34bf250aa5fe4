"""The app's installations, one a workspace, each token sealed with a key of its workspace alone.

The tables are those of slack_sdk's ``SQLAlchemyInstallationStore``, in a database of the door's
own. A workspace's key follows from the door's and the workspace's id: who has one opens no other
row, and a row that is moved to another workspace is opened by nobody.

What Slack says late counts for nothing newer: an uninstallation ends the installations before it.
Both moments are Slack's own, in whole seconds: of what happened in one second, the uninstallation
is taken for the later. The newest installation is the one that was kept last.

https://tools.slack.dev/python-slack-sdk/oauth
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy.engine import Engine

from storage import doors_tables
from storage.engine import create_engine
from storage.soundness import is_there

_INSTALLATION, _SIGNING = b"aboard installation\0", b"aboard signing\0"
_KEY_BYTES = 32
PATIENCE = 3
"""Seconds that a workspace's process waits for a connection, and for each answer."""
_SECOND = timedelta(seconds=1)
"""Slack tells moments in whole seconds, and cuts off what is more."""


class SealedError(Exception):
    """No key at hand opens a token."""


class NoDoorError(Exception):
    """No door has ever written in a database, or there is none at that address."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What may be shown of an installation; ``at`` is UTC."""

    team: str
    name: str
    at: datetime
    scopes: tuple[str, ...]


def key_of(door_key: str, team: str) -> str:
    """Return the key of one workspace, from which nobody gets at the door's or another's."""
    return base64.urlsafe_b64encode(_derived(door_key, _INSTALLATION, team)).decode()


def signing_secret_of(door_key: str, team: str) -> str:
    """Return what the door signs with for the process of one workspace, and for no other."""
    return _derived(door_key, _SIGNING, team).hex()


def _derived(door_key: str, purpose: bytes, team: str) -> bytes:
    derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose + team.encode())
    return derived.derive(door_key.encode())


def is_key(text: str) -> bool:
    """Tell whether ``text`` could be the key of a workspace."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def opened(sealed: str, keys: Sequence[str]) -> str:
    """Return a token; raises ``SealedError`` where none of a workspace's ``keys`` opens it."""
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealedError from error


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class Installations:
    """The door's installations. ``door_keys`` open what is there; the first of them seals."""

    def __init__(self, engine: Engine, client_id: str, door_keys: Sequence[str]) -> None:
        """Work on ``engine``, for the app that is known to Slack as ``client_id``."""
        self._engine, self._door_keys = engine, tuple(door_keys)
        self._store = SQLAlchemyInstallationStore(client_id, engine)
        self._tables = (self._store.bots, self._store.installations)
        for table in self._tables:
            table.c.bot_token.type = sa.Text()  # a sealed token is longer than the 200 there

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        doors_tables.make(self._store.metadata, self._engine)

    def save(self, new: Installation) -> None:
        """Keep an installation with its bot token, in place of whatever is kept there."""
        team = str(new.team_id)
        kept = {
            "client_id": self._store.client_id,
            "installed_at": _naive(new.installed_at),
            "bot_token": self._sealed(str(new.bot_token), team),
        }
        rows = (new.to_bot().to_dict() | kept, new.to_dict() | kept)
        with self._engine.begin() as connection:
            for table, row in zip(self._tables, rows, strict=True):
                connection.execute(sa.delete(table).where(table.c.team_id == team))
                connection.execute(sa.insert(table), row)

    def delete(self, team: str, until: float) -> int:
        """Forget what was installed in ``team`` until then, in seconds of the epoch.

        Returns how many installations that were.
        """
        end = _naive(int(until)) + _SECOND
        with self._engine.begin() as connection:
            gone = [connection.execute(_until(one, team, end)).rowcount for one in self._tables]
        return max(gone)

    def token(self, team: str) -> str | None:
        """Return the bot token of a workspace; None where the app is not installed there."""
        bots = self._store.bots
        with _reading(self._engine) as connection:
            sealed = connection.execute(_newest(bots, team)).scalar()
        return None if sealed is None else opened(sealed, self._keys(team))

    def all(self) -> list[Installed]:
        """Return every installation, by workspace; no token."""
        bots = self._store.bots
        columns = (bots.c.team_id, bots.c.team_name, bots.c.installed_at, bots.c.bot_scopes)
        with _reading(self._engine) as connection:
            rows = connection.execute(sa.select(*columns).order_by(bots.c.team_id)).all()
        return [
            Installed(team, name or "", at.replace(tzinfo=UTC), tuple((scopes or "").split(",")))
            for team, name, at, scopes in rows
        ]

    def reseal(self) -> int:
        """Seal every token with the newest key; return how many there are.

        Raises ``SealedError``, and changes nothing, where one cannot be opened.
        """
        with self._engine.begin() as connection:
            return max(self._reseal(connection, table) for table in self._tables)

    def _reseal(self, connection: sa.Connection, table: sa.Table) -> int:
        rows = connection.execute(sa.select(table.c.id, table.c.team_id, table.c.bot_token)).all()
        for number, team, sealed in rows:
            token = opened(sealed, self._keys(team))
            here = sa.update(table).where(table.c.id == number)
            connection.execute(here.values(bot_token=self._sealed(token, team)))
        return len(rows)

    def _keys(self, team: str) -> list[str]:
        return [key_of(one, team) for one in self._door_keys]

    def _sealed(self, token: str, team: str) -> str:
        return _box(self._keys(team)).encrypt(token.encode()).decode()


def sealed_token(url: str, team: str) -> str | None:
    """Return the sealed bot token of one workspace; None where the app is not installed there.

    For the workspace's own process: reads one row of one table, makes nothing, and leaves no
    connection open. Raises ``NoDoorError`` where no door has written, and ``SQLAlchemyError`` where
    the database cannot be asked, on PostgreSQL after a few seconds.
    """
    if not is_there(url):
        raise NoDoorError
    engine = create_engine(url, seconds=PATIENCE)
    bots = SQLAlchemyInstallationStore.build_bots_table(sa.MetaData(), "slack_bots")
    try:
        with _reading(engine) as connection:
            if not sa.inspect(connection).has_table(bots.name):
                raise NoDoorError
            return connection.execute(_newest(bots, team)).scalar()
    finally:
        engine.dispose()


def _newest(bots: sa.Table, team: str) -> sa.Select[str]:
    here = sa.select(bots.c.bot_token).where(bots.c.team_id == team)
    return here.order_by(bots.c.id.desc()).limit(1)


def _until(table: sa.Table, team: str, end: datetime) -> sa.Delete:
    return sa.delete(table).where(table.c.team_id == team, table.c.installed_at < end)


@contextmanager
def _reading(engine: Engine) -> Iterator[sa.Connection]:
    with engine.execution_options(reading=True).begin() as connection:
        yield connection


def _naive(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
