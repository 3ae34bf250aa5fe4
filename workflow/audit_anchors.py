"""Anchors of the audit trail: taken now and then, and written down where the database is not.

An anchor is a row before it is anywhere else: what could not be written down is tried again, and
may then stand there twice. Of several processes one takes it.
"""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.engine import Connection

from storage import anchors, audit, audit_chain
from storage.anchors import Sink
from storage.audit import Fact
from storage.database import Database
from workflow.audit_signing import Anchor, line
from workflow.clock import Clock, as_datetime

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_log = structlog.get_logger(__name__)

_AT_ONCE = 100

Outlet = Callable[[str], Awaitable[None]]
"""Writes an anchor's line down; raises where it cannot."""


@dataclass(frozen=True, slots=True)
class Often:
    """After how many events an anchor is taken, and after how many microseconds in any case."""

    events: int
    micros: int


class Anchoring:
    """``once`` is called by a loop, now and then."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        often: Often,
        key: "Ed25519PrivateKey | None",
        outlets: Mapping[Sink, Outlet],
    ) -> None:
        """Anchor what is in ``database``, signed with ``key``, at each of ``outlets``."""
        self._database, self._clock, self._often = database, clock, often
        self._key, self._outlets = key, outlets

    async def once(self) -> float | None:
        """Take an anchor where one is due, and write down whatever is not written down yet."""
        now, due = self._clock(), partial(is_due, often=self._often, now=self._clock())
        if await self._database.read(due):
            take_it = partial(take, often=self._often, key=self._key, now=now)
            taken = await self._database.write(take_it)
            if taken is not None:
                _log.info("audit trail anchored", anchor=taken)
        for sink, outlet in self._outlets.items():
            await self._let_out(sink, outlet)
        return None

    async def _let_out(self, sink: Sink, outlet: Outlet) -> None:
        waiting = partial(anchors.waiting, sink=sink, limit=_AT_ONCE)
        for anchor in await self._database.read(waiting):
            try:
                await outlet(anchor.line)
            except Exception:  # noqa: BLE001 - the anchor waits, and the others are not held up
                _log.exception("an anchor could not be written down", sink=sink.name)
                return
            there = partial(anchors.arrived, sink=sink, position=anchor.position, at=self._clock())
            await self._database.write(there)


def is_due(connection: Connection, often: Often, now: int) -> bool:
    """Tell whether it is time for another anchor."""
    head, last = audit_chain.head(connection), anchors.last(connection)
    if head is None or last is None:
        return head is not None
    return head.position - last.position >= often.events or now - last.at >= often.micros


def take(
    connection: Connection, often: Often, key: "Ed25519PrivateKey | None", now: int
) -> str | None:
    """Anchor the end of the chain, unless somebody else just did; return the anchor's line."""
    audit_chain.lock(connection)
    head = audit_chain.head(connection)
    if head is None or not is_due(connection, often, now):
        return None
    at = as_datetime(now).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    made = line(Anchor(head.position, head.seq, head.hash, at), key)
    anchors.insert(connection, head.position, now, made)
    audit.record(connection, Fact("ANC001I", now, "aboard", detail=f"{head.position} {head.hash}"))
    return made


def into_file(path: Path) -> Outlet:
    """Return an outlet that appends to a file and waits until it is on the disk.

    What a full disk or a death broke off stays as a line of its own, and the whole line follows.
    """

    async def append(text: str) -> None:
        await asyncio.to_thread(_append, path, text)

    return append


def _append(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    whole = f"{text}\n".encode()
    if _is_broken_off(path):
        whole = b"\n" + whole
    try:
        written = os.write(descriptor, whole)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if written < len(whole):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _is_broken_off(path: Path) -> bool:
    """Tell whether the last line of a file has no end; one that cannot be read counts as whole."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False
