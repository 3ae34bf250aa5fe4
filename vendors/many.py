"""Provisioning many people: one honest end each, whatever happens to the others.

A vendor that takes one person a call is asked in parallel, for eight at once. A vendor that takes
many is asked for up to fifty; where it refuses them together, everybody is looked up, and whoever
is not there yet is asked for alone: so only those are refused whom it means. After an error that
concerns everybody (called too often, credential unknown), nobody else is asked for.
"""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Hashable,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel

from vendors.contract import Account, End, Outcome, Person
from vendors.errors import (
    CredentialError,
    ForbiddenError,
    RateLimitError,
    RejectedError,
    VendorError,
)

AT_ONCE = 8
MOST = 50

AccessT = TypeVar("AccessT", bound=BaseModel)
AccessT_contra = TypeVar("AccessT_contra", bound=BaseModel, contravariant=True)
Asked = tuple[Person, AccessT, Account | None]
FoundOf = Callable[[Person], Account | None]


class Provisioning(Protocol[AccessT_contra]):
    """What is asked for one person at a time; every vendor is."""

    name: ClassVar[str]

    async def provision(
        self, person: Person, access: AccessT_contra, found: Account | None
    ) -> Outcome:
        """Give ``person`` exactly ``access``; ``found`` is what ``find`` said just now."""


def _refused(error: VendorError) -> bool:
    return isinstance(error, RejectedError)


@dataclass(frozen=True, slots=True)
class Bulk(Generic[AccessT]):
    """How a vendor takes many people in one call.

    ``fits`` tells who can be part of one. ``send`` calls, looks, and returns everybody's end; what
    it raises is everybody's end, unless it ``splits``: then ``look`` lists the accounts and returns
    what finds a person in them, and everybody is asked for alone, but for those who are there by
    now and whom ``appeared`` judges. ``kind`` returns what people of one call must have in common.
    """

    fits: Callable[[Person, AccessT, Account | None], bool]
    send: Callable[[Sequence[Asked[AccessT]]], Awaitable[list[End]]]
    look: Callable[[], Awaitable[FoundOf]]
    appeared: Callable[[AccessT, Account], Outcome] | None = None
    kind: Callable[[AccessT], Hashable] = lambda _access: None
    splits: Callable[[VendorError], bool] = _refused
    most: int = MOST


async def one_by_one(vendor: Provisioning[AccessT], people: Sequence[Asked[AccessT]]) -> list[End]:
    """Provision everybody by a call of their own."""
    ends = _named_again(vendor, people)
    return await _rest_alone(vendor, people, ends)


async def in_bulk(
    vendor: Provisioning[AccessT], people: Sequence[Asked[AccessT]], bulk: Bulk[AccessT]
) -> list[End]:
    """Provision in few calls whoever ``bulk`` takes, and the others by a call of their own."""
    ends = _named_again(vendor, people)
    fitting = [place for place, one in enumerate(people) if place not in ends and bulk.fits(*one)]
    for places in _parts(people, fitting, bulk):
        stopped = _stopped(ends.values())
        part = [people[place] for place in places]
        told = [stopped] * len(part) if stopped else await _in_one_call(vendor, part, bulk)
        ends.update(zip(places, told, strict=True))
    return await _rest_alone(vendor, people, ends)


async def in_parts(
    people: Sequence[Asked[AccessT]],
    ask: Callable[[Sequence[Asked[AccessT]]], Awaitable[list[End]]],
) -> AsyncIterator[list[End]]:
    """Ask for everybody, fifty at a time, and yield the ends of each fifty when they are known.

    After an error that concerns everybody, nobody else is asked for.
    """
    stopped: VendorError | None = None
    for start in range(0, len(people), MOST):
        part = people[start : start + MOST]
        ends: list[End] = [stopped] * len(part) if stopped else await ask(part)
        stopped = stopped or _stopped(ends)
        yield ends


def found_by(look: Callable[[str], Account | None]) -> FoundOf:
    """Return what finds a person by their e-mail, and nobody without one."""
    return lambda person: look(person.email) if person.email else None


def _named_again(vendor: Provisioning[AccessT], people: Sequence[Asked[AccessT]]) -> dict[int, End]:
    """Return the ends of those who have been named before."""
    seen: set[str] = set()
    ends: dict[int, End] = {}
    for place, (person, _, _) in enumerate(people):
        who = person.email.casefold() or person.slack_id
        if who and who in seen:
            ends[place] = RejectedError(vendor.name, "This person is named twice.")
        seen.add(who)
    return ends


def _parts(
    people: Sequence[Asked[AccessT]], fitting: Sequence[int], bulk: Bulk[AccessT]
) -> Iterator[Sequence[int]]:
    """Yield who goes into one call; one alone gains nothing by a call for many."""
    kinds: dict[Hashable, list[int]] = {}
    for place in fitting:
        kinds.setdefault(bulk.kind(people[place][1]), []).append(place)
    for places in kinds.values():
        for start in range(0, len(places), bulk.most):
            part = places[start : start + bulk.most]
            if len(part) > 1:
                yield part


async def _in_one_call(
    vendor: Provisioning[AccessT], part: Sequence[Asked[AccessT]], bulk: Bulk[AccessT]
) -> list[End]:
    try:
        return await bulk.send(part)
    except VendorError as error:
        if not bulk.splits(error):
            return [error] * len(part)
    try:
        found_of = await bulk.look()
    except VendorError as error:
        return [error] * len(part)
    return await _all(part, partial(_alone, vendor, bulk, found_of), None)


async def _alone(
    vendor: Provisioning[AccessT], bulk: Bulk[AccessT], found_of: FoundOf, asked: Asked[AccessT]
) -> End:
    """Judge somebody who is there by now, or ask for them."""
    person, access, _ = asked
    found = found_of(person)
    if found is not None and bulk.appeared is not None:
        return bulk.appeared(access, found)
    return await vendor.provision(person, access, found)


async def _rest_alone(
    vendor: Provisioning[AccessT], people: Sequence[Asked[AccessT]], ends: dict[int, End]
) -> list[End]:
    rest = [place for place in range(len(people)) if place not in ends]

    async def ask(asked: Asked[AccessT]) -> End:
        return await vendor.provision(*asked)

    told = await _all([people[place] for place in rest], ask, _stopped(ends.values()))
    ends.update(zip(rest, told, strict=True))
    return [ends[place] for place in range(len(people))]


async def _all(
    people: Sequence[Asked[AccessT]],
    ask: Callable[[Asked[AccessT]], Awaitable[End]],
    stopped: VendorError | None,
) -> list[End]:
    """Ask for everybody, eight at once, until an error concerns everybody."""
    free = asyncio.Semaphore(AT_ONCE)

    async def end_of(asked: Asked[AccessT]) -> End:
        nonlocal stopped
        async with free:
            if stopped is not None:
                return stopped
            try:
                return await ask(asked)
            except VendorError as error:
                stopped = _stopped([error]) or stopped
                return error

    return await asyncio.gather(*(end_of(one) for one in people))


def _stopped(ends: Iterable[End]) -> VendorError | None:
    """Return the first error after which nobody else should be asked for."""
    for end in ends:
        if isinstance(end, RateLimitError):
            return end
        if isinstance(end, CredentialError) and not isinstance(end, ForbiddenError):
            return end
    return None
