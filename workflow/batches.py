"""Many people at once: a batch is written as it came, read line by line, decided once, carried out.

What somebody hands in is on disk before it is answered. Everything after that is found in the rows
and may be done again by any process: a line becomes an ordinary request or keeps its problem; when
all of them were looked into, one question is put under the strictest of all terms; its decision is
then given to every request as its own, and the ordinary attempts follow.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.values import Kind
from storage import audit, batches, inbox
from storage.asked import Asker
from storage.audit import Fact
from storage.batch_models import Batch
from workflow import batch_carrying, batch_putting, batch_reading, batch_reminding, limiting
from workflow.batch_reading import Upload
from workflow.clock import MINUTE, SECOND
from workflow.directory import DirectoryError, Resident
from workflow.drafts import Refusal
from workflow.means import Means

_log = structlog.get_logger(__name__)

_LEASE = 10 * SECOND
"""How long nobody else looks at a batch: whoever had it in hand may have died."""
_SOON = SECOND // 2
_LEAST = SECOND // 20
_AGAIN = 5 * SECOND
_WAITING = MINUTE // 2


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """What somebody handed in: ``source`` was pasted, ``file`` is the id of an uploaded file.

    ``principal`` is the person on whose behalf it is asked, where that is somebody else.
    """

    team_id: str
    requester: str
    source: str
    file: str | None
    reason: str
    delivery: str
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """What is asked of Slack: who has an e-mail address, and what stands in a file."""

    by_email: Callable[[str], Awaitable[Resident | None]]
    upload: Callable[[str], Awaitable[Upload]]


def record(connection: Connection, draft: BatchDraft, means: Means) -> int | Refusal | None:
    """Write a batch as it came; None where this delivery was here before.

    However many people are in it, it is one ask of its requester.
    """
    now = means.clock()
    if not inbox.first_time(connection, draft.delivery, now):
        return None
    much = limiting.too_much(connection, _asker(draft), means)
    if much is not None:
        return much
    row = {
        "ref": means.reference(),
        "team_id": draft.team_id,
        "requester": draft.requester,
        "principal": draft.principal,
        "reason": draft.reason,
        "source": draft.source,
        "file": draft.file,
        "state": "received",
        "verdict": "",
        "terms": "",
        "created_at": now,
        "expires_at": 0,
        "look_at": 0,
    }
    number = batches.insert(connection, row)
    another = f" on behalf of {draft.principal}" if draft.principal else ""
    said = f"batch {number}{another}"
    audit.record(connection, Fact("BAT001I", now, draft.requester, detail=said))
    batches.show(connection, number, "answer", draft.requester)
    return number


def _asker(draft: BatchDraft) -> Asker:
    """Count a batch among onboardings, whatever is in it: nobody has read that yet."""
    return Asker(draft.team_id, draft.requester, Kind.ONBOARD)


class Batches:
    """Takes batches as far as they can go without a person. ``once`` is called by a loop."""

    def __init__(self, means: Means, ports: Ports) -> None:
        """Work with ``means``."""
        self._means, self._ports = means, ports

    async def once(self) -> float | None:
        """See to every batch that is due; return the seconds until the next look."""
        now, database = self._means.clock(), self._means.database
        take = partial(batches.take, now=now, until=now + _LEASE)
        due = await database.write(take) if await self._next() <= now else ()
        await asyncio.gather(*(self._see_to(one, now) for one in due))
        return max(_LEAST, await self._next() - self._means.clock()) / SECOND

    async def _next(self) -> int:
        """Return when the next batch is to be looked at; in a while where there is none."""
        found = await self._means.database.read(batches.next_look)
        return self._means.clock() + _AGAIN if found is None else found

    async def _see_to(self, batch: Batch, now: int) -> None:
        wait = _SOON
        try:
            if await self._advance(batch):
                wait = 0
            elif batch.state == "pending":
                wait = _WAITING
        except (DirectoryError, TimeoutError) as error:
            _log.warning("a batch is looked at again", batch=batch.number, error=str(error))
            pause = error.pause if isinstance(error, DirectoryError) else 0.0
            wait = max(_AGAIN, int(pause * SECOND))
        except Exception:  # noqa: BLE001 - the batch stays as it is, and is looked at again
            _log.exception("a batch could not be seen to", batch=batch.number)
            wait = MINUTE
        number, lease = batches.number_of(batch), now + _LEASE
        again = partial(batches.look_again, number=number, lease=lease, at=now + wait)
        await self._means.database.write(again)
        if wait == 0:
            self._means.bells.batches.ring()
        self._means.bells.shown.ring()

    async def _advance(self, batch: Batch) -> bool:
        """Take one stride; tell whether another may follow at once."""
        if batch.state == "received":
            await batch_reading.take_apart(batch, self._ports.upload, self._means)
            return True
        if batch.state == "reading":
            return await self._read_on(batch)
        if batch.state == "pending":
            return await self._wait(batch)
        return await batch_carrying.carry_on(batch, self._means)

    async def _wait(self, batch: Batch) -> bool:
        if self._means.clock() >= batch.expires_at:
            await batch_putting.expire(batch, self._means)
            return True
        return await batch_reminding.see_to(batch, self._means)

    async def _read_on(self, batch: Batch) -> bool:
        if await batch_reading.read_some(batch, self._ports.by_email, self._means):
            self._means.bells.received.ring()
            return True
        number = batches.number_of(batch)
        received = partial(batches.count, number=number, states=[RequestState.RECEIVED.value])
        if await self._means.database.read(received):
            return False
        await batch_putting.put(batch, self._means)
        return True
