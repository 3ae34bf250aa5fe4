"""AppXite keeps users as its documents say, as far as they say anything."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.appxite import PREFIX, AppXite
from sandbox.vendors.appxite_shape import InviteNames, Paths, Removal, Shape, UserNames
from tests.unit.sandbox.appxite_house import (
    ADA,
    BEARER,
    CUSTOMER,
    HEADERS,
    OWN,
    TENANT,
    invitation,
    person,
)
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.vendor_house import Asking, served

Opened = Callable[[Shape], Coroutine[Any, Any, tuple[AppXite, Asking]]]


@pytest.fixture
async def opened(clock: HandClock, http: aiohttp.ClientSession) -> AsyncIterator[Opened]:
    async with AsyncExitStack() as stack:

        async def opening(shape: Shape) -> tuple[AppXite, Asking]:
            appxite = AppXite(Changes(), clock, TENANT, shape)
            appxite.tokens.give_for_good(BEARER)
            house = served(PREFIX, appxite.app(), appxite.faults)
            return appxite, Asking(http, await stack.enter_async_context(house), HEADERS)

        yield opening


@pytest.fixture
async def platform(opened: Opened) -> tuple[AppXite, Asking]:
    return await opened(Shape())


@pytest.fixture
def appxite(platform: tuple[AppXite, Asking]) -> AppXite:
    return platform[0]


@pytest.fixture
def api(platform: tuple[AppXite, Asking]) -> Asking:
    return platform[1]


async def test_whoever_is_invited_is_new_until_they_confirm(
    appxite: AppXite, api: Asking, clock: HandClock
) -> None:
    status, said = await api.ask("POST", "/users/invite", invitation(person(appxite)))
    user = appxite.user("ADA@acme.example")
    assert user is not None
    assert (status, said[0]["Id"], user.state) == (200, user.id, "New")
    _, listed = await api.ask("GET", "/users/")
    assert listed == said
    (shown,) = listed
    assert (shown["Email"], shown["AccountState"], shown["IsAccessible"]) == (ADA, "New", True)
    assert datetime.fromisoformat(shown["CreationDate"]).timestamp() == clock.now
    assert appxite.accept(ADA).state == "Active"
    with pytest.raises(LookupError):
        appxite.accept(ADA)


async def test_whoever_is_blocked_stays_in_the_list(appxite: AppXite, api: Asking) -> None:
    appxite.add("Ada Moreno", ADA)
    appxite.block(ADA)
    (shown,) = (await api.ask("GET", "/users/"))[1]
    assert (shown["AccountState"], shown["IsAccessible"]) == ("Blocked", False)
    with pytest.raises(LookupError):
        appxite.block("nobody@acme.example")


async def test_roles_and_identity_providers_are_listed(appxite: AppXite, api: Asking) -> None:
    appxite.platform.add_provider("Old directory", "old", enabled=False)
    assert await api.ask("GET", "/roles/") == (
        200,
        [
            {"Id": appxite.reader.id, "Name": "Reader", "Weight": 10},
            {"Id": appxite.manager.id, "Name": "Manager", "Weight": 50},
        ],
    )
    _, providers = await api.ask("GET", "/identity-providers/")
    assert [(one["Name"], one["Prefix"], one["Enabled"]) for one in providers] == [
        ("Account", "account", True),
        ("Single sign-on", "sso", True),
        ("Old directory", "old", False),
    ]


async def test_whoever_exists_answers_500_and_stays_as_they_are(
    appxite: AppXite, api: Asking
) -> None:
    appxite.add("Ada Moreno", ADA, appxite.manager)
    wanted = invitation(person(appxite, "Ada@Acme.example"))
    refused = await api.ask("POST", "/users/invite", wanted)
    assert refused == (500, {"statusCode": 500, "message": "Internal server error"})
    assert [row["access"] for row in appxite.accounts()] == [f"Manager in {OWN}"]


async def test_many_are_invited_up_to_the_conflict(appxite: AppXite, api: Asking) -> None:
    appxite.add("Kenji Mori", "kenji@acme.example")
    people = (ADA, "kenji@acme.example", "lena@acme.example")
    wanted = invitation(*(person(appxite, email) for email in people))
    assert (await api.ask("POST", "/users/invite", wanted))[0] == 500
    assert [bool(appxite.user(email)) for email in people] == [True, True, False]


async def test_activation_at_once_needs_a_provider_and_an_id(appxite: AppXite, api: Asking) -> None:
    sso = appxite.single_sign_on.id
    cases: list[dict[str, object]] = [
        {},
        {"IdentityProviderId": sso},
        {"ExternalId": "ada-1"},
        {"IdentityProviderId": appxite.password.id, "ExternalId": "ada-1"},
    ]
    for lacking in cases:
        wanted = invitation(person(appxite) | {"ShouldActivateByEmail": False} | lacking)
        status, said = await api.ask("POST", "/users/invite", wanted)
        assert (status, said["statusCode"]) == (400, 400)
    assert appxite.user(ADA) is None
    at_once = {"ShouldActivateByEmail": False, "IdentityProviderId": sso, "ExternalId": "ada-1"}
    whole = person(appxite) | at_once
    _, said = await api.ask("POST", "/users/invite", invitation(whole))
    assert said[0]["AccountState"] == "Active"


@pytest.mark.parametrize(
    "change",
    [
        {"Email": "nobody"},
        {"Email": ""},
        {"FirstName": None},
        {"LastName": 7},
        {"GroupId": "nobody-has-this"},
        {"IdentityProviderId": "nobody-has-this"},
        {"ShouldActivateByEmail": "true"},
    ],
)
async def test_a_wrong_user_is_refused_and_nobody_is_invited(
    appxite: AppXite, api: Asking, change: dict[str, object]
) -> None:
    wrong = person(appxite, "kenji@acme.example") | change
    wanted = invitation(person(appxite), wrong)
    assert (await api.ask("POST", "/users/invite", wanted))[0] == 400
    assert appxite.platform.users == {}


async def test_a_provider_that_is_switched_off_is_refused(appxite: AppXite, api: Asking) -> None:
    old = appxite.platform.add_provider("Old directory", "old", enabled=False)
    wanted = invitation(person(appxite, IdentityProviderId=old.id))
    assert (await api.ask("POST", "/users/invite", wanted))[0] == 400


@pytest.mark.parametrize("body", [None, [], {}, {"Users": []}, {"Users": ["ada"]}])
async def test_a_body_is_an_object_with_users(api: Asking, body: object) -> None:
    assert (await api.ask("POST", "/users/invite", body))[0] == 400


async def test_organizations_see_their_own_and_the_platform_sees_all(
    appxite: AppXite, api: Asking
) -> None:
    both = invitation(person(appxite), organizations=[OWN, CUSTOMER])
    await api.ask("POST", "/users/invite", both)
    appxite.add("Kenji Mori", "kenji@acme.example")
    assert len((await api.ask("GET", "/users/"))[1]) == 2
    api.headers["X-On-Behalf-Of"] = CUSTOMER
    assert [one["Email"] for one in (await api.ask("GET", "/users/"))[1]] == [ADA]


@pytest.mark.parametrize("named", [None, [], OWN, ["org-nobody"]])
async def test_organizations_must_be_there(appxite: AppXite, api: Asking, named: object) -> None:
    wanted = invitation(person(appxite), organizations=named)
    assert (await api.ask("POST", "/users/invite", wanted))[0] == 400


async def test_organizations_may_stand_inside_each_user(opened: Opened) -> None:
    appxite, api = await opened(Shape(organizations_at="user"))
    at_root = invitation(person(appxite))
    assert (await api.ask("POST", "/users/invite", at_root))[0] == 400
    inside = {"Users": [person(appxite, OrganizationIds=[CUSTOMER])]}
    assert (await api.ask("POST", "/users/invite", inside))[0] == 200
    assert [row["access"] for row in appxite.accounts()] == [f"Reader in {CUSTOMER}"]


async def test_paths_and_names_are_the_customers(opened: Opened) -> None:
    shape = Shape(
        paths=Paths(users="/api/v2/users", invite="/api/v2/users"),
        invite=InviteNames(email="UserName", role="RoleId"),
        user=UserNames(id="userId", email="userName"),
    )
    appxite, api = await opened(shape)
    wanted = person(appxite) | {"UserName": ADA, "RoleId": appxite.manager.id}
    del wanted["Email"], wanted["GroupId"]
    assert (await api.ask("POST", "/api/v2/users", invitation(wanted)))[0] == 200
    (shown,) = (await api.ask("GET", "/api/v2/users"))[1]
    assert shown["userName"] == ADA
    assert (await api.ask("GET", "/users/"))[0] == 404


async def test_nobody_can_be_removed_unless_the_customer_has_a_call(
    appxite: AppXite, api: Asking, opened: Opened
) -> None:
    path = f"/users/{appxite.add('Ada Moreno', ADA).id}"
    gateway = {"statusCode": 404, "message": "Resource not found"}
    assert await api.ask("DELETE", path) == (404, gateway)
    assert appxite.user(ADA)
    removing, asked = await opened(Shape(removal=Removal()))
    path = f"/users/{removing.add('Ada Moreno', ADA).id}"
    assert (await asked.ask("DELETE", path))[0] == 204
    assert removing.user(ADA) is None
    gone = {"statusCode": 404, "message": "User not found"}
    assert await asked.ask("DELETE", path) == (404, gone)


async def test_a_customers_call_may_only_block(opened: Opened) -> None:
    shape = Shape(removal=Removal("POST", "/users/{id}/block", blocks=True))
    appxite, api = await opened(shape)
    user = appxite.add("Ada Moreno", ADA)
    assert (await api.ask("POST", f"/users/{user.id}/block"))[0] == 204
    assert user.state == "Blocked"


async def test_accounts_show_who_has_what(appxite: AppXite, api: Asking) -> None:
    appxite.add("Kenji Mori", "kenji@acme.example", appxite.manager)
    await api.ask("POST", "/users/invite", invitation(person(appxite)))
    assert [(row["who"], row["access"], row["state"]) for row in appxite.accounts()] == [
        ("Kenji Mori", f"Manager in {OWN}", "active"),
        ("Ada Moreno", f"Reader in {OWN}", "new (invited)"),
    ]
    appxite.block(ADA)
    assert [row["state"] for row in appxite.accounts()] == ["active", "blocked"]
