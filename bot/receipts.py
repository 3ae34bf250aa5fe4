"""What Ambition accepted in earlier imports and does not show, so that it is not sent again.

A receipt counts for nothing as soon as anything was tried at Ambition for the same person since, by
a request, by another import or by ``revoke``. What people change there by hand, nobody can see.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import existing
from bot.reader import ConfigurationError
from bot.settings import Settings
from storage import receipts as rows
from storage.database import Database
from storage.receipt_model import Receipt
from vendors.ambition_access import AmbitionAccess
from vendors.ambition_export import Exported
from workflow.clock import Clock, as_datetime, system_clock

VENDOR = "ambition"
UNWRITTEN = "the database cannot be written"
UNMADE = "`aboard migrate` makes the table for it"


@dataclass(frozen=True, slots=True)
class Past:
    """What the database says: receipts by subject, and when requests tried something, by address.

    ``is_kept`` says whether there is a table for receipts at all.
    """

    is_kept: bool
    receipts: Mapping[str, Receipt]
    moved: Mapping[str, int]


@dataclass
class Receipts:
    """The receipts of one instance, as a run that begins now finds and leaves them.

    ``problem`` says why what this run is told will be sent again by the next one.
    """

    instance: str
    database: Database
    past: Past
    begun_at: int
    problem: str | None = None

    def of(self, one: Exported) -> str | None:
        """Say when the same was accepted for somebody; None where it was not, or not since."""
        receipt = self.past.receipts.get(self._subject(one.person.email))
        if receipt is None or receipt.content != _content(one):
            return None
        if self.past.moved.get(one.person.email.casefold(), 0) >= receipt.at:
            return None
        moment = f"{as_datetime(receipt.at):%Y-%m-%d %H:%M} UTC"
        return f"Sent and accepted on {moment} (file {receipt.source}); it cannot be read back."

    async def forget(self, addresses: Collection[str]) -> None:
        """Forget what was accepted for these people, before anything else is sent for them.

        ``ConfigurationError`` where that cannot be written.
        """
        subjects = {self._subject(one) for one in addresses} & self.past.receipts.keys()
        if subjects:
            with _told():
                await self.database.write(lambda one: rows.drop(one, VENDOR, subjects))

    async def keep(self, accepted: Sequence[Exported], source: str) -> None:
        """Remember what was accepted just now; where that fails, ``problem`` says so."""
        if not accepted:
            return
        if not self.past.is_kept:
            self.problem = UNMADE
            return
        written = [self._row(one, source) for one in accepted]
        try:
            await self.database.write(lambda one: rows.keep(one, written))
        except SQLAlchemyError:
            self.problem = UNWRITTEN

    def _row(self, one: Exported, source: str) -> Mapping[str, str | int]:
        return {
            "vendor": VENDOR,
            "subject": self._subject(one.person.email),
            "content": _content(one),
            "source": source,
            "at": self.begun_at,
        }

    def _subject(self, email: str) -> str:
        return _digest(self.instance, email.casefold())


@asynccontextmanager
async def opened(
    settings: Settings, instance: str, clock: Clock = system_clock
) -> AsyncIterator[Receipts]:
    """Yield the receipts of the instance at this address.

    ``ConfigurationError`` where the database cannot be read; one without the table has none.
    """
    database = Database(existing.address(settings))
    try:
        with _told():
            past = await database.read(_past)
        yield Receipts(instance, database, past, clock())
    finally:
        database.close()


def _past(connection: Connection) -> Past:
    if not rows.is_kept(connection):
        return Past(is_kept=False, receipts={}, moved={})
    receipts = rows.of_vendor(connection, VENDOR)
    return Past(is_kept=True, receipts=receipts, moved=rows.moved(connection, VENDOR))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a database says, which may repeat a row, into a sentence."""
    try:
        yield
    except SQLAlchemyError as error:
        sentence = "The database cannot be used: what Ambition accepted before is unknown."
        raise ConfigurationError([sentence]) from error


def _content(one: Exported) -> str:
    """Return the digest of all that a file asks for somebody."""
    groups = sorted(one.wanted.groups.items()) if isinstance(one.wanted, AmbitionAccess) else None
    return _digest(one.person.given_name, one.person.family_name, groups)


def _digest(*parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
