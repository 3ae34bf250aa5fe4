"""What people do at a vendor beside Slack: the page offers it where it fits, and does it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.parts import Server

Json = dict[str, Any]
ADA = "ada@acme.example"


class Panels:
    """The vendors' panels as the page gets them, and what it asks for."""

    def __init__(self, http: aiohttp.ClientSession, who: str) -> None:
        self._http, self._who = http, who

    async def row(self, vendor: str, account: str) -> Json:
        async with self._http.get("/api/state", params={"as": self._who}) as answer:
            state = await answer.json()
        panel = next(one for one in state["vendors"] if one["name"] == vendor)
        row: Json = next(one for one in panel["accounts"] if one["id"] == account)
        return row

    async def offered(self, vendor: str, account: str) -> list[str]:
        return [one["id"] for one in (await self.row(vendor, account))["acts"]]

    async def act(self, vendor: str, account: str, act: str) -> Json:
        asked = {"vendor": vendor, "account": account, "act": act}
        async with self._http.post("/api/vendor", json=asked) as answer:
            said: Json = await answer.json()
            return said


@pytest.fixture
async def panels(server: Server) -> AsyncIterator[Panels]:
    async with aiohttp.ClientSession(server.url) as http:
        yield Panels(http, server.cast.manager.id)


def invited_at_ixon(server: Server) -> str:
    return server.ixon.company.add_invite(ADA).public_id


async def test_an_invitation_to_ixon_shows_until_when_and_can_be_accepted(
    server: Server, panels: Panels
) -> None:
    invite = invited_at_ixon(server)
    row = await panels.row("ixon", invite)
    assert row["until"] == server.ixon.invites(ADA)[0].expires_on
    assert await panels.offered("ixon", invite) == ["accept", "expire"]
    assert await panels.act("ixon", invite, "accept") == {"ok": True}
    user = server.ixon.user(ADA)
    assert user is not None
    assert await panels.offered("ixon", user.public_id) == []


async def test_an_invitation_that_expired_cannot_be_accepted(
    server: Server, panels: Panels
) -> None:
    invite = invited_at_ixon(server)
    assert await panels.act("ixon", invite, "expire") == {"ok": True}
    assert (await panels.row("ixon", invite))["state"] == "expired"
    assert await panels.offered("ixon", invite) == []
    assert not (await panels.act("ixon", invite, "accept"))["ok"]
    assert not (await panels.act("ixon", invite, "expire"))["ok"]
    assert server.ixon.user(ADA) is None


async def test_whoever_is_invited_to_appxite_can_confirm_and_be_blocked(
    server: Server, panels: Panels
) -> None:
    user = server.appxite.add("Ada Moreno", ADA)
    user.state = "New"
    assert await panels.offered("appxite", user.id) == ["accept", "block"]
    assert await panels.act("appxite", user.id, "accept") == {"ok": True}
    assert user.state == "Active"
    assert await panels.offered("appxite", user.id) == ["block"]
    assert await panels.act("appxite", user.id, "block") == {"ok": True}
    assert user.state == "Blocked"
    assert await panels.offered("appxite", user.id) == []


@pytest.mark.parametrize(
    ("vendor", "account", "act"),
    [("axolo", "octocat", "accept"), ("ixon", "nobody", "accept"), ("appxite", "nobody", "block")],
)
async def test_what_is_not_offered_is_refused_with_a_sentence(
    panels: Panels, vendor: str, account: str, act: str
) -> None:
    said = await panels.act(vendor, account, act)
    assert not said["ok"]
    assert said["error"].endswith(".")


async def test_the_company_has_somebody_at_every_vendor_but_axolo(server: Server) -> None:
    everybody = (server.ixon, server.appxite, server.ambition)
    assert all(one.accounts() for one in everybody)
    assert server.axiom.users
    assert server.axolo.engineers == {}
