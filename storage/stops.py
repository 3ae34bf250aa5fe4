"""Vendors that refuse the credential: who may still call one, and which steps wait for it.

A step that waits has no work in a queue: whoever sees that its turn has come puts it back there.
All of this stands in rows, so that of several processes one asks, and a crash loses nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import BETWEEN_ATTEMPTS
from storage.entities import all_of, one_of
from storage.models import METADATA, Step
from storage.statements import Insert, Prepared, always, inserting
from storage.stop_model import VendorStop

_STOPS = METADATA.tables["vendorstop"]
_STEPS = METADATA.tables["step"]
_IS_STOPPED = _STOPS.c.since.is_not(None)
_WAITS = _STEPS.c.stopped_at.is_not(None) & _STEPS.c.state.in_(
    [one.value for one in BETWEEN_ATTEMPTS]
)

PAUSE = timedelta(minutes=1) // timedelta(microseconds=1)
"""At most one step in so long asks a vendor whether it accepts the credential again."""


def _begun(insert: Insert) -> sa.Executable:
    now = sa.bindparam("now", type_=sa.BigInteger)
    new = {"since": now, "probe": None, "probe_at": now + PAUSE}
    values = {"vendor": sa.bindparam("named"), "title": sa.bindparam("called"), **new}
    known = insert.values(**values, tell_at=0)
    claimed_at = sa.bindparam("claimed_at", type_=sa.BigInteger)
    is_new = _STOPS.c.since.is_(None) & (_STOPS.c.opened_at < claimed_at)
    begun = known.on_conflict_do_update(index_elements=["vendor"], set_=new, where=is_new)
    return begun.returning(_STOPS.c.vendor)


_BEGUN = inserting(_STOPS, _begun)
_OF = Prepared(always(sa.select(_STOPS).where(_STOPS.c.vendor == sa.bindparam("named"))))


def of(connection: Connection, vendor: str) -> VendorStop | None:
    """Return the stop of a vendor that refuses the credential; None where it is called."""
    stop = one_of(connection, _OF, VendorStop, named=vendor)
    return None if stop is None or stop.since is None else stop


def standing(connection: Connection) -> Sequence[VendorStop]:
    """Return the stops of all vendors that refuse the credential."""
    return all_of(connection, sa.select(_STOPS).where(_IS_STOPPED), VendorStop)


def begin(connection: Connection, step: Step, now: int) -> bool:
    """Stop the vendor that has refused a step; False where it is stopped, or has opened since."""
    given = {"named": step.vendor, "called": step.title, "claimed_at": step.updated_at}
    return connection.execute(_BEGUN(connection), {**given, "now": now}).first() is not None


def take(connection: Connection, vendor: str, step: str, now: int) -> bool:
    """Have a step ask whether the credential is accepted again: of several, one does."""
    is_due = (_STOPS.c.vendor == vendor) & _IS_STOPPED & (_STOPS.c.probe_at <= now)
    taken = sa.update(_STOPS).where(is_due).values(probe=step, probe_at=now + PAUSE)
    return connection.execute(taken).rowcount == 1


def free(connection: Connection, vendor: str, step: str) -> bool:
    """End the turn of a step that has asked; False where it was not its turn."""
    mine = (_STOPS.c.vendor == vendor) & (_STOPS.c.probe == step)
    return connection.execute(sa.update(_STOPS).where(mine).values(probe=None)).rowcount == 1


def put_off(connection: Connection, vendor: str, until: int) -> None:
    """Let no step ask before ``until``: the vendor wants to be left alone."""
    mine = (_STOPS.c.vendor == vendor) & _IS_STOPPED & (_STOPS.c.probe_at < until)
    connection.execute(sa.update(_STOPS).where(mine).values(probe_at=until))


def end(connection: Connection, vendor: str, now: int) -> bool:
    """Have a vendor called again; False where it was already."""
    mine = (_STOPS.c.vendor == vendor) & _IS_STOPPED
    values = {"since": None, "probe": None, "opened_at": now}
    return connection.execute(sa.update(_STOPS).where(mine).values(values)).rowcount == 1


def hasten(connection: Connection, now: int, vendor: str | None = None) -> None:
    """Let the next step ask at once, at one vendor or at all: the credential may be another."""
    mine = _IS_STOPPED if vendor is None else _IS_STOPPED & (_STOPS.c.vendor == vendor)
    connection.execute(sa.update(_STOPS).where(mine).values(probe_at=now))


def first_waiting(
    connection: Connection, vendor: str, now: int, *, only_removals: bool = False
) -> Step | None:
    """Return the removal that has waited longest for a vendor, or else the grant that has.

    Whoever has just asked, and lets others ask until ``next_at``, comes after them: nobody is to
    ask in vain for all of them.
    """
    mine = sa.select(_STEPS).where(_WAITS, _STEPS.c.vendor == vendor)
    if only_removals:
        mine = mine.where(_STEPS.c.access == "")
    lets_others = _STEPS.c.next_at > now
    order = (lets_others, _STEPS.c.access != "", _STEPS.c.stopped_at, _STEPS.c.id)
    return one_of(connection, mine.order_by(*order).limit(1), Step)


def may_go_on(connection: Connection, limit: int) -> Sequence[Step]:
    """Return steps that wait for vendors which accept the credential again, the oldest first."""
    stopped = sa.select(_STOPS.c.vendor).where(_IS_STOPPED)
    mine = sa.select(_STEPS).where(_WAITS, _STEPS.c.vendor.not_in(stopped))
    order = (_STEPS.c.stopped_at, _STEPS.c.id)
    return all_of(connection, mine.order_by(*order).limit(limit), Step)


def news(connection: Connection, now: int) -> VendorStop | None:
    """Return a stop, or one that is over, that people do not know of; None where there is none."""
    untold = _STOPS.c.since.is_distinct_from(_STOPS.c.told) & (_STOPS.c.tell_at <= now)
    return one_of(connection, sa.select(_STOPS).where(untold).limit(1), VendorStop)


def take_telling(connection: Connection, stop: VendorStop, now: int) -> bool:
    """Tell whether it is this caller who tells people of a stop: of several, one does.

    Where ``told`` does not follow, somebody tries again a minute later.
    """
    mine = (_STOPS.c.vendor == stop.vendor) & (_STOPS.c.tell_at == stop.tell_at)
    seen = mine & _STOPS.c.since.is_not_distinct_from(stop.since)
    taken = sa.update(_STOPS).where(seen).values(tell_at=now + PAUSE)
    return connection.execute(taken).rowcount == 1


def told(connection: Connection, stop: VendorStop) -> None:
    """Note that people know how it stood when somebody took it to tell them."""
    mine = _STOPS.c.vendor == stop.vendor
    connection.execute(sa.update(_STOPS).where(mine).values(told=stop.since, tell_at=0))
