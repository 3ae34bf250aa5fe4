"""What the vendors offer for a field, remembered for a short while.

A list that opens in Slack must be answered within three seconds, however slow a vendor is. So the
whole list of a field is kept and searched here. An old list is served while a new one is fetched;
one fetch of a list runs at a time, and after a failed one the vendor is left in peace for a moment.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from vendors.contract import AnyVendor, Choice
from vendors.errors import VendorError
from workflow.clock import MINUTE, SECOND, Clock

_log = structlog.get_logger(__name__)

Key = tuple[str, str]
"""A vendor and a field of its access."""

FRESH = MINUTE
PAUSE = 5 * SECOND
LONGEST_VALUE = 150
"""Slack takes no longer one: https://docs.slack.dev/reference/block-kit/composition-objects/option-object."""

_LONGEST_FETCH = 30.0


@dataclass(frozen=True, slots=True)
class _List:
    choices: tuple[Choice, ...]
    read_at: int


class Offers:
    """The lists of all fields. ``clock`` says how old they are; ``budget`` is in seconds."""

    def __init__(self, vendors: Mapping[str, AnyVendor], clock: Clock, budget: float = 2.0) -> None:
        """Offer what ``vendors`` do; whoever asks waits for at most ``budget``."""
        self._vendors, self._clock, self._budget = vendors, clock, budget
        self._lists: dict[Key, _List] = {}
        self._fetches: dict[Key, asyncio.Task[None]] = {}
        self._failed_at: dict[Key, int] = {}

    def known(self, vendor: str, field: str) -> tuple[Choice, ...]:
        """Return what was offered last, asking nobody."""
        kept = self._lists.get((vendor, field))
        return kept.choices if kept else ()

    async def of(self, vendor: str, field: str) -> tuple[Choice, ...]:
        """Return what is offered; nothing where the vendor did not say so in time."""
        key = (vendor, field)
        fetch = self._freshened(key)
        if key not in self._lists and fetch is not None:
            await asyncio.wait({fetch}, timeout=self._budget)
        if key not in self._lists:
            _log.warning("nothing is known to choose from", vendor=vendor, field=field)
        return self.known(vendor, field)

    def warm(self, keys: Iterable[Key]) -> None:
        """Begin to fetch what will be asked for soon."""
        for key in keys:
            self._freshened(key)

    async def finish(self) -> None:
        """Give up what is being fetched."""
        fetches = list(self._fetches.values())
        for fetch in fetches:
            fetch.cancel()
        await asyncio.gather(*fetches, return_exceptions=True)

    def _freshened(self, key: Key) -> asyncio.Task[None] | None:
        """Return the fetch that is under way for a list, begun now where the list is old."""
        if key in self._fetches:
            return self._fetches[key]
        kept, now = self._lists.get(key), self._clock()
        failed_at = self._failed_at.get(key)
        is_fresh = kept is not None and now - kept.read_at < FRESH
        if is_fresh or (failed_at is not None and now - failed_at < PAUSE):
            return None
        fetch = asyncio.create_task(self._fetch(key))
        self._fetches[key] = fetch
        fetch.add_done_callback(lambda _: self._fetches.pop(key, None))
        return fetch

    async def _fetch(self, key: Key) -> None:
        vendor, field = key
        try:
            async with asyncio.timeout(_LONGEST_FETCH):
                offered = await self._vendors[vendor].choices(field, "")
        except (VendorError, TimeoutError) as error:
            kind = error.kind if isinstance(error, VendorError) else "timeout"
            self._failed(key, kind)
        except Exception:  # noqa: BLE001 - a form must open whatever is broken in an adapter
            _log.exception("choices could not be read", vendor=vendor, field=field)
            self._failed_at[key] = self._clock()
        else:
            self._failed_at.pop(key, None)
            self._lists[key] = _List(_fitting(key, offered), self._clock())

    def _failed(self, key: Key, kind: str) -> None:
        vendor, field = key
        _log.warning("choices could not be read", vendor=vendor, field=field, failure=kind)
        self._failed_at[key] = self._clock()


def _fitting(key: Key, offered: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return each choice once, without those that Slack cannot carry."""
    every = {one.value: one for one in offered}
    fitting = tuple(one for one in every.values() if 0 < len(one.value) <= LONGEST_VALUE)
    if len(fitting) < len(every):
        vendor, field = key
        lost = len(every) - len(fitting)
        _log.warning("some choices are too long for Slack", vendor=vendor, field=field, lost=lost)
    return fitting
