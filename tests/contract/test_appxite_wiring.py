"""What AppXite keeps behind a login can be set; credentials, the gateway, and what is shown."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from sandbox.vendors.appxite_shape import InviteNames, Paths, Shape, UserNames
from tests.contract.test_appxite import BY_MAIL, OWN, PORTAL, AppxiteBench, appxite_bench
from vendors.appxite import Appxite
from vendors.appxite_calls import AppxiteCalls, Invitation
from vendors.appxite_preview import shown
from vendors.contract import Result
from vendors.errors import (
    CredentialError,
    PermanentError,
    RateLimitError,
    ResponseError,
    UnavailableError,
)
from vendors.testing.bench import ADA, NOW

TOKEN: dict[str, None] = {"token_url": None, "client_id": None, "client_secret": None}
OTHER = Shape(
    paths=Paths("/v2/members", "/v2/groups", "/v2/providers", "/v2/members/new"),
    invite=InviteNames("People", "Orgs", "Mail", "First", "Last", "Role", "Idp", "Ext", "ByMail"),
    user=UserNames("UserId", "Mail", "Born", "Open", "Status"),
    organizations_at="user",
    referer="X-Referer",
)
WIRED: dict[str, object] = {
    "paths": {
        "list_users": {"method": "GET", "path": "/v2/members"},
        "list_roles": {"method": "GET", "path": "/v2/groups"},
        "list_identity_providers": {"method": "GET", "path": "/v2/providers"},
        "invite": {"method": "POST", "path": "/v2/members/new"},
    },
    "headers": {"referer": "X-Referer"},
    "invite_fields": {
        "users": "People",
        "organizations": "Orgs",
        "organizations_at": "user",
        "email": "Mail",
        "first_name": "First",
        "last_name": "Last",
        "role": "Role",
        "identity_provider": "Idp",
        "external_id": "Ext",
        "by_email": "ByMail",
    },
    "user_fields": {"id": "userid", "email": "mail", "state": "status"},
}


@pytest.fixture
async def bench() -> AsyncIterator[AppxiteBench]:
    async with appxite_bench() as bench:
        yield bench


async def test_every_path_and_name_can_be_set() -> None:
    async with appxite_bench(OTHER, WIRED) as other:
        outcome = await other.vendor.provision(ADA, other.access, None)
        assert outcome.result is Result.DONE
        [call] = other.journal.asked("POST")
        assert (call.path, call.headers["x-referer"]) == ("/v2/members/new", PORTAL)
        assert isinstance(call.body, dict)
        [person] = call.body["People"]
        assert (person["Orgs"], person["ByMail"]) == ([OWN], False)


async def test_what_is_shown_is_what_is_sent(bench: AppxiteBench) -> None:
    settings = bench.settings()
    invitation = Invitation(ADA, bench.appxite.reader.id, (OWN,), None, None, by_email=True)
    text = shown(settings, AppxiteCalls(settings).invite([invitation]))
    await bench.vendor.provision(ADA, BY_MAIL, None)
    [call] = bench.journal.asked("POST")
    head, _, body = text.partition("\n\n")
    line, *headers = head.split("\n")
    assert line == f"POST {bench.url}/users/invite"
    assert json.loads(body) == call.body
    shown_headers = dict(one.split(": ", 1) for one in headers)
    assert shown_headers.pop("ocp-apim-subscription-key") == "•••"
    assert shown_headers.pop("authorization") == "Bearer •••"
    of_http = {"host", "content-length", "connection"}
    assert shown_headers == {k: v for k, v in call.headers.items() if k not in of_http}


async def test_a_path_that_is_wrong_is_a_wrong_setting_and_no_absence(bench: AppxiteBench) -> None:
    wrong = bench.open(paths={"list_users": {"method": "GET", "path": "/user/"}})
    with pytest.raises(PermanentError, match="no GET /user/: check paths") as caught:
        await wrong.find(ADA)
    assert type(caught.value) is PermanentError
    wrong = bench.open(paths={"remove_user": {"method": "DELETE", "path": "/user/{id}"}})
    bench.put(ADA, bench.access)
    with pytest.raises(PermanentError, match=r"no DELETE /user/\{id\}"):
        await wrong.deprovision(ADA, await wrong.find(ADA))


async def test_a_name_that_is_wrong_is_a_wrong_setting_and_no_absence(bench: AppxiteBench) -> None:
    bench.put(ADA, bench.access)
    wrong = bench.open(user_fields={"email": "Mail"})
    with pytest.raises(ResponseError, match="no Mail: check user_fields"):
        await wrong.find(ADA)


async def test_the_key_and_the_token_are_told_apart(bench: AppxiteBench) -> None:
    with pytest.raises(CredentialError, match="does not accept the subscription key"):
        await bench.impostor.check()
    static = bench.open(**TOKEN, token=SecretStr("not-a-token"))
    with pytest.raises(CredentialError, match="does not accept the token"):
        await static.check()
    client = bench.open(client_secret=SecretStr("not-the-secret"))
    with pytest.raises(CredentialError, match="does not accept the client id and its secret"):
        await client.check()


async def test_a_token_that_was_given_is_used_as_it_is(bench: AppxiteBench) -> None:
    bench.appxite.tokens.give_for_good("made-by-hand")
    vendor = bench.open(**TOKEN, token=SecretStr("made-by-hand"))
    await vendor.check()
    assert bench.journal.asked("POST") == []
    bench.appxite.tokens.revoke()
    for _ in range(2):
        with pytest.raises(CredentialError, match="the token"):
            await vendor.check()


@pytest.mark.parametrize("way", ["basic", "form"])
async def test_a_token_is_fetched_once_for_everybody(bench: AppxiteBench, way: str) -> None:
    vendor = bench.open(token_auth=way, scope="core", audience="api")
    await asyncio.gather(*(vendor.find(ADA) for _ in range(5)))
    assert [call.path for call in bench.journal.asked("POST")] == ["/connect/token"]


async def test_a_token_is_fetched_anew_a_minute_before_it_ends(bench: AppxiteBench) -> None:
    moment = NOW
    tools = replace(bench.tools(), clock=lambda: moment)
    vendor = Appxite(bench.settings(), tools)
    fetched = []
    for later in (timedelta(), timedelta(minutes=58), timedelta(minutes=59)):
        moment = NOW + later
        await vendor.find(ADA)
        fetched.append(len(bench.journal.asked("POST")))
    await vendor.aclose()
    assert fetched == [1, 1, 2]


async def test_a_token_that_is_refused_is_fetched_anew_and_nobody_notices(
    bench: AppxiteBench,
) -> None:
    bench.appxite.tokens.revoke()
    assert (await bench.vendor.provision(ADA, bench.access, None)).result is Result.DONE
    assert len(bench.held(ADA)) == 1


async def test_a_call_is_sent_twice_at_most_where_every_token_is_refused(
    bench: AppxiteBench,
) -> None:
    bench.faults.status(401, None, only="GET")
    before = len(bench.journal.asked("GET"))
    with pytest.raises(CredentialError, match="the token"):
        await bench.vendor.find(ADA)
    assert len(bench.journal.asked("GET")) - before == 2


async def test_a_token_that_was_given_is_not_sent_twice(bench: AppxiteBench) -> None:
    bench.faults.status(401, None, only="GET")
    before = len(bench.journal.asked("GET"))
    with pytest.raises(CredentialError, match="the token"):
        await bench.open(**TOKEN, token="given-0123456789").find(ADA)
    assert len(bench.journal.asked("GET")) - before == 1


async def test_a_sign_in_that_is_down_is_waited_for(bench: AppxiteBench) -> None:
    bench.faults.down(only="/connect/token")
    with pytest.raises(UnavailableError):
        await bench.open().provision(ADA, bench.access, None)
    assert bench.held(ADA) == []


async def test_a_client_that_may_not_is_a_credential(bench: AppxiteBench) -> None:
    bench.faults.status(400, body={"error": "invalid_scope"}, only="/connect/token")
    with pytest.raises(CredentialError, match="gives no token"):
        await bench.open().check()


async def test_the_gateways_wait_is_heeded(bench: AppxiteBench) -> None:
    bench.appxite.throttle(17, only="GET")
    with pytest.raises(RateLimitError) as caught:
        await bench.vendor.find(ADA)
    assert caught.value.retry_after == 17
