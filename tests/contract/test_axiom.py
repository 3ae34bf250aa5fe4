"""Axiom keeps the promises, and those of its own: owners, personal tokens, roles by name."""

from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, SecretStr

from sandbox import mishaps
from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import axiom as simulator
from sandbox.vendors.axiom_model import EVERYTHING, Token
from sandbox.vendors.journal import Journal
from vendors.axiom import Axiom, AxiomAccess
from vendors.axiom_api import AxiomSettings
from vendors.contract import Effect, Person, Result
from vendors.errors import AmbiguousError, ForbiddenError, RejectedError
from vendors.testing.asking import provision
from vendors.testing.bench import ADA, GRACE, NOWHERE, Watch, clock, served
from vendors.testing.promises import VendorPromises

ORGANIZATION = "kepler-x1"
TOKEN = "xaat-41c2-the-real-one"
READER = "xaat-77b1-without-roles"
PERSONAL = "xapt-9d0e-of-a-person"
IMPOSTOR = "xaat-0000-somebody-else"


class AxiomBench:
    """Axiom beside its simulator."""

    creation = f"POST {simulator.PREFIX}/v2/users"
    removal = f"DELETE {simulator.PREFIX}/v2/users/"
    secrets = (TOKEN, PERSONAL, READER, IMPOSTOR)
    access: BaseModel = AxiomAccess(role="user")
    other: BaseModel = AxiomAccess(role="read-only")

    def __init__(self) -> None:
        tokens = [
            Token(TOKEN),
            Token(READER, EVERYTHING - {"rbac|read"}),
        ]
        self.axiom = simulator.Axiom(Changes(), clock, ORGANIZATION, tokens)
        self.watch = Watch()
        self.url = ""
        self.opened: list[Axiom] = []

    def open(self, token: str, *, legacy_rename: bool = False, url: str | None = None) -> Axiom:
        """Build another adapter for the same simulator, or for another address."""
        settings = AxiomSettings(
            base_url=url or self.url,
            token=SecretStr(token),
            organization_id=ORGANIZATION if token == PERSONAL else None,
            legacy_rename=legacy_rename,
        )
        self.opened.append(Axiom(settings, self.watch.tools()))
        return self.opened[-1]

    def become(self, person: Person) -> Axiom:
        """Return an adapter that works with the personal token of ``person``."""
        user = self.axiom.user(person.email)
        assert user is not None
        self.axiom.tokens[PERSONAL] = Token(PERSONAL, owner=user.id)
        return self.open(PERSONAL)

    @property
    def faults(self) -> Faults:
        return self.axiom.faults

    @property
    def journal(self) -> Journal:
        return self.axiom.journal

    def put(self, person: Person, access: BaseModel) -> None:
        assert isinstance(access, AxiomAccess)
        self.axiom.add(person.name, person.email, access.role)

    def held(self, person: Person) -> list[str]:
        email = person.email.casefold()
        return [user.role for user in self.axiom.users.values() if user.email.casefold() == email]

    def refuse_repeats(self) -> None:
        """Axiom always does."""

    @property
    def vendor(self) -> Axiom:
        """The adapter with the right credential."""
        return self.opened[0]

    @property
    def impostor(self) -> Axiom:
        """The adapter with a wrong one."""
        return self.opened[1]

    @property
    def away(self) -> Axiom:
        """An adapter that finds nobody at its address."""
        return self.open(TOKEN, url=NOWHERE)


@pytest.fixture
async def bench() -> AsyncIterator[AxiomBench]:
    bench = AxiomBench()
    async with served({simulator.PREFIX: bench.axiom.app()}, bench.faults) as url:
        bench.url = f"{url}{simulator.PREFIX}"
        bench.open(TOKEN)
        bench.open(IMPOSTOR)
        yield bench
        for one in bench.opened:
            await one.aclose()


class TestAxiom(VendorPromises):
    vendor = Axiom


