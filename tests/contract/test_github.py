"""GitHub, read only: logins, numbers, organizations and who belongs to them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from sandbox.changes import Changes
from sandbox.vendors import github as simulator
from vendors.errors import CredentialError, RateLimitError, VendorError
from vendors.github import GitHub, GitHubSettings, GitHubUser
from vendors.testing.bench import NOW, Watch, clock, served
from vendors.testing.failures import ANSWERS, BODIES, LOSSES, Fault
from vendors.testing.promises_on_failures import each
from vendors.testing.waiting import outwaited

TOKEN = "ghp-7fe3-the-real-one"
ORGANIZATION = "Kepler-Labs"


@dataclass
class Stage:
    """GitHub beside its simulator."""

    simulator: simulator.GitHub
    watch: Watch
    url: str
    github: GitHub


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    played = simulator.GitHub(Changes(), clock, ORGANIZATION, TOKEN)
    watch = Watch()
    async with served({simulator.PREFIX: played.app()}, played.faults) as url:
        where = f"{url}{simulator.PREFIX}"
        settings = GitHubSettings(api_url=where, token=SecretStr(TOKEN))
        github = GitHub(settings, watch.tools())
        yield Stage(played, watch, where, github)
        await github.aclose()


async def test_a_login_is_known_whatever_its_case_and_told_in_its_own(stage: Stage) -> None:
    number = stage.simulator.add("Ada-Lovelace").id
    assert await stage.github.user("ADA-lovelace") == GitHubUser(number, "Ada-Lovelace", "User")
    assert await stage.github.user("nobody") is None


async def test_a_number_leads_to_todays_login(stage: Stage) -> None:
    number = stage.simulator.add("ada").id
    stage.simulator.rename("ada", "countess")
    assert await stage.github.user_by_id(number) == GitHubUser(number, "countess", "User")
    assert await stage.github.user_by_id(number + 1) is None


async def test_an_organization_is_told_in_its_own_case(stage: Stage) -> None:
    assert await stage.github.organization("kepler-labs") == ORGANIZATION
    assert await stage.github.organization("elsewhere") is None


async def test_a_membership_is_active_pending_or_none(stage: Stage) -> None:
    stage.simulator.add("ada", membership="active")
    stage.simulator.add("grace", membership="pending")
    stage.simulator.add("linus", membership=None)
    asked = [await stage.github.membership(ORGANIZATION, who) for who in ("ada", "grace", "linus")]
    assert asked == ["active", "pending", None]


async def test_the_version_is_pinned_and_the_caller_named(stage: Stage) -> None:
    await stage.github.user("ada")
    sent = stage.simulator.journal.calls[-1].headers
    assert sent["x-github-api-version"] == "2022-11-28"
    assert sent["user-agent"] == "Aboard"
    assert sent["accept"] == "application/vnd.github+json"


async def test_without_a_token_public_facts_are_told(stage: Stage) -> None:
    stage.simulator.add("ada")
    anonymous = GitHub(GitHubSettings(api_url=stage.url), stage.watch.tools())
    assert await anonymous.user("ada") is not None
    await anonymous.aclose()


async def test_a_wrong_token_is_refused(stage: Stage) -> None:
    settings = GitHubSettings(api_url=stage.url, token=SecretStr("ghp-wrong"))
    impostor = GitHub(settings, stage.watch.tools())
    with pytest.raises(CredentialError):
        await impostor.user("ada")
    await impostor.aclose()


async def test_a_403_with_nothing_remaining_is_a_limit_and_no_credential(stage: Stage) -> None:
    until = str(int(NOW.timestamp()) + 120)
    limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": until}
    stage.simulator.faults.status(403, headers=limits)
    with pytest.raises(RateLimitError) as primary:
        await stage.github.user("ada")
    assert primary.value.retry_after == 120
    stage.simulator.faults.status(403, headers={"Retry-After": "30"})
    with pytest.raises(RateLimitError) as secondary:
        await stage.github.user("ada")
    assert secondary.value.retry_after == 30
    stage.simulator.faults.status(403)
    with pytest.raises(CredentialError):
        await stage.github.user("ada")


@each(*ANSWERS, *LOSSES, *BODIES)
async def test_every_failure_is_sorted(stage: Stage, fault: Fault) -> None:
    stage.simulator.add("ada")
    fault.plant(stage.simulator.faults, "GET")
    with pytest.raises(VendorError) as caught:
        await outwaited(stage.github.user("ada"), stage.simulator.faults)
    assert type(caught.value) is fault.on_read
    assert TOKEN not in repr(caught.value)
    assert "ada" not in str(stage.watch.seen)
