"""IXON keeps the promises, and those of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import ixon as simulator
from sandbox.vendors.ixon import IxonTenant
from sandbox.vendors.ixon_model import IxonInvite
from sandbox.vendors.journal import Journal
from tests.unit.vendors.loopback import PATIENT
from vendors.contract import AnyVendor, Effect, Person, Result
from vendors.errors import UnavailableError
from vendors.ixon import Ixon
from vendors.ixon_access import Grant, IxonAccess, read
from vendors.ixon_api import IxonSettings
from vendors.testing.asking import deprovision, provision
from vendors.testing.bench import ADA, DEADLINE, NOW, NOWHERE, Watch, served
from vendors.testing.promises import VendorPromises

COMPANY = "1234-5678-9012-3456-7890"
APPLICATION = "Appl1cation0"
TOKEN = "ixt-3b1f-the-real-one"
IMPOSTOR = "ixt-0000-somebody-else"
TENANT = IxonTenant(COMPANY, APPLICATION, TOKEN, "Kepler")

OPERATOR = Grant(group="Kepler", role="Operator")
ADMINISTRATOR = Grant(group="Kepler", role="Administrator")


class IxonBench:
    """IXON beside its simulator."""

    creation = f"POST {simulator.PREFIX}/invites"
    removal = f"DELETE {simulator.PREFIX}/users"
    secrets = (TOKEN, IMPOSTOR)
    access: IxonAccess = IxonAccess(grants=(OPERATOR,))
    other: IxonAccess = IxonAccess(grants=(ADMINISTRATOR,))

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.now = NOW
        self.ixon = simulator.Ixon(Changes(), self.time, TENANT)
        self.company = self.ixon.company
        self.watch = Watch()
        self.url = ""
        self.opened: list[Ixon] = []
        self.vendor: Ixon
        self.impostor: Ixon

    def time(self) -> float:
        """Tell the simulator the time, which a test may put forward."""
        return self.now.timestamp()

    async def rest(self, seconds: float) -> None:
        """Let the time pass that somebody waits."""
        self.now += timedelta(seconds=seconds)

    def open(self, token: str = TOKEN, **settings: str) -> Ixon:
        """Build an adapter for this simulator."""
        given = {"application": APPLICATION, "company": COMPANY, "base_url": self.url} | settings
        made = IxonSettings.model_validate(
            {"deadline": self.deadline, "token": SecretStr(token), **given}
        )
        tools = replace(self.watch.tools(), clock=lambda: self.now, sleep=self.rest)
        self.opened.append(Ixon(made, tools))
        return self.opened[-1]

    @property
    def away(self) -> Ixon:
        """An adapter that finds nobody at its address."""
        return self.open(base_url=NOWHERE)

    @property
    def faults(self) -> Faults:
        return self.ixon.faults

    @property
    def journal(self) -> Journal:
        return self.ixon.journal

    def put(self, person: Person, access: BaseModel) -> None:
        self.give(self.company.add_user(person.name, person.email).public_id, access)

    def invited(self, person: Person, access: BaseModel) -> IxonInvite:
        """Have somebody invite this person behind the vendor's back."""
        invite = self.company.add_invite(person.email)
        self.give(invite.public_id, access)
        return invite

    def give(self, holder: str, access: BaseModel) -> None:
        """Give a user or an invite what an access names."""
        assert isinstance(access, IxonAccess)
        for grant in access.grants:
            groups = {one.name: one.public_id for one in self.company.groups.values()}
            roles = {one.name: one.public_id for one in self.company.roles.values()}
            self.company.grant(holder, groups[grant.group], roles[grant.role])

    def held(self, person: Person) -> list[str]:
        wanted = person.email.casefold()
        users = [
            one
            for one in self.company.users.values()
            if not one.support and (one.email or "").casefold() == wanted
        ]
        holders = [one.public_id for one in users]
        holders += [one.public_id for one in self.ixon.invites(person.email)]
        return [self.access_of(holder) for holder in holders]

    def access_of(self, holder: str) -> str:
        """Return what a user or an invite holds, as people read it."""
        held = self.company.held_by(holder)
        return read(
            f"{self.company.roles[one.role].name} in {self.company.groups[one.group].name}"
            for one in held
        )

    def refuse_repeats(self) -> None:
        self.ixon.quirks.refuses_repeats = True


