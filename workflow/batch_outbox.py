"""The messages that show batches, as the ones who deliver them see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from storage import audit, batches
from storage.audit import Fact
from storage.batch_models import BatchMessage
from storage.database import Database
from workflow.batch_views import BatchReads, BatchView
from workflow.clock import MINUTE, SECOND, Clock
from workflow.insisting import insist

_LEASE = MINUTE
_SOON = 3 * SECOND


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of a batch. ``shown`` is the digest of what it shows; ``ts`` None if unposted.

    Nobody else looks at it until ``held``.
    """

    key: int
    batch: int
    kind: str
    channel: str
    posted_in: str | None
    ts: str | None
    shown: str
    tries: int
    held: int


class BatchOutbox:
    """What of batches may have to be shown."""

    def __init__(self, database: Database, reads: BatchReads, clock: Clock) -> None:
        """Read and write in ``database``."""
        self._database, self._reads, self._clock = database, reads, clock

    async def due(self) -> list[Shown]:
        """Take the messages that may have to look otherwise, for a minute."""
        if not await self.is_busy():
            return []
        now = self._clock()
        work = partial(batches.messages_due, now=now, until=now + _LEASE)
        return [_shown(one, now + _LEASE) for one in await self._database.write(work)]

    async def view(self, message: Shown) -> BatchView:
        """Return the batch that a message shows; the result is a file with every part."""
        read = self._reads.by_number if message.kind == "result" else self._reads.to_draw
        view = await read(message.batch)
        if view is None:
            raise LookupError("A message shows a batch that is not there.")
        return view

    async def settle(
        self, message: Shown, values: Mapping[str, str | int | None], wait: int
    ) -> None:
        """Write what a message shows, and look at it again in ``wait`` microseconds."""
        again = self._clock() + wait
        settle = partial(batches.settle_message, held=message.held, again=again)
        work = partial(settle, key=message.key, values=values)
        await insist(partial(self._database.write, work))

    async def put_off(self, message: Shown, wait: int, *, record: bool) -> None:
        """Have a message tried in ``wait`` microseconds; ``record`` that it could not be shown."""
        now = self._clock()
        work = partial(_put_off, message=message, now=now, again=now + wait, record=record)
        await insist(partial(self._database.write, work))

    async def is_busy(self) -> bool:
        """Tell whether any message may have to look otherwise soon."""
        soon = partial(batches.is_any_message_due, before=self._clock() + _SOON)
        return await self._database.read(soon)


def _put_off(connection: Connection, message: Shown, now: int, again: int, *, record: bool) -> None:
    if record:
        detail = f"batch {message.batch}"
        audit.record(connection, Fact("MSG001W", now, "aboard", outcome="error", detail=detail))
    tries = {"tries": message.tries + 1}
    batches.settle_message(connection, message.key, tries, message.held, again)


def _shown(message: BatchMessage, held: int) -> Shown:
    return Shown(
        message.id or 0, message.batch_number, message.kind, message.channel,
        message.posted_in, message.ts, message.shown, message.tries, held,
    )  # fmt: skip
