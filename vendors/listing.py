"""Looking many people up: by one list where a vendor's adapter can, else by a call for each."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from vendors.contract import Account, AnyVendor, Person
from vendors.errors import VendorError
from vendors.many import AT_ONCE, FoundOf

Look: TypeAlias = Account | VendorError | None
"""What ``find`` says of one person: an account, nobody, or why it could not say."""


@runtime_checkable
class Listing(Protocol):
    """A vendor whose adapter lists everybody once and then finds many people in the list."""

    async def look(self) -> FoundOf:
        """List everybody once, and return what does for many people what ``find`` does for one."""
        ...


async def looked_up(vendor: AnyVendor, people: Sequence[Person]) -> list[Look]:
    """Return what is known of everybody, in the same order. No ``VendorError`` is raised."""
    if not isinstance(vendor, Listing):
        return await _each(vendor, people)
    try:
        found_of = await vendor.look()
    except VendorError as error:
        return [error] * len(people)
    return [_in_list(found_of, one) for one in people]


def _in_list(found_of: FoundOf, person: Person) -> Look:
    try:
        return found_of(person)
    except VendorError as error:
        return error


async def _each(vendor: AnyVendor, people: Sequence[Person]) -> list[Look]:
    free = asyncio.Semaphore(AT_ONCE)

    async def look(person: Person) -> Look:
        async with free:
            try:
                return await vendor.find(person)
            except VendorError as error:
                return error

    return await asyncio.gather(*map(look, people))