async def test_the_last_owner_is_neither_removed_nor_lowered(bench: AxiomBench) -> None:
    bench.put(ADA, AxiomAccess(role="owner"))
    bench.put(GRACE, AxiomAccess(role="user"))
    found = await bench.vendor.find(ADA)
    assert bench.vendor.plan_removal(ADA, found).effect is Effect.BY_HAND
    assert bench.vendor.plan(ADA, AxiomAccess(), found).effect is Effect.BY_HAND
    assert (await bench.vendor.deprovision(ADA, found)).result is Result.ACTION_REQUIRED
    assert (await provision(bench, ADA)).result is Result.ACTION_REQUIRED
    assert bench.held(ADA) == ["owner"]


async def test_of_two_owners_one_may_go_even_where_both_were_found(bench: AxiomBench) -> None:
    for person in (ADA, GRACE):
        bench.put(person, AxiomAccess(role="owner"))
    founds = [(person, await bench.vendor.find(person)) for person in (ADA, GRACE)]
    results = [(await bench.vendor.deprovision(*each)).result for each in founds]
    assert results == [Result.DONE, Result.ACTION_REQUIRED]
    assert bench.held(GRACE) == ["owner"]


async def test_the_owner_of_the_token_is_not_removed(bench: AxiomBench) -> None:
    bench.put(ADA, AxiomAccess(role="admin"))
    bench.put(GRACE, AxiomAccess(role="owner"))
    vendor = bench.become(ADA)
    outcome = await vendor.deprovision(ADA, await vendor.find(ADA))
    assert outcome.result is Result.ACTION_REQUIRED
    assert "token" in outcome.detail
    assert bench.held(ADA) == ["admin"]


async def test_a_personal_token_goes_with_its_organization(bench: AxiomBench) -> None:
    bench.put(ADA, AxiomAccess(role="admin"))
    vendor = bench.become(ADA)
    await vendor.check()
    assert bench.journal.calls[-1].headers["x-axiom-org-id"] == ORGANIZATION
    await vendor.find(ADA)
    own = bench.journal.asked("GET", "/v2/user")[-1]
    assert (own.path, own.headers.get("x-axiom-org-id")) == ("/v2/user", None)


@pytest.mark.parametrize(
    ("legacy", "path"), [(False, "/v2/user"), (True, "/v2/users/")], ids=["today", "page"]
)
async def test_the_own_name_is_changed_once(bench: AxiomBench, path: str, *, legacy: bool) -> None:
    bench.put(ADA, AxiomAccess(role="admin"))
    bench.become(ADA)
    vendor = bench.open(PERSONAL, legacy_rename=legacy)
    assert (await vendor.rename_own("Countess")).result is Result.DONE
    assert (await vendor.rename_own("Countess")).result is Result.UNCHANGED
    [renamed] = bench.journal.asked("PUT")
    assert renamed.path.startswith(path)
    user = bench.axiom.user(ADA.email)
    assert user is not None
    assert user.name == "Countess"


async def test_an_api_token_renames_nobody(bench: AxiomBench) -> None:
    with pytest.raises(ForbiddenError, match="personal"):
        await bench.vendor.rename_own("Countess")
    assert bench.journal.calls == []


@pytest.mark.parametrize("word", ["Super Users", "SUPER USERS", "80f1b217-0c4d", "80F1B217-0C4D"])
async def test_a_role_is_known_by_id_and_by_name(bench: AxiomBench, word: str) -> None:
    bench.axiom.organization.roles["80f1b217-0c4d"] = "Super Users"
    access = AxiomAccess(role=word)
    outcome = await bench.vendor.provision(ADA, access, None)
    assert (outcome.result, bench.held(ADA)) == (Result.DONE, ["80f1b217-0c4d"])
    again = await bench.vendor.provision(ADA, access, await bench.vendor.find(ADA))
    assert again.result is Result.UNCHANGED


async def test_a_role_that_nobody_knows_is_refused_before_anything_is_written(
    bench: AxiomBench,
) -> None:
    with pytest.raises(RejectedError, match="called wizard"):
        await bench.vendor.provision(ADA, AxiomAccess(role="wizard"), None)
    assert bench.journal.asked("POST") == []


async def test_a_token_that_may_not_read_roles_sends_them_as_they_are(bench: AxiomBench) -> None:
    bench.axiom.organization.roles["80f1b217-0c4d"] = "Super Users"
    vendor = bench.open(READER)
    assert [one.value for one in await vendor.choices("role", "")][-1] == "owner"
    access = AxiomAccess(role="80f1b217-0c4d")
    assert (await vendor.provision(ADA, access, None)).result is Result.DONE
    with pytest.raises(RejectedError, match="does not exist"):
        await vendor.provision(GRACE, AxiomAccess(role="wizard"), None)


