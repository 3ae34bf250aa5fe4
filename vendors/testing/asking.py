"""How the promises ask: look first as the workflow does, and expect failures in time."""

import asyncio
import traceback
from collections.abc import Awaitable

import pytest

from vendors.contract import Outcome, Person, Result
from vendors.errors import VendorError
from vendors.testing.bench import ADA, DEADLINE, GRACE, Bench
from vendors.testing.waiting import outwaited


async def provision(bench: Bench, person: Person) -> Outcome:
    """Look the person up, then provision."""
    found = await bench.vendor.find(person)
    return await bench.vendor.provision(person, bench.access, found)


async def deprovision(bench: Bench, person: Person) -> Outcome:
    """Look the person up, then deprovision."""
    return await bench.vendor.deprovision(person, await bench.vendor.find(person))


async def failure(asked: Awaitable[object], bench: Bench) -> VendorError:
    """Return the error that must come, in time, with nothing in it that others may not read."""
    with pytest.raises(VendorError) as caught:
        async with asyncio.timeout(3 * DEADLINE):
            await outwaited(asked, bench.faults)
    error = caught.value
    assert error.vendor == bench.vendor.name
    assert str(error).endswith((".", ".”"))
    assert_discreet(bench, repr(error), *traceback.format_exception(error))
    return error


def assert_discreet(bench: Bench, *lines: str) -> None:
    """Fail where a line holds a credential or an e-mail."""
    hidden = [*bench.secrets, ADA.email, GRACE.email]
    for line in lines:
        assert not [one for one in hidden if one.casefold() in line.casefold()], line


def sure(bench: Bench) -> Result:
    """Return what a write ends in that the vendor made: seen, or only said."""
    return Result.DONE if bench.vendor.traits.verify else Result.UNVERIFIED


def given(bench: Bench) -> set[Result]:
    """Return what giving an account may end in: invited, too, where the vendor invites."""
    return {sure(bench), Result.INVITED} if bench.vendor.traits.invites else {sure(bench)}


def shouting(person: Person) -> Person:
    """Return somebody with the same e-mail and login in capitals."""
    login = (person.github_login or "").upper()
    return Person(person.slack_id.upper(), person.email.upper(), "Somebody", "Loud", login)


def names(person: Person) -> set[str]:
    """Return everything a vendor may know a person by, in small letters."""
    known = (person.slack_id, person.email, person.github_login or "")
    return {one.casefold() for one in known if one}
