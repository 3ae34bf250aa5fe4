"""One attempt of one step: look up, compare with the plan, write, read back, record.

An attempt may run twice, since a process can die at any point of it. So it claims the step first,
looks before it writes, and records its end by compare-and-set: whoever comes late changes nothing.
Whoever froze in between looks once more whether the step is still its own (``workflow.fencing``).
Where a vendor cannot be looked up, an attempt that died on the way is ``unknown``: nobody knows
whether the call arrived, so a person decides.

The steps of a batch that are carried out by one call are one attempt, too: each of them is claimed,
judged and recorded by itself, and only the look and the write are shared (``workflow.together``).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.engine import Connection

from rules.plans import Effect
from rules.states import StepState
from storage import batch_calls
from vendors.contract import Account, AnyVendor, End, missing
from vendors.errors import RateLimitError, VendorError
from workflow import addresses, ending, fencing, judging, planning, together
from workflow.asking_again import OUTLIVED
from workflow.claiming import Claim, claim
from workflow.ending import Ending
from workflow.insisting import insist
from workflow.means import Means
from workflow.stops import Gate

T = TypeVar("T")

_CALLS_AT_ONCE = 2
"""Calls for many that are under way at one vendor: each holds the work of up to fifty people, and
more of them at once would keep the steps of single people from their turn."""

_log = structlog.get_logger(__name__)


class Attempts:
    """Does attempts of steps with ``means``."""

    def __init__(self, means: Means) -> None:
        """Attempt with ``means``."""
        self._means = means
        self._places = defaultdict[str, asyncio.Semaphore](
            lambda: asyncio.Semaphore(_CALLS_AT_ONCE)
        )

    async def attempt(self, ref: str, number: int) -> None:
        """Do attempt ``number`` of the step ``ref``; does nothing where it is done already.

        ``ref`` may name a call instead: then it is the first attempt of every step in it.
        """
        alone = await self._claimed(ref, number)
        if alone is not None:
            self._means.bells.outdated.ring()
            await self._record(alone, await self._perform(alone))
            return
        read = partial(self._means.database.read, partial(batch_calls.members, call=ref))
        vendor, members = await insist(read)
        if members:
            async with self._places[vendor]:
                await self._attempt_together(ref, members, number)

    async def _attempt_together(self, call: str, members: Sequence[str], number: int) -> None:
        tried = await asyncio.gather(*(self._claimed(one, number, call) for one in members))
        claims = [one for one in tried if one is not None]
        self._means.bells.outdated.ring()
        ends = await self._perform_together(claims)
        again = {end.wait: self._means.reference() for end in ends if _is_too_often(end)}
        calls = [again[end.wait] if _is_too_often(end) else None for end in ends]
        await asyncio.gather(*map(self._record, claims, ends, calls))
        await self._written(partial(batch_calls.drop_all, call=call))

    async def _claimed(self, ref: str, number: int, call: str | None = None) -> Claim | None:
        return await self._written(
            partial(claim, ref=ref, number=number, means=self._means, call=call)
        )

    async def _written(self, work: Callable[[Connection], T]) -> T:
        return await insist(partial(self._means.database.write, work))

    async def _record(self, claim: Claim, end: Ending, call: str | None = None) -> None:
        if end is judging.LOST:
            return
        means = self._means
        record = partial(ending.record, claim=claim, end=end, means=means, call=call)
        if not await self._written(record):
            _log.warning("ended or taken over meanwhile; this end is void", step=claim.step.ref)
        means.bells.outdated.ring()
        if end.problem in OUTLIVED:
            means.bells.received.ring()
        if end.is_stopped or claim.gate is Gate.PROBE:
            means.bells.stops.ring()

    async def _perform_together(self, claims: Sequence[Claim]) -> Sequence[Ending]:
        """Carry out by one call what can be, and the rest alone; return everybody's end."""
        vendor = self._means.vendors.get(claims[0].step.vendor) if claims else None
        many = [one for one in claims if _fits(one, vendor)]
        together_now = {_key(one) for one in many}
        alone = [one for one in claims if _key(one) not in together_now]
        ends = dict(zip(map(_key, alone), await self._each(alone), strict=True))
        if vendor is not None and many:
            told = await together.perform(many, vendor, self._means)
            ends |= dict(zip(map(_key, many), told, strict=True))
        return [ends[_key(one)] for one in claims]

    async def _each(self, claims: Sequence[Claim]) -> Sequence[Ending]:
        return await asyncio.gather(*map(self._perform, claims))

    async def _perform(self, claim: Claim) -> Ending:
        vendor = self._means.vendors.get(claim.step.vendor)
        hindrance = judging.hindrance(claim, vendor)
        if vendor is None or hindrance is not None:
            return hindrance or judging.BROKEN
        try:
            return await self._look_and_write(claim, vendor)
        except Exception:  # noqa: BLE001 - whatever broke, the vendor may have been told
            _log.exception("an attempt broke", step=claim.step.ref, vendor=vendor.name)
            return judging.BROKEN

    async def _look_and_write(self, claim: Claim, vendor: AnyVendor) -> Ending:
        if claim.planned.effect is Effect.BY_HAND:
            return await self._look_what_was_done(claim, vendor)
        try:
            who, found = await addresses.look(vendor, claim.person, claim.former)
        except VendorError as error:
            return judging.of_look(claim, vendor, error)
        claim = replace(claim, person=who)
        now = self._means.clock()
        withheld = judging.withheld(claim, vendor, found, now)
        if withheld is not None:
            return withheld
        if not await fencing.is_ours(claim, self._means):
            return judging.LOST
        if not fencing.is_fresh(now, self._means):
            return await self._look_and_write(claim, vendor)
        looked_up = judging.was_looked_up(claim, vendor, found)
        end = await self._write(claim, vendor, found)
        return judging.of_end(claim, vendor, end, looked_up=looked_up)

    async def _look_what_was_done(self, claim: Claim, vendor: AnyVendor) -> Ending:
        """See whether a person has done by hand what was planned so; nothing is written."""
        to_do = Ending(StepState.ACTION_REQUIRED, claim.planned.detail)
        is_blind = not vendor.traits.find or missing(vendor.needs, claim.person)
        if is_blind or not claim.asks:
            return to_do
        try:
            _, found = await addresses.look(vendor, claim.person, claim.former)
        except VendorError:
            return to_do
        change = planning.change(vendor, claim.person, claim.step.access, found)
        if change.effect.value not in {Effect.KEEP, Effect.ABSENT}:
            return to_do
        return Ending(StepState.UNCHANGED, change.detail, account=found)

    async def _write(self, claim: Claim, vendor: AnyVendor, found: Account | None) -> End:
        try:
            if not claim.step.access:
                return await vendor.deprovision(claim.person, found)
            access = planning.access_of(vendor, claim.step.access)
            return await vendor.provision(claim.person, access, found)
        except VendorError as error:
            return error


def _fits(claim: Claim, vendor: AnyVendor | None) -> bool:
    """Tell whether a call for many carries a step out: no removal, and nothing done by hand."""
    gives = bool(claim.step.access) and claim.planned.effect is not Effect.BY_HAND
    return gives and judging.hindrance(claim, vendor) is None


def _is_too_often(end: Ending) -> bool:
    """Tell whether a vendor wants to be left alone: those who wait for it as long are one call."""
    return end.wait is not None and end.problem == RateLimitError.kind


def _key(claim: Claim) -> str:
    return claim.step.ref
