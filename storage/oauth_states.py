"""What ties the end of an installation to its beginning: a state that counts once, for ten minutes.

slack_sdk's store looks a state up and deletes it then, so that of two who come at once both may
pass. Here the deletion itself tells who had it. The table holds digests: who reads it learns no
state.
"""

import hashlib
import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storage import doors_tables

LIFETIME = 10 * 60
"""Seconds."""

MOST = 10_000
"""So many may be open at once: anybody may begin, and nobody fills the disk."""

_META = sa.MetaData()
_STATES = sa.Table(
    "oauth_state",
    _META,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("until", sa.BigInteger, nullable=False),
)


class States:
    """Issues states and takes them back. ``now`` tells seconds of the epoch."""

    def __init__(self, engine: Engine, now: Callable[[], float]) -> None:
        """Keep them by ``engine``."""
        self._engine, self._now = engine, now

    def prepare(self) -> None:
        """Make the table where it is missing."""
        doors_tables.make(_META, self._engine)

    def issue(self) -> str | None:
        """Return a new state of 256 bits; None where too many are open."""
        state, now = secrets.token_urlsafe(32), int(self._now())
        row = {"digest": _digest(state), "until": now + LIFETIME}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(_STATES).where(_STATES.c.until <= now))
            number = sa.select(sa.func.count()).select_from(_STATES)
            if connection.execute(number).scalar_one() >= MOST:
                return None
            connection.execute(sa.insert(_STATES), row)
        return state

    def consume(self, state: str) -> bool:
        """Tell whether ``state`` was issued, is young enough, and comes for the first time."""
        here = sa.delete(_STATES).where(
            _STATES.c.digest == _digest(state), _STATES.c.until > int(self._now())
        )
        with self._engine.begin() as connection:
            return connection.execute(here).rowcount == 1


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
