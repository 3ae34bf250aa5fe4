"""Deliveries from Slack that had their effect.

The key is written in the transaction of the effect itself: written earlier, a crash in between
would lose a click; written later, a repeated delivery would act twice.
"""

import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA
from storage.statements import Prepared, always, inserting

_INBOX = METADATA.tables["inbox"]
_FRESH = Prepared(
    inserting(_INBOX, lambda one: one.on_conflict_do_nothing().returning(_INBOX.c.key))
)
_MADE = Prepared(always(sa.update(_INBOX).where(_INBOX.c.key == sa.bindparam("delivery"))))
_REQUEST = sa.select(_INBOX.c.request_number).where(_INBOX.c.key == sa.bindparam("delivery"))

_PAGES = 16_384
"""Bytes that fill more than one page."""


def first_time(connection: Connection, key: str, at: int, number: int | None = None) -> bool:
    """Remember a delivery; False where the same one was here before."""
    return _FRESH.first(connection, key=key, at=at, request_number=number) is not None


def belongs_to(connection: Connection, key: str, number: int) -> None:
    """Say which request a remembered delivery made."""
    _MADE.run(connection, delivery=key, request_number=number)


def request_of(connection: Connection, key: str) -> int | None:
    """Return the number of the request that a delivery made."""
    return connection.execute(_REQUEST, {"delivery": key}).scalar_one_or_none()


def forget(connection: Connection, before: int) -> int:
    """Drop deliveries older than ``before``, which Slack no longer repeats; return how many."""
    return connection.execute(sa.delete(_INBOX).where(_INBOX.c.at < before)).rowcount


def probe(connection: Connection) -> None:
    """Write a delivery that nobody sent, and take it away again.

    It takes some pages, as a request does: a small row may still fit into one that is there.
    """
    key = secrets.token_hex(8) + "-" * _PAGES
    connection.execute(sa.insert(_INBOX).values(key=key, at=0))
    connection.execute(sa.delete(_INBOX).where(_INBOX.c.key == key))
