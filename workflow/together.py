"""Many steps at one vendor by few calls: one look at all, one write for all who are to be written.

Each step is held against what was approved for it alone, and has an end of its own. Where the
answer never came, or something broke, nobody's end is known, and each is looked up alone
afterwards.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import structlog
from pydantic import BaseModel

from vendors.contract import Account, AnyVendor, End, Person
from vendors.errors import VendorError
from vendors.listing import Look, looked_up
from workflow import fencing, judging, planning
from workflow.claiming import Claim
from workflow.ending import Ending
from workflow.means import Means

_log = structlog.get_logger(__name__)

_Asked: TypeAlias = tuple[Person, BaseModel, Account | None]


async def perform(claims: Sequence[Claim], vendor: AnyVendor, means: Means) -> list[Ending]:
    """Carry out what is claimed at one vendor; return everybody's end, in the same order."""
    try:
        looks = await looked_up(vendor, [one.person for one in claims])
    except Exception:  # noqa: BLE001 - an adapter's fault is an end of the step, not of the engine
        _log.exception("many could not be looked up", vendor=vendor.name)
        return [judging.broken_together(one, vendor) for one in claims]
    now = means.clock()
    pairs = zip(claims, looks, strict=True)
    judged = await asyncio.gather(
        *(_held(claim, _judged(claim, look, vendor, now), means) for claim, look in pairs)
    )
    if not fencing.is_fresh(now, means):
        return await perform(claims, vendor, means)
    written = iter(await _written([one for one in judged if not isinstance(one, Ending)], vendor))
    return [
        one if isinstance(one, Ending) else _end(claim, vendor, one[2], next(written))
        for claim, one in zip(claims, judged, strict=True)
    ]


async def _held(claim: Claim, judged: Ending | _Asked, means: Means) -> Ending | _Asked:
    """Return what was judged, unless it is to be written and somebody else has the step now."""
    if isinstance(judged, Ending) or await fencing.is_ours(claim, means):
        return judged
    return judging.LOST


def _judged(claim: Claim, look: Look, vendor: AnyVendor, now: int) -> Ending | _Asked:
    """Return what is to be written for a step, or its end where nothing is."""
    if isinstance(look, VendorError):
        return judging.of_look(claim, vendor, look)
    try:
        withheld = judging.withheld(claim, vendor, look, now)
        access = planning.access_of(vendor, claim.step.access)
    except Exception:  # noqa: BLE001 - what breaks for one holds up nobody else
        _log.exception("an attempt broke", step=claim.step.ref, vendor=vendor.name)
        return judging.broken_together(claim, vendor)
    return withheld or (claim.person, access, look)


async def _written(asked: Sequence[_Asked], vendor: AnyVendor) -> Sequence[End | None]:
    """Give everybody what was approved; None stands for what nobody knows the end of."""
    try:
        return await vendor.provision_many(asked)
    except Exception:  # noqa: BLE001 - whatever broke, the vendor may have been told
        _log.exception("a call for many broke", vendor=vendor.name)
        return [None] * len(asked)


def _end(claim: Claim, vendor: AnyVendor, found: Account | None, end: End | None) -> Ending:
    if end is None:
        return replace(judging.broken_together(claim, vendor), wrote=True)
    looked_up = judging.was_looked_up(claim, vendor, found)
    return judging.of_end(claim, vendor, end, looked_up=looked_up)
