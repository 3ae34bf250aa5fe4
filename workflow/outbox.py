"""The outbox as the ones who deliver see it: take what is outdated, say how the delivery ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from storage import audit, messages, requests
from storage.audit import Fact
from storage.database import Database
from storage.due_models import Message
from storage.messages import Place, Seen
from workflow.behalf import askers
from workflow.clock import SECOND, Clock
from workflow.insisting import insist

_LEASE = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Outdated:
    """A message that should look otherwise. ``ts`` is None where it was never posted."""

    key: int
    request_number: int
    kind: str
    channel: str
    posted_in: str | None
    ts: str | None
    wanted: int
    shown: int
    tries: int
    problem: str | None
    next_at: int


class Outbox:
    """What waits to be shown in Slack."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Read and write in ``database``."""
        self._database, self._clock = database, clock

    async def due(self, besides: Collection[str], most: int) -> list[Outdated]:
        """Return what should be delivered now, one of each channel, none of ``besides``."""
        work = partial(messages.due, now=self._clock(), limit=most, besides=besides)
        return [_outdated(one) for one in await self._database.read(work)]

    async def take(self, one: Outdated) -> bool:
        """Reserve a message for half a minute; False where another process has it."""
        until = self._clock() + _LEASE
        return await self._database.write(partial(_take, one=one, until=until))

    async def shown(self, one: Outdated, ts: str | None, posted_in: str | None) -> None:
        """Say that a message looks now as it was wanted when it was taken."""
        values = {
            "shown": one.wanted,
            "ts": ts or one.ts,
            "posted_in": posted_in or one.posted_in,
            "tries": 0,
            "problem": None,
            "next_at": 0,
        }
        await self._settle(one, values)

    async def later(self, one: Outdated, seconds: float, problem: str) -> None:
        """Say that a delivery failed and should be tried again after ``seconds``."""
        next_at = self._clock() + int(seconds * SECOND)
        await self._settle(one, {"tries": one.tries + 1, "problem": problem, "next_at": next_at})

    async def wait(self, one: Outdated, seconds: float) -> None:
        """Put a message back for ``seconds``: nothing is wrong, its time has not come."""
        await self._settle(one, {"next_at": self._clock() + int(seconds * SECOND)})

    async def post_anew(self, one: Outdated) -> None:
        """Say that the message is gone from Slack, so that it is posted again."""
        await self._settle(one, {"ts": None, "posted_in": None, "next_at": 0})

    async def instead(self, one: Outdated, channels: frozenset[str], problem: str) -> None:
        """Have a card that could not be shown delivered to ``channels``; record that it had to.

        Never to whoever asked or whom it is about. Where all of them have it already, nothing
        happens, nor where the card is confidential: that has its readers, and is tried again.
        """
        work = partial(_instead, one=one, channels=channels, problem=problem, now=self._clock())
        await self._database.write(work)

    async def posted(self, number: int, channel: str) -> tuple[str, str] | None:
        """Return the conversation and timestamp of a request's card, once it was posted."""
        cards = await self._database.read(partial(messages.of_request, number=number, kind="card"))
        mine = (one for one in cards if one.channel == channel and one.ts)
        return next(((one.posted_in or one.channel, one.ts or "") for one in mine), None)

    async def _settle(self, one: Outdated, values: Mapping[str, object]) -> None:
        settle = partial(messages.settle, key=one.key, values=values)
        await insist(partial(self._database.write, settle))


def _outdated(message: Message) -> Outdated:
    return Outdated(
        message.id or 0, message.request_number, message.kind, message.channel,
        message.posted_in, message.ts, message.wanted, message.shown, message.tries,
        message.problem, message.next_at,
    )  # fmt: skip


def _take(connection: Connection, one: Outdated, until: int) -> bool:
    return messages.take(connection, Seen(one.key, one.next_at, one.shown), until)


def _instead(
    connection: Connection, one: Outdated, channels: frozenset[str], problem: str, now: int
) -> None:
    request = requests.lock(connection, one.request_number)
    if request is None or request.confidential:
        return
    have = {card.channel for card in messages.of_request(connection, one.request_number, "card")}
    missing = channels - have - {*askers(request), request.subject}
    if not missing:
        return
    fact = Fact("MSG001W", now, "aboard", one.request_number, outcome="error", detail=problem)
    seq = audit.record(connection, fact)
    for channel in sorted(missing):
        messages.want(connection, Place(one.request_number, "card", channel), wanted=seq)
