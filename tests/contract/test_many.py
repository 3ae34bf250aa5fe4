"""Provisioning many: one honest end each at every vendor, whatever happens to the others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from sandbox.vendors import axiom as axiom_simulator
from sandbox.vendors import axolo as axolo_simulator
from tests.contract.test_ambition import ambition_bench
from tests.contract.test_appxite import appxite_bench
from tests.contract.test_axiom import IMPOSTOR, TOKEN, AxiomBench
from tests.contract.test_axolo import AxoloBench
from tests.contract.test_ixon import ixon_bench
from tests.unit.vendors.loopback import PATIENT
from vendors.axiom import AxiomAccess
from vendors.contract import Account, End, Outcome, Person, Result
from vendors.errors import (
    AmbiguousError,
    CredentialError,
    ForbiddenError,
    RateLimitError,
    RejectedError,
    UnavailableError,
    VendorError,
)
from vendors.many import AT_ONCE, MOST
from vendors.testing.bench import ADA, GRACE, Bench, Watch, served
from vendors.tools import Tools

GIVEN = {Result.DONE, Result.INVITED, Result.UNVERIFIED}
NOBODY = Person("U0NOBODY", "", "No", "Body")
WRONG = Person("U0WRONG", "no-address", "Wrong", "Address", "wrong")


class PatientWatch(Watch):
    """Tools with deadlines that no test here meets."""

    def tools(self) -> Tools:
        return replace(super().tools(), limits=PATIENT)


@asynccontextmanager
async def axiom_bench() -> AsyncIterator[AxiomBench]:
    bench = AxiomBench()
    bench.watch = PatientWatch()
    app = bench.axiom.app()
    async with served({axiom_simulator.PREFIX: app}, bench.faults) as url:
        bench.url = f"{url}{axiom_simulator.PREFIX}"
        bench.open(TOKEN)
        bench.open(IMPOSTOR)
        yield bench
        for one in bench.opened:
            await one.aclose()


@asynccontextmanager
async def axolo_bench() -> AsyncIterator[AxoloBench]:
    bench = AxoloBench()
    bench.watch = PatientWatch()
    app = bench.axolo.app()
    async with served({axolo_simulator.PREFIX: app}, bench.faults) as url:
        bench.url = url
        bench.vendor = bench.impostor = bench.open(bench.settings())
        yield bench
        for one in bench.opened:
            await one.aclose()


Opened = Callable[[], AbstractAsyncContextManager[Any]]
BENCHES: dict[str, Opened] = {
    "ambition": ambition_bench,
    "appxite": appxite_bench,
    "axiom": axiom_bench,
    "axolo": axolo_bench,
    "ixon": ixon_bench,
}


@pytest.fixture(params=sorted(BENCHES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with BENCHES[request.param]() as bench:
        yield bench


def crowd(number: int) -> list[Person]:
    return [
        Person(f"U{one}", f"person-{one}@kepler.example", "Person", f"No{one}", f"person-{one}")
        for one in range(number)
    ]


async def ends_of(bench: Bench, *people: Person, access: BaseModel | None = None) -> list[End]:
    """Look everybody up, then provision them together."""
    asked = [(one, access or bench.access, await bench.vendor.find(one)) for one in people]
    bench.journal.calls.clear()
    return await bench.vendor.provision_many(asked)


def results(ends: Sequence[End]) -> list[Result | type[VendorError]]:
    return [end.result if isinstance(end, Outcome) else type(end) for end in ends]


def creations(bench: Bench) -> int:
    method, _, path = bench.creation.partition(" ")
    end = "/" + path.split("/", 2)[2]
    return len([one for one in bench.journal.calls if (one.method, one.path) == (method, end)])


async def test_everybody_gets_an_end_of_their_own_in_their_order(bench: Bench) -> None:
    bench.put(GRACE, bench.access)
    people = [NOBODY, ADA, *crowd(3), GRACE]
    ends = results(await ends_of(bench, *people))
    assert ends[0] is Result.ACTION_REQUIRED
    assert {*ends[1:5]} <= GIVEN
    assert ends[5] in {Result.UNCHANGED, Result.UNVERIFIED}
    assert [len(bench.held(one)) for one in people[1:]] == [1] * 5


async def test_a_vendor_that_takes_many_is_called_once(bench: Bench) -> None:
    await ends_of(bench, *crowd(5))
    assert creations(bench) == (1 if bench.vendor.traits.many else 5)


async def test_nobody_is_no_call(bench: Bench) -> None:
    assert await bench.vendor.provision_many([]) == []
    assert bench.journal.calls == []


async def test_whoever_is_named_twice_is_asked_for_once(bench: Bench) -> None:
    loud = replace(ADA, email=ADA.email.upper())
    ends = await ends_of(bench, ADA, GRACE, loud)
    assert results(ends)[2] is RejectedError
    assert "twice" in str(ends[2])
    assert len(bench.held(ADA)) == 1


async def test_what_is_refused_for_all_is_asked_for_each(bench: Bench) -> None:
    bench.faults.status(422, only=bench.creation)
    ends = results(await ends_of(bench, ADA, GRACE))
    refused = [one for one in ends if one is RejectedError]
    assert len(refused) == (0 if bench.vendor.traits.many else 1)
    assert len(bench.held(ADA) + bench.held(GRACE)) == 2 - len(refused)


async def test_what_is_lost_may_have_happened_and_is_settled_by_looking(bench: Bench) -> None:
    bench.refuse_repeats()
    bench.faults.lose_answer(only=bench.creation)
    people = crowd(3)
    ends = results(await ends_of(bench, *people))
    assert AmbiguousError in ends
    again = results(await ends_of(bench, *people))
    assert not {one for one in again if isinstance(one, type)}
    assert [len(bench.held(one)) for one in people] == [1, 1, 1]


async def test_after_a_429_nobody_else_is_asked_for(bench: Bench) -> None:
    bench.faults.rate_limit(None, only=bench.creation)
    ends = await ends_of(bench, *crowd(20))
    assert {*results(ends)} == {RateLimitError}
    assert 1 <= creations(bench) <= AT_ONCE


async def test_a_vendor_that_is_down_ends_for_everybody(bench: Bench) -> None:
    bench.faults.down(only=bench.creation)
    assert {*results(await ends_of(bench, ADA, GRACE))} == {AmbiguousError}
    assert bench.held(ADA) == bench.held(GRACE) == []


@pytest.mark.parametrize("name", ["ambition", "appxite", "ixon"])
async def test_of_many_only_the_one_is_refused_who_is_meant(name: str) -> None:
    async with BENCHES[name]() as bench:
        ends = results(await ends_of(bench, ADA, WRONG, GRACE))
        assert ends[1] is RejectedError
        assert {ends[0], ends[2]} <= GIVEN | {Result.UNCHANGED}
        assert len(bench.held(ADA)) == len(bench.held(GRACE)) == 1
        assert bench.held(WRONG) == []


async def test_of_many_whoever_came_before_a_conflict_is_there() -> None:
    async with appxite_bench() as bench:
        asked = [(one, bench.access, None) for one in (ADA, GRACE, *crowd(1))]
        bench.put(GRACE, bench.access)
        ends = results(await bench.vendor.provision_many(asked))
        assert ends == [Result.UNCHANGED, Result.UNCHANGED, Result.DONE]
        assert [len(bench.held(one)) for one, _, _ in asked] == [1, 1, 1]


async def test_of_many_each_call_is_for_the_same_organizations() -> None:
    async with appxite_bench() as bench:
        own, other = bench.platform.organizations
        theirs = bench.access.model_copy(update={"organizations": (other,)})
        people = crowd(4)
        asked = [(one, (bench.access, theirs)[at % 2], None) for at, one in enumerate(people)]
        assert {*results(await bench.vendor.provision_many(asked))} == {Result.DONE}
        assert [bench.held(one)[0].split()[-1] for one in people] == [own, other, own, other]
        assert len(bench.journal.asked("POST", "/users/invite")) == 2


async def test_no_call_is_for_more_than_fifty() -> None:
    async with ixon_bench() as bench:
        people = crowd(MOST + 2)
        asked = [(one, bench.access, None) for one in people]
        assert {*results(await bench.vendor.provision_many(asked))} == {Result.INVITED}
        sent = [call.body for call in bench.journal.asked("POST", "/invites")]
        assert [len(body) for body in sent if isinstance(body, list)] == [MOST, 2]


class Counting:
    """Axiom's provision, with a door that counts who is inside and errors on demand."""

    def __init__(self, error: VendorError | None = None) -> None:
        self.inside = self.most = self.asked = 0
        self.error = error

    async def __call__(
        self, _person: Person, _access: AxiomAccess, _found: Account | None
    ) -> Outcome:
        self.asked += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        if self.error is not None:
            raise self.error
        return Outcome(Result.DONE, "Done.")


async def counted(monkeypatch: pytest.MonkeyPatch, door: Counting, number: int) -> list[End]:
    async with axiom_bench() as bench:
        monkeypatch.setattr(bench.vendor, "provision", door)
        asked = [(one, AxiomAccess(), None) for one in crowd(number)]
        return await bench.vendor.provision_many(asked)


async def test_eight_are_asked_for_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Counting()
    assert len(await counted(monkeypatch, door, 30)) == 30
    assert (door.most, door.asked) == (AT_ONCE, 30)


STOPPED = [
    (RateLimitError("axiom", "Too often.", 429), True),
    (CredentialError("axiom", "Who are you?", 401), True),
    (ForbiddenError("axiom", "Not this role.", 403), False),
    (UnavailableError("axiom", "Down.", 503), False),
]


@pytest.mark.parametrize(("error", "stops"), STOPPED)
async def test_an_error_that_concerns_everybody_stops_and_no_other(
    monkeypatch: pytest.MonkeyPatch, error: VendorError, *, stops: bool
) -> None:
    door = Counting(error)
    assert await counted(monkeypatch, door, 30) == [error] * 30
    assert door.asked == (AT_ONCE if stops else 30)
