"""Whatever a vendor answers, an adapter ends as the contract says, in time, in little memory."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import mishaps
from tests.faults.hostile import EVE, Hostile, hostile, made_ready
from tests.faults.office import EVERYTHING, Office, open_office
from tests.faults.truth import VENDORS, holds, put
from vendors.contract import Account, AnyVendor, Outcome, Person, Result
from vendors.errors import VendorError
from workflow import planning

ANSWERS = int(os.environ.get("ABOARD_HOSTILE_ANSWERS", "20"))
"""So many for each vendor."""
MOST_MEMORY = 64 * 2**20
MOST_SECONDS = 31.0
WARMING = 20
"""After so many answers everything is loaded that a vendor's calls need."""
MOST_TRIALS = 4
"""So many for each answer, at most."""
GIVEN = (Result.DONE, Result.UNCHANGED, Result.INVITED)


@dataclass
class Liar:
    """Makes one call's answer hostile: the one of this number since it was told to lie."""

    random: Random
    place: int = -1
    way: str = ""
    told: Hostile | None = None
    to_a_write: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as the vendor would, or not."""
        answer = await handler(request)
        if request.path.endswith("/connect/token"):
            return answer
        self.place -= 1
        if self.place != -1:
            return answer
        self.way, self.told = hostile(mishaps.body_of(answer), self.random)
        self.to_a_write = request.method != "GET"
        self.seen[self.way] += 1
        headers = {"Content-Type": "application/json"} | dict(self.told.headers)
        status = self.random.choice((answer.status, answer.status, 200, 201, 299))
        return web.Response(status=status, body=self.told.body, headers=headers)


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


def empty(office: Office) -> None:
    """Take away what was made, so that the lists stay short."""
    server = office.server
    for table in (
        server.axolo.engineers,
        server.axiom.organization.users,
        server.ixon.company.users,
        server.ixon.company.invites,
        server.appxite.platform.users,
        server.ambition.instance.accounts,
    ):
        for key in [key for key, one in table.items() if "ann" in str(one).casefold()]:
            table.pop(key)


@dataclass
class Trial:
    """One vendor, and what it is asked while it lies."""

    office: Office
    vendor: AnyVendor
    liar: Liar
    wrong: list[str] = field(default_factory=list)

    async def once(self, number: int) -> None:
        """Ask for something, with one hostile answer somewhere in it."""
        name, random = self.vendor.name, self.liar.random
        login, mail = f"ann{number}-hub", f"ann{number}@acme.example"
        person = Person(f"U0ANN{number}", mail, "Ann", "Lee", login, 77)
        gives = random.random() < 0.6
        if not gives:
            put(self.office, name, login, mail)
        calls = (0, 1, 1, 2, 3) if self.vendor.traits.find else (0,)
        self.liar.place, self.liar.told = random.choice(calls), None
        self.liar.to_a_write = False
        loop = asyncio.get_running_loop()
        began = loop.time()
        end = await self._end(person, gives=gives)
        if loop.time() - began > MOST_SECONDS:
            self._say(f"took {loop.time() - began:.0f} s", end)
        has = holds(self.office, name, login, mail) > 0
        believable = self.liar.told is None or self.liar.told.readable
        if _claims(end) and has is not gives and (self.liar.to_a_write or not believable):
            self._say("false done", end)
        if self.liar.to_a_write and not holds(self.office, name, "eve-hub", EVE):
            self._say("somebody else lost their account", end)
            put(self.office, name, "eve-hub", EVE)
        empty(self.office)

    async def _end(self, person: Person, *, gives: bool) -> object:
        access = self.office.settings.catalog.profiles[EVERYTHING].accesses[self.vendor.name]
        try:
            found = await self.vendor.find(person)
            if found is not None and not isinstance(found, Account):
                self._say("no account", found)
            if not gives:
                return await self.vendor.deprovision(person, found)
            wanted = planning.access_of(self.vendor, access)
            return await self.vendor.provision(person, wanted, found)
        except VendorError as error:
            return error
        except Exception as error:  # noqa: BLE001 - that is what must not be
            self._say("crash", repr(error))
            return error

    def _say(self, what: str, end: object) -> None:
        told = self.liar.told.body[:80] if self.liar.told else b""
        self.wrong.append(f"{self.vendor.name}: {what} ({self.liar.way}): {end} after {told!r}")


def _claims(end: object) -> bool:
    return isinstance(end, Outcome) and end.result in GIVEN


def _forget_the_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """Return the most bytes that this process has held since its peak was forgotten."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    [line] = [one for one in told.splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", VENDORS)
async def test_no_answer_breaks_an_adapter_or_makes_it_believe_what_is_not_so(
    office: Office, name: str, record_property: Callable[[str, object], None]
) -> None:
    liar = Liar(Random(f"hostile {name}"))  # noqa: S311 - it has to be the same again
    trial = Trial(office, office.means.vendors[name], liar)
    put(office, name, "eve-hub", EVE)
    made_ready()
    office.server.vendors[name].faults.plant("liar", liar, None)
    numbers = iter(range(MOST_TRIALS * ANSWERS))
    await _lied_to(trial, min(WARMING, ANSWERS // 2), numbers)
    _forget_the_peak()
    before = _peak()
    await _lied_to(trial, ANSWERS, numbers)
    grown = _peak() - before
    office.server.vendors[name].faults.clear()
    record_property("tried", liar.seen.total())
    record_property("measured", f"{name}: {grown / 1e6:.0f} MB more")
    assert not trial.wrong, "\n".join(trial.wrong[:10])
    assert grown < MOST_MEMORY
    assert liar.seen.total() == ANSWERS


async def _lied_to(trial: Trial, answers: int, numbers: Iterator[int]) -> None:
    """Ask until there were so many hostile answers: some calls end before the one that lies."""
    for number in numbers:
        await trial.once(number)
        if trial.liar.seen.total() >= answers:
            return
