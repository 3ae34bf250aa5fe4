"""Ambition's groups, and its User API with the customer's own names."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.ambition import PREFIX, Ambition, AmbitionTenant
from sandbox.vendors.ambition_user_api import USUAL, UserApi
from tests.unit.sandbox.ambition_house import ADA, DONE, HEADERS, KENJI, TOKEN, row
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.vendor_house import Asking, served

MEMBERSHIP = "/api/v1/group_membership/"
INTEGRATION = "/integrations/user-api/1/"
OWN_NAMES = {
    "username": "Login",
    "email": "Mail",
    "first_name": "Given",
    "last_name": "Family",
    "is_active": "Employed",
}
GIVEN = {"Login": ADA, "Mail": ADA, "Given": "Ada", "Family": "Moreno", "Employed": True}


def instance(clock: HandClock, user_api: UserApi) -> Ambition:
    return Ambition(Changes(), clock, AmbitionTenant(TOKEN, user_api))


@pytest.fixture
async def ambition(clock: HandClock) -> Ambition:
    ambition = instance(clock, UserApi(fields=OWN_NAMES, groups={"Team": "Crew"}))
    ambition.add("Kenji Mori", KENJI)
    return ambition


@pytest.fixture
async def api(ambition: Ambition, http: aiohttp.ClientSession) -> AsyncIterator[Asking]:
    async with served(PREFIX, ambition.app(), ambition.faults) as url:
        yield Asking(http, url, HEADERS)


def groups(ambition: Ambition, username: str = KENJI) -> dict[str, str]:
    account = ambition.account(username)
    return account.groups if account else {}


async def test_a_membership_is_written_in_two_ways(ambition: Ambition, api: Asking) -> None:
    sample = [{"username": KENJI, "Role": "Account Executive"}]
    assert await api.ask("POST", MEMBERSHIP, sample) == DONE
    table = {"username": KENJI, "group_type": "Team", "group_name": "Dogs"}
    assert await api.ask("POST", MEMBERSHIP, table) == DONE
    assert groups(ambition) == {"Role": "Account Executive", "Team": "Dogs"}
    assert ambition.instance.groups == {"Role": {"Account Executive"}, "Team": {"Dogs"}}


async def test_memberships_come_as_csv_too(ambition: Ambition, api: Asking) -> None:
    api.headers["Content-Type"] = "text/csv"
    lines = f"username,group_type,group_name\n{KENJI},Role,Support\n{KENJI},Team,Cats\n"
    assert await api.ask("POST", MEMBERSHIP, data=lines.encode()) == DONE
    assert groups(ambition) == {"Role": "Support", "Team": "Cats"}


async def test_a_second_group_of_one_type_moves_the_account(
    ambition: Ambition, api: Asking
) -> None:
    for team in ("Dogs", "Cats"):
        await api.ask("POST", MEMBERSHIP, [{"username": KENJI, "Team": team}])
    assert groups(ambition) == {"Team": "Cats"}
    assert ambition.instance.groups["Team"] == {"Dogs", "Cats"}


async def test_a_membership_of_nobody_discards_all(ambition: Ambition, api: Asking) -> None:
    body = [{"username": KENJI, "Team": "Dogs"}, {"username": ADA, "Team": "Dogs"}]
    status, said = await api.ask("POST", MEMBERSHIP, body)
    assert (status, said[0], list(said[1])) == (400, {}, ["username"])
    assert (groups(ambition), "Team" in ambition.instance.groups) == ({}, False)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"Team": "Dogs"}, "username"),
        ({"username": KENJI}, "group_name"),
        ({"username": KENJI, "group_type": "Team"}, "group_name"),
    ],
)
async def test_a_membership_names_somebody_and_a_group(
    api: Asking, body: dict[str, object], name: str
) -> None:
    assert await api.ask("POST", MEMBERSHIP, body) == (400, {name: ["This field is required."]})


async def test_groups_may_have_to_be_there_first(ambition: Ambition, api: Asking) -> None:
    ambition.quirks.creates_groups = False
    wanted = {"username": KENJI, "Team": "Dogs"}
    assert (await api.ask("POST", MEMBERSHIP, wanted))[0] == 400
    group = {"name": "Dogs", "group_type": "Team"}
    assert (await api.ask("POST", "/api/v1/group/", group))[0] == 400
    assert await api.ask("POST", "/api/v1/group_type/", {"name": "Team"}) == DONE
    assert await api.ask("POST", "/api/v1/group/", [group]) == DONE
    assert await api.ask("POST", MEMBERSHIP, wanted) == DONE
    assert groups(ambition) == {"Team": "Dogs"}
    assert (await api.ask("POST", "/api/v1/group_type/", {}))[0] == 400


async def test_a_membership_is_revoked_by_a_delete_with_a_body(
    ambition: Ambition, api: Asking
) -> None:
    ambition.assign(KENJI, "Team", "Dogs")
    ambition.assign(KENJI, "Role", "Support")
    unwanted = [{"username": KENJI, "Team": "Dogs"}]
    assert await api.ask("DELETE", MEMBERSHIP, unwanted) == (204, None)
    assert groups(ambition) == {"Role": "Support"}
    assert await api.ask("DELETE", MEMBERSHIP, unwanted) == (204, None)
    ambition.quirks.refuses_repeats = True
    assert (await api.ask("DELETE", MEMBERSHIP, unwanted))[0] == 400


async def test_revoking_another_group_leaves_the_one_that_is_held(
    ambition: Ambition, api: Asking
) -> None:
    ambition.assign(KENJI, "Team", "Dogs")
    other = {"username": KENJI, "group_type": "Team", "group_name": "Cats"}
    assert await api.ask("DELETE", MEMBERSHIP, [other]) == (204, None)
    assert groups(ambition) == {"Team": "Dogs"}


async def test_the_user_api_takes_the_customers_names(ambition: Ambition, api: Asking) -> None:
    assert await api.ask("POST", INTEGRATION, [GIVEN | {"Crew": "Dogs", "Desk": "4"}]) == DONE
    account = ambition.account(ADA)
    assert account is not None
    assert (account.first_name, account.is_active, account.groups) == (
        "Ada",
        True,
        {"Team": "Dogs"},
    )
    assert await api.ask("POST", INTEGRATION, GIVEN | {"Employed": False}) == DONE
    assert [one["state"] for one in ambition.accounts()] == ["active", "inactive"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"Mail": None}, {"Mail": ["This field is required."]}),
        ({"Desk": {"floor": 4}}, {"Desk": ["Data must be flat."]}),
    ],
)
async def test_the_user_api_wants_every_mapped_name_and_flat_rows(
    ambition: Ambition, api: Asking, change: dict[str, object], errors: object
) -> None:
    assert await api.ask("POST", INTEGRATION, [GIVEN | change]) == (400, [errors])
    assert ambition.account(ADA) is None


async def test_the_user_api_takes_the_format_it_was_set_to(
    api: Asking, clock: HandClock, http: aiohttp.ClientSession
) -> None:
    api.headers["Content-Type"] = "text/csv"
    line = f"{','.join(USUAL)}\n{ADA},{ADA},Ada,Moreno,false\n".encode()
    assert (await api.ask("POST", INTEGRATION, data=line))[0] == 415
    other = instance(clock, UserApi(takes_csv=True))
    async with served(PREFIX, other.app(), other.faults) as url:
        asking = Asking(http, url, HEADERS)
        assert (await asking.ask("POST", INTEGRATION, [row()]))[0] == 415
        asking.headers["Content-Type"] = "text/csv"
        assert await asking.ask("POST", INTEGRATION, data=line) == DONE
    assert [one["state"] for one in other.accounts()] == ["inactive"]


async def test_the_user_api_closes_the_connection_without_its_slash(api: Asking) -> None:
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", INTEGRATION.rstrip("/"), GIVEN)


async def test_accounts_show_who_has_what(ambition: Ambition) -> None:
    ambition.assign(KENJI, "Role", "Support")
    ambition.assign(KENJI, "Team", "Cats")
    assert [(one["who"], one["access"], one["state"]) for one in ambition.accounts()] == [
        ("Kenji Mori", "Role: Support, Team: Cats", "active")
    ]
