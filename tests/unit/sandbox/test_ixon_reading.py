"""IXON is asked as its documents say: headers, discovery, fields and pages."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.ixon import PREFIX, Ixon
from sandbox.vendors.ixon_lists import parse
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.ixon_house import (
    ADA,
    COMPANY,
    EVERYTHING,
    HEADERS,
    TENANT,
    TOKEN,
    invitation,
    problem,
)
from tests.unit.sandbox.vendor_house import Asking, served


@pytest.fixture
async def changes() -> Changes:
    return Changes()


@pytest.fixture
async def ixon(clock: HandClock, changes: Changes) -> Ixon:
    return Ixon(changes, clock, TENANT)


@pytest.fixture
async def api(ixon: Ixon, http: aiohttp.ClientSession) -> AsyncIterator[Asking]:
    async with served(PREFIX, ixon.app(), ixon.faults) as url:
        yield Asking(http, url, HEADERS)


async def everybody(api: Asking, size: int) -> list[dict[str, Any]]:
    people, after = [], ""
    while True:
        path = f"/users?fields=*&page-size={size}&page-after={after}"
        page = (await api.ask("GET", path))[1]
        people += page["data"]
        if page["moreAfter"] is None:
            return people
        after = page["moreAfter"]


async def test_a_list_without_fields_says_hardly_anything(ixon: Ixon, api: Asking) -> None:
    user = ixon.add("Ada Moreno", ADA)
    _, bare = await api.ask("GET", "/users")
    assert {"publicId": user.public_id, "name": "Ada Moreno"} in bare["data"]
    _, full = await api.ask("GET", f"/users?fields={EVERYTHING}")
    (ada,) = [one for one in full["data"] if one["publicId"] == user.public_id]
    assert (ada["emailAddress"], ada["type"], ada["support"]) == (ADA, "person", False)
    (held,) = ada["memberships"]
    assert held["group"] == {"publicId": ixon.company_group.public_id}
    assert held["role"]["name"] == "Operator"


@pytest.mark.parametrize("query", ["fields=mail", "fields=memberships(role", "fields=a)"])
async def test_fields_nobody_knows_are_refused(api: Asking, query: str) -> None:
    assert await api.ask("GET", f"/users?{query}") == (400, problem("Invalid value", "fields"))


def test_fields_are_read_with_dots_and_with_brackets() -> None:
    dotted = parse("publicId,memberships.group.publicId,memberships.role.name,name")
    bracketed = parse("publicId,memberships(group(publicId),role(name)),name")
    assert dotted == bracketed
    assert list(dotted) == ["publicId", "memberships", "name"]


async def test_everything_means_the_top_level(ixon: Ixon, api: Asking) -> None:
    user = ixon.add("Ada Moreno", ADA)
    _, said = await api.ask("GET", f"/users/{user.public_id}?fields=*")
    assert said["data"]["emailAddress"] == ADA
    assert "memberships" not in said["data"]


async def test_pages_hold_twenty_and_end(ixon: Ixon, api: Asking) -> None:
    for number in range(25):
        ixon.add(f"Person {number}", f"person{number}@acme.example")
    _, first = await api.ask("GET", "/users")
    assert (len(first["data"]), first["moreAfter"]) == (20, first["data"][-1]["publicId"])
    _, second = await api.ask("GET", f"/users?page-after={first['moreAfter']}")
    assert (len(second["data"]), second["moreAfter"]) == (6, None)
    assert {one["publicId"] for one in first["data"] + second["data"]} == set(ixon.company.users)
    for size in (1, 7, 26, 4000):
        assert len(await everybody(api, size)) == 26


async def test_a_page_goes_on_where_somebody_was_removed_meanwhile(ixon: Ixon, api: Asking) -> None:
    for number in range(25):
        ixon.add(f"Person {number}", f"person{number}@acme.example")
    _, first = await api.ask("GET", "/users")
    ixon.company.remove(first["moreAfter"])
    _, second = await api.ask("GET", f"/users?page-after={first['moreAfter']}")
    assert len(second["data"]) == 6


@pytest.mark.parametrize("query", ["page-size=0", "page-size=4001", "page-size=x"])
async def test_a_wrong_page_size_is_refused(api: Asking, query: str) -> None:
    assert await api.ask("GET", f"/users?{query}") == (400, problem("Invalid value", "page-size"))


async def test_filters_are_refused(api: Asking) -> None:
    path = f'/users?filters=eq(emailAddress,"{ADA}")'
    assert await api.ask("GET", path) == (400, problem("Invalid value", "filters"))


async def test_a_list_of_one_may_come_as_that_one(ixon: Ixon, api: Asking) -> None:
    (owner,) = ixon.company.users.values()
    ixon.quirks.single_as_object = True
    data = (await api.ask("GET", "/users"))[1]["data"]
    assert data == {"publicId": owner.public_id, "name": "Aboard"}
    ixon.add("Ada Moreno", ADA)
    assert len((await api.ask("GET", "/users"))[1]["data"]) == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Api-Version", 400),
        ("Api-Application", 400),
        ("Api-Company", 400),
        ("Api-Branding", 400),
        ("Authorization", 401),
    ],
)
async def test_a_missing_header_is_named(ixon: Ixon, api: Asking, name: str, status: int) -> None:
    del api.headers[name]
    refused = await api.ask("POST", "/invites", [invitation(ixon)])
    assert refused == (status, problem("Required header", name))
    assert ixon.company.invites == {}


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Api-Version", "1", 400),
        ("Api-Application", "short", 400),
        ("Api-Company", "acme", 400),
        ("Api-Company", "9999-9999-9999-9999-9999", 400),
        ("Authorization", f"Token {TOKEN}", 401),
        ("Authorization", TOKEN, 401),
        ("Authorization", "Bearer wrong", 401),
    ],
)
async def test_a_wrong_header_is_named(api: Asking, name: str, value: str, status: int) -> None:
    api.headers[name] = value
    assert await api.ask("GET", "/users") == (status, problem("Invalid value", name))


async def test_a_token_belongs_to_one_application_and_account(ixon: Ixon, api: Asking) -> None:
    owner = ixon.give_out("appOther0002", "other-token", "Other")
    api.headers["Authorization"] = "Bearer other-token"
    assert await api.ask("GET", "/users") == (401, problem("Invalid value", "Authorization"))
    api.headers["Api-Application"] = "appOther0002"
    assert (await api.ask("GET", "/users/me"))[1]["data"]["publicId"] == owner.public_id
    assert (await api.ask("DELETE", f"/users/{owner.public_id}"))[0] == 200
    assert (await api.ask("GET", "/users/me"))[0] == 401


async def test_branding_and_company_are_asked_only_where_they_matter(api: Asking) -> None:
    del api.headers["Api-Branding"]
    assert (await api.ask("GET", "/invites"))[0] == 200
    del api.headers["Api-Company"]
    assert (await api.ask("GET", "/users/me"))[0] == 200
    _, companies = await api.ask("GET", "/companies")
    assert companies["data"] == [{"publicId": COMPANY, "name": "Acme"}]
    assert await api.ask("GET", "/companies/me") == (400, problem("Required header", "Api-Company"))


async def test_discovery_asks_for_a_version_and_says_where_everything_is(
    ixon: Ixon, api: Asking
) -> None:
    api.headers = {"Api-Version": "2"}
    status, said = await api.ask("GET", "/")
    found = {one["rel"]: one for one in said["data"]}
    assert (status, said["type"]) == (200, "Discovery")
    assert found["UserList"]["href"] == f"{api.url}/users"
    assert found["InviteList"]["methods"] == ["GET", "POST", "DELETE"]
    ixon.about.public_url = "https://elsewhere.example/api"
    (users,) = [one for one in (await api.ask("GET", "/"))[1]["data"] if one["rel"] == "UserList"]
    assert users["href"] == "https://elsewhere.example/api/users"


async def test_groups_and_roles_are_found_by_name(ixon: Ixon, api: Asking) -> None:
    ixon.company.add_group("Press 7", agent="AGENT0000007")
    _, groups = await api.ask("GET", "/groups?fields=publicId,name,isCompanyGroup,agent")
    assert {
        (one["name"], one["isCompanyGroup"], one["agent"] is None) for one in groups["data"]
    } == {
        ("Acme", True, True),
        ("Press 7", False, False),
    }
    _, roles = await api.ask("GET", "/roles?fields=publicId,name")
    assert {one["publicId"]: one["name"] for one in roles["data"]} == {
        ixon.operator.public_id: "Operator",
        ixon.administrator.public_id: "Administrator",
    }


async def test_a_path_or_a_method_nobody_knows_is_refused_in_the_vendors_shape(api: Asking) -> None:
    assert (await api.ask("GET", "/agents"))[0] == 404
    status, said = await api.ask("POST", "/users", [{}])
    assert (status, said["type"]) == (405, "Error")
