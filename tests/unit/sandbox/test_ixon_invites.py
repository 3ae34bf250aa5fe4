"""IXON invites as its documents say: who is asked, for how long, and what they get."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.ixon import FORTNIGHT, PREFIX, Ixon
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.ixon_house import (
    ADA,
    HEADERS,
    TENANT,
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


async def test_an_invite_is_pending_until_it_is_accepted(ixon: Ixon, api: Asking) -> None:
    status, said = await api.ask("POST", "/invites", [invitation(ixon, message="Welcome")])
    (invite,) = ixon.invites(ADA)
    assert (status, said["type"], said["status"]) == (201, "InviteResponse", "success")
    assert said["data"] == {"invites": [{"publicId": invite.public_id}], "userMemberships": []}
    assert (invite.message, invite.mails, ixon.user(ADA)) == ("Welcome", 1, None)
    user = ixon.accept("ADA@acme.example", "Ada Moreno")
    assert (ixon.invites(ADA), ixon.user(ADA)) == ([], user)
    assert ixon.roles_of(ADA) == [(ixon.company_group, ixon.operator)]


async def test_an_invite_is_listed_with_when_it_expires_and_what_it_gives(
    ixon: Ixon, api: Asking, clock: HandClock
) -> None:
    await api.ask("POST", "/invites", [invitation(ixon)])
    fields = "emailAddress,expiresOn,memberships.role.publicId,memberships.invite.publicId"
    status, said = await api.ask("GET", f"/invites?fields={fields}")
    (listed,) = said["data"]
    assert (status, listed["emailAddress"]) == (200, ADA)
    assert datetime.fromisoformat(listed["expiresOn"]).timestamp() == clock.now + FORTNIGHT
    (membership,) = listed["memberships"]
    assert membership["role"] == {"publicId": ixon.operator.public_id}
    assert membership["invite"] == {"publicId": listed["publicId"]}


async def test_who_is_in_the_company_gets_memberships_and_no_invite(
    ixon: Ixon, api: Asking
) -> None:
    user = ixon.add("Ada Moreno", ADA, ixon.administrator)
    wanted = invitation(ixon, "Ada@Acme.example")
    _, said = await api.ask("POST", "/invites", [wanted])
    assert (said["data"]["invites"], len(said["data"]["userMemberships"])) == ([], 1)
    assert [role.name for _, role in ixon.roles_of(ADA)] == ["Administrator", "Operator"]
    again = (await api.ask("POST", "/invites", [wanted]))[1]
    assert again["data"] == said["data"], "the same role in the same group is one membership"
    assert len(ixon.company.held_by(user.public_id)) == 2


async def test_an_expired_invite_cannot_be_accepted_until_it_is_sent_again(
    ixon: Ixon, api: Asking, clock: HandClock
) -> None:
    await api.ask("POST", "/invites", [invitation(ixon)])
    (invite,) = ixon.invites(ADA)
    clock.forward(FORTNIGHT)
    with pytest.raises(LookupError):
        ixon.accept(ADA)
    assert [row["state"] for row in ixon.accounts()] == ["expired"]
    assert len((await api.ask("GET", "/invites"))[1]["data"]) == 1
    ixon.quirks.forgets_expired = True
    assert (await api.ask("GET", "/invites"))[1]["data"] == []
    assert (await api.ask("POST", f"/invites/{invite.public_id}/resend"))[0] == 201
    assert (invite.mails, ixon.accept(ADA).email) == (2, ADA)


async def test_many_invites_are_sent_again_at_once_or_not_at_all(ixon: Ixon, api: Asking) -> None:
    people = [invitation(ixon), invitation(ixon, "kenji@acme.example")]
    sent = (await api.ask("POST", "/invites", people))[1]["data"]["invites"]
    unknown = [*sent, {"publicId": "NOBODY000000"}]
    refused = await api.ask("POST", "/invites/resend", unknown)
    assert refused == (404, problem("Invalid value", "publicId", 2))
    assert [one.mails for one in ixon.company.invites.values()] == [1, 1]
    assert (await api.ask("POST", "/invites/resend", sent))[0] == 201
    assert [one.mails for one in ixon.company.invites.values()] == [2, 2]


async def test_invites_are_taken_back(ixon: Ixon, api: Asking) -> None:
    people = [invitation(ixon), invitation(ixon, "kenji@acme.example")]
    first, second = (await api.ask("POST", "/invites", people))[1]["data"]["invites"]
    status, said = await api.ask("DELETE", "/invites", [first])
    assert (status, said["status"], said["data"]) == (200, "success", None)
    assert (await api.ask("DELETE", f"/invites/{second['publicId']}"))[0] == 200
    assert ixon.company.invites == {}
    assert ixon.company.memberships() == []
    gone = await api.ask("DELETE", f"/invites/{second['publicId']}")
    assert gone == (404, problem("Invalid value", "publicId"))


async def test_a_second_invite_stands_beside_the_first_or_fails(ixon: Ixon, api: Asking) -> None:
    await api.ask("POST", "/invites", [invitation(ixon)])
    assert (await api.ask("POST", "/invites", [invitation(ixon)]))[0] == 201
    assert len(ixon.invites(ADA)) == 2
    ixon.quirks.refuses_repeats = True
    assert (await api.ask("POST", "/invites", [invitation(ixon)]))[0] == 409
    assert len(ixon.invites(ADA)) == 2


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"emailAddress": "a@b.c"}, "emailAddress"),
        ({"emailAddress": "nobody-at-all"}, "emailAddress"),
        ({"emailAddress": None}, "emailAddress"),
        ({"groupRoles": []}, "groupRoles"),
        ({"groupRoles": "operator"}, "groupRoles"),
        ({"groupRoles": [{"group": {"publicId": "NOBODY000000"}}]}, "role"),
        ({"message": ""}, "message"),
        ({"language": "eng"}, "language"),
    ],
)
async def test_a_wrong_invitation_is_refused_with_its_place_and_nobody_is_invited(
    ixon: Ixon, api: Asking, change: dict[str, object], name: str
) -> None:
    body = [invitation(ixon, "kenji@acme.example"), invitation(ixon) | change]
    assert await api.ask("POST", "/invites", body) == (400, problem("Invalid value", name, 1))
    assert ixon.company.invites == {}


@pytest.mark.parametrize("body", [{}, [], "text", ["text"], None])
async def test_a_body_is_an_array_of_objects(ixon: Ixon, api: Asking, body: object) -> None:
    assert (await api.ask("POST", "/invites", body))[0] == 400
    assert (await api.ask("DELETE", "/users", body))[0] == 400
    assert len(ixon.company.users) == 1


async def test_a_role_goes_only_where_it_may(ixon: Ixon, api: Asking) -> None:
    device = ixon.company.add_group("Press 7", agent="AGENT0000007")
    wrong = {
        "group": {"publicId": device.public_id},
        "role": {"publicId": ixon.administrator.public_id},
    }
    refused = await api.ask("POST", "/invites", [invitation(ixon) | {"groupRoles": [wrong]}])
    assert refused == (400, problem("Invalid value", "role", 0))
    _, said = await api.ask("GET", "/groups/roles?fields=group.name,roles.name")
    may = {one["group"]["name"]: {role["name"] for role in one["roles"]} for one in said["data"]}
    assert may == {"Acme": {"Administrator", "Operator"}, "Press 7": {"Operator"}}


async def test_whoever_hangs_has_invited_already(ixon: Ixon, api: Asking, changes: Changes) -> None:
    ixon.faults.hang(only="POST")
    asking = asyncio.create_task(api.ask("POST", "/invites", [invitation(ixon)]))
    await changes.until(lambda: not ixon.faults.active("hang"))
    done, _ = await asyncio.wait({asking}, timeout=0.05)
    assert (done, len(ixon.invites(ADA))) == (set(), 1)
    ixon.faults.clear()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking
