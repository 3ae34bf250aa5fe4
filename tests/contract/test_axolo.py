"""Axolo keeps the promises as far as it can be asked, and resolves names through GitHub."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import BaseModel, SecretStr

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import axolo as simulator
from sandbox.vendors import github as github_simulator
from sandbox.vendors.axolo import Engineer
from sandbox.vendors.journal import Journal
from vendors.axolo import Axolo, AxoloAccess, AxoloSettings
from vendors.contract import Effect, Person, Result
from vendors.errors import NotFoundError, PermanentError, UnavailableError
from vendors.github import GitHub, GitHubSettings
from vendors.testing.asking import deprovision, provision
from vendors.testing.bench import ADA, GRACE, NOWHERE, Watch, clock, served
from vendors.testing.failures import ODD_BODIES, Fault
from vendors.testing.promises import VendorPromises
from vendors.testing.promises_on_failures import each

ORGANIZATION = "Kepler-Labs"
KEY = "axk-51ab-the-real-one"
IMPOSTOR = "axk-0000-somebody-else"
GITHUB_TOKEN = "ghp-7fe3-the-real-one"


class AxoloBench:
    """Axolo beside its simulator, and GitHub beside its own."""

    creation = f"POST {simulator.PREFIX}/v1/engineer/onboard"
    removal = f"POST {simulator.PREFIX}/v1/engineer/offboard"
    secrets = (KEY, IMPOSTOR, GITHUB_TOKEN)
    access: BaseModel = AxoloAccess()
    other: BaseModel = AxoloAccess(organization=ORGANIZATION)

    def __init__(self) -> None:
        changes = Changes()
        self.axolo = simulator.Axolo(changes, clock, ORGANIZATION, KEY)
        self.github = github_simulator.GitHub(changes, clock, ORGANIZATION, GITHUB_TOKEN)
        self.watch = Watch()
        self.url = ""
        self.opened: list[Axolo | GitHub] = []
        self.vendor: Axolo
        self.impostor: Axolo

    def settings(self, key: str = KEY, organization: str = ORGANIZATION) -> AxoloSettings:
        """Return settings for the simulator."""
        return AxoloSettings(
            organization=organization,
            base_url=f"{self.url}{simulator.PREFIX}",
            api_key=SecretStr(key),
        )

    def open(self, settings: AxoloSettings) -> Axolo:
        """Build an adapter that may not ask GitHub."""
        vendor = Axolo(settings, self.watch.tools())
        self.opened.append(vendor)
        return vendor

    def open_with_github(self, organization: str, token: str = GITHUB_TOKEN) -> Axolo:
        """Build an adapter that may."""
        where = GitHubSettings(
            api_url=f"{self.url}{github_simulator.PREFIX}", token=SecretStr(token)
        )
        github = GitHub(where, self.watch.tools())
        tools = replace(self.watch.tools(), github=github)
        vendor = Axolo(self.settings(organization=organization), tools)
        self.opened += [github, vendor]
        return vendor

    @property
    def away(self) -> Axolo:
        """An adapter that finds nobody at its address."""
        return self.open(self.settings().model_copy(update={"base_url": NOWHERE}))

    @property
    def faults(self) -> Faults:
        return self.axolo.faults

    @property
    def journal(self) -> Journal:
        return self.axolo.journal

    def put(self, person: Person, access: BaseModel) -> None:
        assert isinstance(access, AxoloAccess)
        login = person.github_login or ""
        engineer = Engineer(ORGANIZATION, login, person.slack_id)
        self.axolo.engineers[login.casefold()] = engineer

    def held(self, person: Person) -> list[str]:
        engineer = self.axolo.engineer(person.github_login or "")
        return [engineer.organization] if engineer else []

    def refuse_repeats(self) -> None:
        self.axolo.refuses_repeats = True


@pytest.fixture
async def bench() -> AsyncIterator[AxoloBench]:
    bench = AxoloBench()
    apps = {
        simulator.PREFIX: bench.axolo.app(),
        github_simulator.PREFIX: bench.github.app(),
    }
    async with served(apps, bench.faults, bench.github.faults) as url:
        bench.url = url
        bench.vendor = bench.open(bench.settings())
        bench.impostor = bench.open(bench.settings(IMPOSTOR))
        yield bench
        for one in bench.opened:
            await one.aclose()


class TestAxolo(VendorPromises):
    vendor = Axolo
    deviations: ClassVar[dict[str, str]] = {
        "test_other_access_is_changed_to_exactly_what_was_asked": (
            "an engineer is on board or not, and there is no access that could be another"
        ),
        "test_a_yes_with_an_unusable_body_may_have_happened": (
            "the body of a yes is not documented, so that any counts"
        ),
    }


@each(*ODD_BODIES)
async def test_any_other_yes_is_a_yes(bench: AxoloBench, fault: Fault) -> None:
    fault.plant(bench.faults, bench.creation)
    outcome = await provision(bench, ADA)
    assert outcome.result is Result.UNVERIFIED
    assert "no way to look" in outcome.detail


async def test_what_is_sent_is_what_the_page_says(bench: AxoloBench) -> None:
    await provision(bench, ADA)
    await deprovision(bench, ADA)
    here = {"organization": ORGANIZATION, "githubLogin": "ada-lovelace"}
    assert [(call.method, call.path, call.body) for call in bench.journal.calls] == [
        ("POST", "/v1/engineer/onboard", {**here, "slackId": "U0ADA"}),
        ("POST", "/v1/engineer/offboard", here),
    ]


async def test_an_organization_in_the_wrong_case_is_named(bench: AxoloBench) -> None:
    vendor = bench.open(bench.settings(organization="kepler-labs"))
    with pytest.raises(NotFoundError, match=r"kepler-labs .*case.* ada-lovelace"):
        await vendor.provision(ADA, AxoloAccess(), None)


async def test_github_knows_how_an_organization_is_spelled_and_is_asked_once(
    bench: AxoloBench,
) -> None:
    vendor = bench.open_with_github("kepler-labs")
    await vendor.check()
    for person in (ADA, GRACE):
        outcome = await vendor.provision(person, AxoloAccess(), None)
        assert outcome.result is Result.UNVERIFIED
    assert bench.held(ADA) == bench.held(GRACE) == [ORGANIZATION]
    assert len(bench.github.journal.asked("GET", "/orgs/")) == 1


async def test_an_organization_that_github_does_not_know_is_a_wrong_setting(
    bench: AxoloBench,
) -> None:
    vendor = bench.open_with_github("keppler")
    with pytest.raises(PermanentError, match="keppler"):
        await vendor.check()


async def test_a_renamed_login_is_offboarded_under_its_new_name(bench: AxoloBench) -> None:
    bench.refuse_repeats()
    number = bench.github.add("ada-lovelace").id
    bench.github.rename("ada-lovelace", "countess")
    countess = replace(ADA, github_login="countess", github_id=number)
    bench.put(countess, AxoloAccess())
    vendor = bench.open_with_github(ORGANIZATION)
    outcome = await vendor.deprovision(replace(ADA, github_id=number), None)
    assert outcome.result is Result.UNVERIFIED
    assert bench.held(countess) == []


async def test_a_login_that_github_has_lost_is_offboarded_as_recorded(bench: AxoloBench) -> None:
    bench.put(ADA, AxoloAccess())
    vendor = bench.open_with_github(ORGANIZATION)
    await vendor.deprovision(replace(ADA, github_id=404), None)
    assert bench.held(ADA) == []


async def test_a_github_that_refuses_us_does_not_keep_anybody_on_board(bench: AxoloBench) -> None:
    bench.put(ADA, AxoloAccess())
    vendor = bench.open_with_github(ORGANIZATION, token="ghp-wrong")
    assert (await vendor.deprovision(ADA, None)).result is Result.UNVERIFIED
    assert bench.held(ADA) == []


async def test_a_github_that_is_down_is_waited_for(bench: AxoloBench) -> None:
    bench.github.faults.down()
    vendor = bench.open_with_github(ORGANIZATION)
    with pytest.raises(UnavailableError, match="GitHub"):
        await vendor.deprovision(ADA, None)
    assert bench.journal.calls == []


async def test_whoever_leaves_is_offboarded_from_every_organization(bench: AxoloBench) -> None:
    bench.refuse_repeats()
    settings = bench.settings().model_copy(update={"other_organizations": ("Kepler-Ops",)})
    vendor = bench.open(settings)
    bench.put(ADA, AxoloAccess())
    outcome = await vendor.deprovision(ADA, None)
    assert outcome.result is Result.UNVERIFIED
    asked = [call.body for call in bench.journal.calls]
    assert asked == [
        {"organization": name, "githubLogin": "ada-lovelace"} for name in settings.organizations
    ]


async def test_an_organization_that_is_not_set_up_takes_a_hand(bench: AxoloBench) -> None:
    access = AxoloAccess(organization="Elsewhere")
    assert bench.vendor.plan(ADA, access, None).effect is Effect.BY_HAND
    outcome = await bench.vendor.provision(ADA, access, None)
    assert outcome.result is Result.ACTION_REQUIRED
    assert "Elsewhere" in outcome.detail


async def test_an_organization_is_sent_as_it_is_set_up(bench: AxoloBench) -> None:
    outcome = await bench.vendor.provision(ADA, AxoloAccess(organization="kepler-LABS"), None)
    assert outcome.result is Result.UNVERIFIED
    assert bench.held(ADA) == [ORGANIZATION]


async def test_offboarding_says_what_it_leaves_alone(bench: AxoloBench) -> None:
    outcome = await deprovision(bench, ADA)
    assert "GitHub organization is not touched" in outcome.detail
    assert "GitHub organization is not touched" in bench.vendor.plan_removal(ADA, None).detail