async def warmed(vendor: AnyVendor) -> None:
    """Have the vendor learn what it keeps; a busy machine may need more than one short deadline."""
    for _ in range(20):
        with suppress(UnavailableError):
            return await vendor.check()
    pytest.fail("the vendor never answered")


@asynccontextmanager
async def ixon_bench(deadline: float = PATIENT.total) -> AsyncIterator[IxonBench]:
    """Run IXON and its simulator; names are known, as they are after a check."""
    bench = IxonBench(deadline)
    async with served({simulator.PREFIX: bench.ixon.app()}, bench.faults) as url:
        bench.url = f"{url}{simulator.PREFIX}"
        try:
            bench.vendor, bench.impostor = bench.open(), bench.open(IMPOSTOR)
            await warmed(bench.vendor)
            bench.journal.calls.clear()
            bench.watch.seen.clear()
            yield bench
        finally:
            for one in bench.opened:
                await one.aclose()


@pytest.fixture
async def bench() -> AsyncIterator[IxonBench]:
    """Lend a vendor that knows the names of roles and groups, as it does after its check."""
    async with ixon_bench(DEADLINE) as bench:
        yield bench


class TestIxon(VendorPromises):
    vendor = Ixon
    deviations: ClassVar[dict[str, str]] = {
        "test_a_step_costs_a_look_up_a_write_and_a_read_back": (
            "users and invitations are two lists, so that every look is two calls"
        ),
        "test_a_hint_how_long_to_wait_is_heeded": (
            "a lock-out lasts ten minutes, whatever a proxy on the way may hint at"
        ),
    }


async def test_a_person_is_invited_to_exactly_what_was_asked(bench: IxonBench) -> None:
    planned = bench.vendor.plan(ADA, bench.access, None)
    outcome = await provision(bench, ADA)
    assert (planned.effect, outcome.result) == (Effect.INVITE, Result.INVITED)
    assert outcome.account is not None
    assert bench.held(ADA) == [outcome.account.access] == [planned.after]
    assert outcome.account.pending
    assert outcome.account.expires_at == NOW + timedelta(days=14)


async def test_a_step_costs_two_lists_a_write_and_two_lists(bench: IxonBench) -> None:
    await provision(bench, ADA)
    lists = [("GET", "/users"), ("GET", "/invites")]
    assert asked(bench) == [*lists, ("POST", "/invites"), *lists]
    bench.journal.calls.clear()
    await deprovision(bench, ADA)
    assert asked(bench) == [*lists, ("DELETE", "/invites"), *lists]


def asked(bench: IxonBench) -> list[tuple[str, str]]:
    return [(call.method, call.path.partition("?")[0]) for call in bench.journal.calls]


async def test_what_is_sent_is_what_the_page_says(bench: IxonBench) -> None:
    vendor = bench.open(language="nl", branding="remote.kepler.example")
    access = IxonAccess(grants=(OPERATOR,), message="Welcome, Ada.")
    await vendor.provision(ADA, access, None)
    [call] = bench.journal.asked("POST")
    group, role = bench.ixon.company_group.public_id, bench.ixon.operator.public_id
    grant = {"group": {"publicId": group}, "role": {"publicId": role}}
    assert call.body == [
        {
            "emailAddress": ADA.email,
            "groupRoles": [grant],
            "message": "Welcome, Ada.",
            "language": "nl",
        }
    ]
    assert call.headers["api-version"] == "2"
    assert call.headers["api-application"] == APPLICATION
    assert call.headers["api-company"] == COMPANY
    assert call.headers["api-branding"] == "remote.kepler.example"


async def test_the_branding_is_ixons_own_unless_it_is_set(bench: IxonBench) -> None:
    await provision(bench, ADA)
    [call] = bench.journal.asked("POST")
    assert call.headers["api-branding"] == "portal.ixon.cloud"


async def test_a_list_always_says_which_fields_it_wants(bench: IxonBench) -> None:
    await bench.open().check()
    lists = [call.path for call in bench.journal.asked("GET")]
    assert lists
    assert all("fields=" in path for path in lists)
