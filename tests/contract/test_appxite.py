"""AppXite keeps the promises, as far as its documents go; the bench has a call that removes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import appxite as simulator
from sandbox.vendors.appxite import AppXite
from sandbox.vendors.appxite_gateway import AppxiteTenant
from sandbox.vendors.appxite_model import ACTIVE, Profile
from sandbox.vendors.appxite_shape import Removal, Shape
from sandbox.vendors.journal import Journal
from tests.contract.test_ixon import warmed
from tests.unit.vendors.loopback import PATIENT
from vendors.appxite import Appxite
from vendors.appxite_access import AppxiteAccess
from vendors.appxite_settings import AppxiteSettings
from vendors.contract import Effect, Person, Result
from vendors.errors import AmbiguousError
from vendors.testing.asking import failure, provision
from vendors.testing.bench import ADA, NOWHERE, Watch, clock, served
from vendors.testing.failures import ODD_BODIES, Fault
from vendors.testing.promises import VendorPromises
from vendors.testing.promises_on_failures import each
from vendors.tools import Limits, Tools

KEY = "apk-6b2e-the-real-one"
IMPOSTOR = "apk-0000-somebody-else"
CLIENT = "client-77f1"
SECRET = "cls-19ce-the-real-one"
PORTAL = "https://portal.kepler.example"
OWN, LABS = "11111111-aaaa", "22222222-bbbb"
TENANT = AppxiteTenant(KEY, CLIENT, SECRET, PORTAL, (OWN, LABS))

BY_MAIL = AppxiteAccess(role="Reader")


class AppxiteBench:
    """AppXite beside its simulator."""

    creation = f"POST {simulator.PREFIX}/users/invite"
    removal = f"DELETE {simulator.PREFIX}/users/"
    secrets = (KEY, IMPOSTOR, SECRET)
    access = AppxiteAccess(
        role="Reader", identity_provider="Single sign-on", activate_by_email=False
    )
    other = access.model_copy(update={"role": "Manager"})

    def __init__(self, shape: Shape, limits: Limits) -> None:
        self.appxite = AppXite(Changes(), clock, TENANT, shape)
        self.platform = self.appxite.platform
        self.watch = Watch()
        self.limits = limits
        self.url = ""
        self.opened: list[Appxite] = []
        self.vendor: Appxite
        self.impostor: Appxite

    def settings(self, given: Mapping[str, object] | None = None) -> AppxiteSettings:
        """Return settings for the simulator, some of them given."""
        usual: dict[str, object] = {
            "base_url": self.url,
            "portal": PORTAL,
            "on_behalf_of": OWN,
            "token_url": f"{self.url}{self.appxite.shape.paths.token}",
            "paths": {"remove_user": {"method": "DELETE", "path": "/users/{id}"}},
            "confirmed": True,
            "subscription_key": SecretStr(KEY),
            "client_id": SecretStr(CLIENT),
            "client_secret": SecretStr(SECRET),
        }
        return AppxiteSettings.model_validate(usual | dict(given or {}))

    def open(self, **given: object) -> Appxite:
        """Build an adapter for the simulator, with some settings given."""
        self.opened.append(Appxite(self.settings(given), self.tools()))
        return self.opened[-1]

    def tools(self) -> Tools:
        """Return the tools of this bench."""
        return replace(self.watch.tools(), limits=self.limits)

    @property
    def away(self) -> Appxite:
        """An adapter that finds nobody at its address."""
        return self.open(base_url=NOWHERE, token_url=f"{NOWHERE}/token")

    @property
    def faults(self) -> Faults:
        return self.appxite.faults

    @property
    def journal(self) -> Journal:
        return self.appxite.journal

    def put(self, person: Person, access: BaseModel) -> None:
        assert isinstance(access, AppxiteAccess)
        roles = {one.name: one.id for one in self.platform.roles.values()}
        provider = self.appxite.single_sign_on.id
        profile = Profile(
            person.email,
            person.given_name,
            person.family_name,
            roles[access.role or ""],
            provider,
            (OWN,),
        )
        self.platform.add(profile, ACTIVE)

    def held(self, person: Person) -> list[str]:
        wanted = person.email.casefold()
        profiles = [one.profile for one in self.platform.users.values()]
        return [
            f"{self.platform.roles[one.role].name} in {', '.join(one.organizations)}"
            for one in profiles
            if one.email.casefold() == wanted
        ]

    def refuse_repeats(self) -> None:
        """AppXite always does, with a 500."""

    def forget(self) -> None:
        """Begin the journal anew."""
        self.journal.calls.clear()
        self.watch.seen.clear()


@asynccontextmanager
async def appxite_bench(
    shape: Shape | None = None,
    wiring: Mapping[str, object] | None = None,
    limits: Limits = PATIENT,
) -> AsyncIterator[AppxiteBench]:
    """Run AppXite and its simulator; names and the token are known, as they are after a check."""
    bench = AppxiteBench(shape or Shape(removal=Removal()), limits)
    async with served({simulator.PREFIX: bench.appxite.app()}, bench.faults) as url:
        bench.url = f"{url}{simulator.PREFIX}"
        try:
            bench.vendor = bench.open(**(wiring or {}))
            bench.impostor = bench.open(subscription_key=SecretStr(IMPOSTOR))
            await warmed(bench.vendor)
            bench.forget()
            yield bench
        finally:
            for one in bench.opened:
                await one.aclose()


@pytest.fixture
async def bench() -> AsyncIterator[AppxiteBench]:
    async with appxite_bench(limits=Watch().tools().limits) as bench:
        yield bench


class TestAppxite(VendorPromises):
    vendor = Appxite
    deviations: ClassVar[dict[str, str]] = {
        "test_other_access_is_changed_to_exactly_what_was_asked": (
            "no documented call changes a role, and the list does not show it"
        ),
        "test_a_yes_with_an_unusable_body_may_have_happened": (
            "the body of a yes is not documented, so the list tells whether it happened"
        ),
    }


@each(*ODD_BODIES)
async def test_of_any_other_yes_the_list_tells(bench: AppxiteBench, fault: Fault) -> None:
    fault.plant(bench.faults, bench.creation)
    assert (await provision(bench, ADA)).result is Result.DONE


async def test_a_yes_that_the_list_denies_may_have_happened(bench: AppxiteBench) -> None:
    bench.faults.status(200, body=[], only=bench.creation)
    error = await failure(provision(bench, ADA), bench)
    assert type(error) is AmbiguousError
    assert "does not show" in error.sentence


async def test_whoever_is_invited_by_mail_has_to_confirm(bench: AppxiteBench) -> None:
    planned = bench.vendor.plan(ADA, BY_MAIL, None)
    outcome = await bench.vendor.provision(ADA, BY_MAIL, None)
    assert (planned.effect, outcome.result) == (Effect.INVITE, Result.INVITED)
    assert outcome.account is not None
    assert outcome.account.pending
    assert bench.held(ADA) == [outcome.account.access] == [planned.after]
    bench.appxite.accept(ADA.email)
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert not found.pending


async def test_what_is_sent_is_what_the_pages_say(bench: AppxiteBench) -> None:
    await bench.vendor.provision(ADA, BY_MAIL, None)
    [call] = bench.journal.asked("POST")
    assert call.path == "/users/invite"
    assert call.body == {
        "Users": [
            {
                "Email": ADA.email,
                "FirstName": "Ada",
                "LastName": "Lovelace",
                "GroupId": bench.appxite.reader.id,
                "ShouldActivateByEmail": True,
            }
        ],
        "OrganizationIds": [OWN],
    }
    assert call.headers["api-version"] == "3.1"
    assert call.headers["referer"] == PORTAL
    assert call.headers["x-on-behalf-of"] == OWN


async def test_a_look_is_never_served_from_the_cache(bench: AppxiteBench) -> None:
    assert await bench.vendor.find(ADA) is None
    bench.put(ADA, bench.access)
    assert await bench.vendor.find(ADA) is not None
    looks = bench.journal.asked("GET")
    assert {call.headers["x-use-cache"] for call in looks} == {"false"}
