"""Ambition keeps the promises for accounts; what its lists do not show is kept in its own words."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import ambition as simulator
from sandbox.vendors.ambition import AmbitionTenant
from sandbox.vendors.ambition_model import AmbitionAccount
from sandbox.vendors.journal import Call, Journal
from tests.unit.vendors.loopback import PATIENT
from vendors.ambition import Ambition
from vendors.ambition_access import AmbitionAccess, read
from vendors.ambition_settings import AmbitionSettings
from vendors.contract import Person, Result
from vendors.errors import AmbiguousError
from vendors.testing.asking import deprovision, failure, provision
from vendors.testing.bench import ADA, NOWHERE, Watch, clock, served
from vendors.testing.failures import ODD_BODIES, Fault
from vendors.testing.promises import VendorPromises
from vendors.testing.promises_on_failures import each
from vendors.tools import Limits, Tools

TOKEN = "amt-8c1d-the-real-one"
IMPOSTOR = "amt-0000-somebody-else"
ALLOWED = {"Role": ["Account Executive", "Support"], "Team": ["Dogs", "Cats"]}
ACCOUNTS = f"POST {simulator.PREFIX}/api/v1/account/"
MEMBERSHIPS = "/api/v1/group_membership/"

EXECUTIVE = AmbitionAccess(groups={"Role": "Account Executive", "Team": "Dogs"})


class AmbitionBench:
    """Ambition beside its simulator."""

    creation = removal = ACCOUNTS
    secrets = (TOKEN, IMPOSTOR)
    access = AmbitionAccess()
    other = EXECUTIVE

    def __init__(self, tenant: AmbitionTenant, limits: Limits) -> None:
        self.ambition = simulator.Ambition(Changes(), clock, tenant)
        self.instance = self.ambition.instance
        self.watch = Watch()
        self.limits = limits
        self.url = ""
        self.opened: list[Ambition] = []
        self.vendor: Ambition
        self.impostor: Ambition

    def settings(self, given: Mapping[str, object] | None = None) -> AmbitionSettings:
        """Return settings for the simulator, some of them given."""
        usual: dict[str, object] = {
            "base_url": self.url,
            "token": SecretStr(TOKEN),
            "allowed_groups": ALLOWED,
        }
        return AmbitionSettings.model_validate(usual | dict(given or {}))

    def open(self, **given: object) -> Ambition:
        """Build an adapter for the simulator, with some settings given."""
        self.opened.append(Ambition(self.settings(given), self.tools()))
        return self.opened[-1]

    def tools(self) -> Tools:
        """Return the tools of this bench."""
        return replace(self.watch.tools(), limits=self.limits)

    @property
    def away(self) -> Ambition:
        """An adapter that finds nobody at its address."""
        return self.open(base_url=NOWHERE)

    @property
    def faults(self) -> Faults:
        return self.ambition.faults

    @property
    def journal(self) -> Journal:
        return self.ambition.journal

    def put(self, person: Person, access: BaseModel) -> None:
        assert isinstance(access, AmbitionAccess)
        account = AmbitionAccount(
            id=len(self.instance.accounts) + 1,
            username=person.email,
            email=person.email,
            first_name=person.given_name,
            last_name=person.family_name,
            groups=dict(access.groups),
        )
        self.instance.accounts[person.email] = account

    def held(self, person: Person) -> list[str]:
        wanted = person.email.casefold()
        mine = [one for one in self.instance.accounts.values() if one.is_active]
        return [read(one.groups) for one in mine if one.email.casefold() == wanted]

    def refuse_repeats(self) -> None:
        self.ambition.quirks.refuses_repeats = True

    def written(self) -> list[Call]:
        """Return every call that changes something."""
        return [call for call in self.journal.calls if call.method != "GET"]


@asynccontextmanager
async def ambition_bench(
    tenant: AmbitionTenant | None = None, limits: Limits = PATIENT
) -> AsyncIterator[AmbitionBench]:
    """Run Ambition and its simulator."""
    bench = AmbitionBench(tenant or AmbitionTenant(TOKEN), limits)
    async with served({simulator.PREFIX: bench.ambition.app()}, bench.faults) as url:
        bench.url = f"{url}{simulator.PREFIX}"
        try:
            bench.vendor, bench.impostor = bench.open(), bench.open(token=SecretStr(IMPOSTOR))
            yield bench
        finally:
            for one in bench.opened:
                await one.aclose()


@pytest.fixture
async def bench() -> AsyncIterator[AmbitionBench]:
    async with ambition_bench(limits=Watch().tools().limits) as bench:
        yield bench


class TestAmbition(VendorPromises):
    vendor = Ambition
    deviations: ClassVar[dict[str, str]] = {
        "test_a_concurrent_winner_is_unchanged": (
            "one POST creates or updates, and answers both alike, without a conflict to see"
        ),
        "test_an_account_that_has_just_vanished_is_unchanged": (
            "deactivating twice is answered like once, since an account never vanishes"
        ),
        "test_other_access_is_changed_to_exactly_what_was_asked": (
            "the list of accounts does not show in which groups they are"
        ),
        "test_a_yes_with_an_unusable_body_may_have_happened": (
            "the body of a yes is not documented, so the list tells whether it happened"
        ),
    }


@each(*ODD_BODIES)
async def test_of_any_other_yes_the_list_tells(bench: AmbitionBench, fault: Fault) -> None:
    fault.plant(bench.faults, bench.creation)
    assert (await provision(bench, ADA)).result is Result.DONE


@pytest.mark.parametrize("body", [[], {"errors": []}], ids=["list", "no errors"])
async def test_a_yes_that_the_list_denies_may_have_happened(
    bench: AmbitionBench, body: object
) -> None:
    bench.faults.status(201, body=body, only=bench.creation)
    error = await failure(provision(bench, ADA), bench)
    assert type(error) is AmbiguousError
    assert "does not show" in error.sentence


async def test_a_concurrent_winner_and_we_make_one_account(bench: AmbitionBench) -> None:
    bench.put(ADA, bench.access)
    outcome = await bench.vendor.provision(ADA, bench.access, None)
    assert (outcome.result, len(bench.held(ADA))) == (Result.DONE, 1)


async def test_an_account_is_deactivated_and_kept(bench: AmbitionBench) -> None:
    bench.put(ADA, bench.other)
    outcome = await deprovision(bench, ADA)
    assert outcome.result is Result.DONE
    account = bench.ambition.account(ADA.email)
    assert account is not None
    assert (account.is_active, account.groups) == (False, dict(EXECUTIVE.groups))
    [call] = bench.written()
    assert call.body == [
        {
            "username": ADA.email,
            "email": ADA.email,
            "first_name": "Ada",
            "last_name": "Lovelace",
            "is_active": False,
        }
    ]


async def test_what_is_sent_is_what_the_page_says(bench: AmbitionBench) -> None:
    await bench.vendor.provision(ADA, EXECUTIVE, None)
    account, membership = bench.written()
    assert (account.path, account.body) == (
        "/api/v1/account/",
        [
            {
                "username": ADA.email,
                "email": ADA.email,
                "first_name": "Ada",
                "last_name": "Lovelace",
                "is_active": True,
            }
        ],
    )
    assert (membership.path, membership.body) == (
        MEMBERSHIPS,
        [
            {"username": ADA.email, "Role": "Account Executive"},
            {"username": ADA.email, "Team": "Dogs"},
        ],
    )
