"""IXON keeps users and memberships as its documents say, and fails as it is told to."""

from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.ixon import LOCK_OUT, PREFIX, Ixon
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.ixon_house import (
    ADA,
    EVERYTHING,
    HEADERS,
    TENANT,
    TOKEN,
    invitation,
    pair,
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


async def test_access_for_a_time_ends_and_needs_its_licence(
    ixon: Ixon, api: Asking, clock: HandClock
) -> None:
    soon = datetime.fromtimestamp(clock.now + 60).astimezone().isoformat()
    wanted = invitation(ixon) | {"groupRoles": [pair(ixon) | {"expiresOn": soon}]}
    await api.ask("POST", "/invites", [wanted])
    ixon.accept(ADA)
    assert len(ixon.roles_of(ADA)) == 1
    clock.forward(60)
    assert ixon.roles_of(ADA) == []
    ixon.quirks.temporary_access = False
    assert (await api.ask("POST", "/invites", [wanted]))[0] == 403


async def test_service_accounts_and_support_are_in_the_list(ixon: Ixon, api: Asking) -> None:
    ixon.add_support("Sam of IXON", "support@ixon.example")
    _, said = await api.ask("GET", f"/users?fields={EVERYTHING}")
    people = {one["name"]: one for one in said["data"]}
    assert people["Aboard"]["type"] == "service_account"
    assert people["Aboard"]["emailAddress"] is None
    assert people["Sam of IXON"]["support"] is True
    assert ixon.accounts() == [], "the page shows neither"


async def test_users_are_removed_by_an_array_all_or_nobody(ixon: Ixon, api: Asking) -> None:
    ada, kenji = ixon.add("Ada Moreno", ADA), ixon.add("Kenji Mori", "kenji@acme.example")
    unknown = [{"publicId": ada.public_id}, {"publicId": "NOBODY000000"}]
    refused = await api.ask("DELETE", "/users", unknown)
    assert refused == (404, problem("Invalid value", "publicId", 1))
    assert ixon.user(ADA) is ada
    status, said = await api.ask("DELETE", "/users", [{"publicId": ada.public_id}])
    assert (status, said["status"]) == (200, "success")
    assert (ixon.user(ADA), ixon.user("kenji@acme.example")) == (None, kenji)
    assert (await api.ask("DELETE", f"/users/{kenji.public_id}"))[0] == 200
    assert (await api.ask("GET", f"/users/{kenji.public_id}"))[0] == 404
    assert ixon.company.memberships() == []


async def test_memberships_are_given_changed_and_taken(ixon: Ixon, api: Asking) -> None:
    user = ixon.company.add_user("Ada Moreno", ADA)
    given = pair(ixon) | {"user": {"publicId": user.public_id}}
    status, said = await api.ask("POST", "/users/memberships", [given])
    (held,) = said["data"]
    assert (status, ixon.roles_of(ADA)) == (201, [(ixon.company_group, ixon.operator)])
    change = held | {"role": {"publicId": ixon.administrator.public_id}}
    assert (await api.ask("PATCH", "/users/memberships", [change]))[0] == 200
    assert ixon.roles_of(ADA) == [(ixon.company_group, ixon.administrator)]
    _, listed = await api.ask("GET", "/users/memberships?fields=user.name,role.name")
    assert [(one["user"]["name"], one["role"]["name"]) for one in listed["data"]] == [
        ("Ada Moreno", "Administrator")
    ]
    path = f"/users/memberships/user/{user.public_id}"
    assert (await api.ask("PUT", path, [pair(ixon)]))[0] == 200
    assert ixon.roles_of(ADA) == [(ixon.company_group, ixon.operator)]
    (last,) = ixon.company.held_by(user.public_id)
    twice = [{"publicId": last.public_id}] * 2
    assert (await api.ask("DELETE", "/users/memberships", twice))[0] == 200
    assert ixon.roles_of(ADA) == []
    assert (await api.ask("DELETE", "/users/memberships", twice))[0] == 404


async def test_memberships_of_an_invite_are_given_too(ixon: Ixon, api: Asking) -> None:
    await api.ask("POST", "/invites", [invitation(ixon)])
    group = ixon.company.add_group("Benelux")
    given = pair(ixon) | {
        "invite": {"publicId": ixon.invites(ADA)[0].public_id},
        "group": {"publicId": group.public_id},
    }
    assert (await api.ask("POST", "/users/memberships", [given]))[0] == 201
    assert {one.name for one, _ in ixon.roles_of(ADA)} == {"Acme", "Benelux"}
    nobody = pair(ixon) | {"user": {"publicId": "NOBODY000000"}}
    refused = await api.ask("POST", "/users/memberships", [nobody])
    assert refused == (404, problem("Invalid value", "user", 0))


async def test_a_lock_out_lasts_ten_minutes_and_gives_no_hint(
    ixon: Ixon, api: Asking, clock: HandClock
) -> None:
    ixon.lock_out()
    status, said = await api.ask("GET", "/users")
    assert (status, said["status"]) == (429, "error")
    assert "Retry-After" not in api.heard
    clock.forward(LOCK_OUT - 1)
    assert (await api.ask("GET", "/users"))[0] == 429
    assert ixon.faults.active("lock_out")
    clock.forward(1)
    assert (await api.ask("GET", "/users"))[0] == 200
    assert not ixon.faults.active("lock_out")


async def test_lists_lag_behind_an_invite_and_behind_who_accepted(ixon: Ixon, api: Asking) -> None:
    ixon.faults.lag(1)
    await api.ask("POST", "/invites", [invitation(ixon)])
    seen = [len((await api.ask("GET", "/invites"))[1]["data"]) for _ in range(2)]
    assert seen == [0, 1]
    ixon.accept(ADA)
    assert [len((await api.ask("GET", "/users"))[1]["data"]) for _ in range(2)] == [1, 2]


async def test_faults_strike_in_the_vendors_own_shape(ixon: Ixon, api: Asking) -> None:
    ixon.faults.down(1)
    status, said = await api.ask("GET", "/users")
    assert (status, said["type"], said["data"]) == (
        503,
        "Error",
        [{"message": "service unavailable"}],
    )
    ixon.faults.lose_answer(only="POST /ixon/invites")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", "/invites", [invitation(ixon)])
    assert len(ixon.invites(ADA)) == 1


async def test_the_journal_keeps_the_body_and_not_the_token(ixon: Ixon, api: Asking) -> None:
    await api.ask("DELETE", "/users", [{"publicId": "NOBODY000000"}])
    (call,) = ixon.journal.asked("DELETE", "/users")
    assert (call.status, call.body) == (404, [{"publicId": "NOBODY000000"}])
    assert TOKEN not in str(call)


async def test_accounts_show_who_has_what(ixon: Ixon, api: Asking) -> None:
    ixon.add("Kenji Mori", "kenji@acme.example", ixon.administrator)
    await api.ask("POST", "/invites", [invitation(ixon)])
    assert [(row["who"], row["access"], row["state"]) for row in ixon.accounts()] == [
        ("Kenji Mori", "Administrator in Acme", "active"),
        (ADA, "Operator in Acme", "invited"),
    ]