async def test_the_organizations_roles_are_offered_beside_the_built_in(bench: AxiomBench) -> None:
    bench.axiom.organization.roles["80f1b217-0c4d"] = "Super Users"
    offered = {one.value: one.label for one in await bench.vendor.choices("role", "USER")}
    assert offered == {"user": "user", "Super Users": "Super Users"}


async def test_a_role_is_offered_by_its_id_where_its_name_would_mean_another(
    bench: AxiomBench,
) -> None:
    bench.axiom.organization.roles["80f1b217-0c4d"] = "Admin"
    offered = {one.value: one.label for one in await bench.vendor.choices("role", "ADMIN")}
    assert offered == {"admin": "admin", "80f1b217-0c4d": "Admin"}


async def test_power_is_told_as_a_risk(bench: AxiomBench) -> None:
    assert bench.vendor.plan(ADA, AxiomAccess(role="Admin"), None).risks
    assert not bench.vendor.plan(ADA, AxiomAccess(role="user"), None).risks
    bench.put(ADA, AxiomAccess(role="admin"))
    removal = bench.vendor.plan_removal(ADA, await bench.vendor.find(ADA))
    assert len(removal.risks) == 2
    assert "back" in removal.risks[0]


async def test_a_list_that_lags_makes_no_second_account(bench: AxiomBench) -> None:
    bench.faults.lag(2)
    bench.faults.lose_answer(only=bench.creation)
    with pytest.raises(AmbiguousError):
        await provision(bench, ADA)
    with pytest.raises(AmbiguousError, match="lists it not yet"):
        await provision(bench, ADA)
    assert (await provision(bench, ADA)).result is Result.UNCHANGED
    assert bench.held(ADA) == ["user"]


async def test_a_winner_with_another_role_is_looked_at_again(bench: AxiomBench) -> None:
    bench.put(ADA, AxiomAccess(role="admin"))
    with pytest.raises(AmbiguousError, match="role admin"):
        await bench.vendor.provision(ADA, AxiomAccess(role="user"), None)
    assert bench.held(ADA) == ["admin"]


async def test_an_account_that_vanishes_before_its_role_changes_is_looked_at_again(
    bench: AxiomBench,
) -> None:
    bench.put(ADA, bench.other)
    found = await bench.vendor.find(ADA)
    bench.axiom.users.clear()
    with pytest.raises(AmbiguousError):
        await bench.vendor.provision(ADA, AxiomAccess(role="user"), found)


def on_wire(bench: AxiomBench, person: Person) -> dict[str, object]:
    user = bench.axiom.user(person.email)
    assert user is not None
    role = {"id": user.role, "name": user.role}
    return {"id": user.id, "name": user.name, "email": user.email, "role": role}


async def test_an_answer_about_somebody_else_is_not_believed(bench: AxiomBench) -> None:
    bench.put(GRACE, bench.access)
    answer = mishaps.instead(200, on_wire(bench, GRACE))
    bench.faults.plant("somebody else", answer, 1, bench.creation)
    with pytest.raises(AmbiguousError, match="does not show the account"):
        await bench.vendor.provision(ADA, AxiomAccess(), None)


async def test_a_role_that_only_the_answer_has_changed_is_not_believed(bench: AxiomBench) -> None:
    bench.put(ADA, bench.other)
    answer = mishaps.instead(200, on_wire(bench, ADA))
    bench.faults.plant("nothing done", answer, 1, "PUT ")
    with pytest.raises(AmbiguousError, match="shows the role read-only"):
        await provision(bench, ADA)


async def test_a_deletion_that_was_only_acknowledged_is_not_believed(bench: AxiomBench) -> None:
    bench.put(ADA, bench.access)
    bench.faults.plant("nothing done", mishaps.instead(200, {}), 1, bench.removal)
    with pytest.raises(AmbiguousError, match="shows the account still"):
        await bench.vendor.deprovision(ADA, await bench.vendor.find(ADA))
    assert bench.held(ADA) == ["user"]
