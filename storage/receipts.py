"""What a vendor said yes to and does not show, for each person the last that was sent."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.entities import all_of
from storage.models import METADATA
from storage.receipt_model import Receipt

_RECEIPTS = METADATA.tables["receipt"]
_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_AT_ONCE = 500
"""So many subjects go into one statement: SQLite takes a limited number of parameters."""


def is_kept(connection: Connection) -> bool:
    """Tell whether this database has the table."""
    return sa.inspect(connection).has_table(_RECEIPTS.name)


def of_vendor(connection: Connection, vendor: str) -> Mapping[str, Receipt]:
    """Return every receipt of a vendor, by its subject."""
    mine = sa.select(_RECEIPTS).where(_RECEIPTS.c.vendor == vendor)
    return {one.subject: one for one in all_of(connection, mine, Receipt)}


def keep(connection: Connection, receipts: Sequence[Mapping[str, str | int]]) -> None:
    """Write receipts, each in place of the one before it about the same person."""
    by_vendor: dict[str, list[str]] = {}
    for one in receipts:
        by_vendor.setdefault(str(one["vendor"]), []).append(str(one["subject"]))
    for vendor, subjects in by_vendor.items():
        drop(connection, vendor, subjects)
    if receipts:
        connection.execute(sa.insert(_RECEIPTS), [dict(one) for one in receipts])


def drop(connection: Connection, vendor: str, subjects: Collection[str]) -> None:
    """Forget what was accepted for these people."""
    wanted = list(subjects)
    for start in range(0, len(wanted), _AT_ONCE):
        some = _RECEIPTS.c.subject.in_(wanted[start : start + _AT_ONCE])
        connection.execute(sa.delete(_RECEIPTS).where(_RECEIPTS.c.vendor == vendor, some))


def moved(connection: Connection, vendor: str) -> Mapping[str, int]:
    """Return when a request last tried something at a vendor, by the address in small letters."""
    latest = sa.func.max(_STEPS.c.updated_at)
    tried = (
        sa.select(_REQUESTS.c.email, latest)
        .join(_STEPS, _STEPS.c.request_number == _REQUESTS.c.number)
        .where(_STEPS.c.vendor == vendor, _STEPS.c.attempts > 0, _REQUESTS.c.email.is_not(None))
        .group_by(_REQUESTS.c.email)
    )
    moments: dict[str, int] = {}
    for email, at in connection.execute(tried):
        moments[email.casefold()] = max(at, moments.get(email.casefold(), 0))
    return moments
