"""AppXite's gateway: keys, tokens, headers, its cache, and how it refuses."""

from base64 import b64encode
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.appxite import PREFIX, AppXite
from sandbox.vendors.appxite_tokens import LIFE
from tests.unit.sandbox.appxite_house import (
    ADA,
    BEARER,
    CLIENT,
    CUSTOMER,
    HEADERS,
    KEY,
    SECRET,
    TENANT,
    invitation,
    person,
)
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.vendor_house import Asking, served

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def appxite(clock: HandClock) -> AppXite:
    appxite = AppXite(Changes(), clock, TENANT)
    appxite.tokens.give_for_good(BEARER)
    return appxite


@pytest.fixture
async def api(appxite: AppXite, http: aiohttp.ClientSession) -> AsyncIterator[Asking]:
    async with served(PREFIX, appxite.app(), appxite.faults) as url:
        yield Asking(http, url, HEADERS)


async def token(
    api: Asking, form: dict[str, str], basic: bytes | None = None
) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Basic {b64encode(basic).decode()}"} if basic else {}
    url = f"{api.url}/connect/token"
    async with api.http.post(url, data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_client_credentials_give_a_token_for_an_hour(api: Asking, clock: HandClock) -> None:
    client = {"client_id": CLIENT, "client_secret": SECRET}
    status, said = await token(api, GRANT | client)
    assert (status, said["token_type"], said["expires_in"]) == (200, "Bearer", LIFE)
    api.headers["Authorization"] = f"Bearer {said['access_token']}"
    clock.forward(LIFE - 1)
    assert (await api.ask("GET", "/users/"))[0] == 200
    clock.forward(1)
    assert (await api.ask("GET", "/users/"))[0] == 401


async def test_the_secret_may_come_in_a_basic_header(api: Asking) -> None:
    assert (await token(api, GRANT, f"{CLIENT}:{SECRET}".encode()))[0] == 200
    for wrong in (f"{CLIENT}:wrong".encode(), b"\xff\xfe"):
        assert await token(api, GRANT, wrong) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        (GRANT, 401, "invalid_client"),
        (GRANT | {"client_id": CLIENT, "client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_token_request_says_why(
    api: Asking, form: dict[str, str], status: int, error: str
) -> None:
    assert await token(api, form) == (status, {"error": error})


async def test_tokens_end_at_once_when_they_are_revoked(appxite: AppXite, api: Asking) -> None:
    appxite.tokens.revoke()
    assert (await api.ask("GET", "/users/"))[0] == 401


@pytest.mark.parametrize(
    ("name", "value", "words", "scheme"),
    [
        ("Ocp-Apim-Subscription-Key", None, "missing subscription key", "AzureApiManagementKey"),
        ("Ocp-Apim-Subscription-Key", "x", "invalid subscription key", "AzureApiManagementKey"),
        ("Authorization", None, "token is missing", "Bearer"),
        ("Authorization", "Bearer x", "token is missing or invalid", "Bearer"),
        ("Authorization", f"Token {BEARER}", "token is missing or invalid", "Bearer"),
    ],
)
async def test_a_wrong_key_and_a_wrong_token_are_told_apart(
    api: Asking, name: str, value: str | None, words: str, scheme: str
) -> None:
    del api.headers[name]
    if value is not None:
        api.headers[name] = value
    status, said = await api.ask("GET", "/users/")
    assert (status, said["statusCode"]) == (401, 401)
    assert words in said["message"]
    assert api.heard["WWW-Authenticate"].startswith(scheme)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("api-version", None, 404),
        ("api-version", "1.0", 404),
        ("Referer", None, 400),
        ("Referer", "https://elsewhere.example", 403),
        ("X-On-Behalf-Of", None, 400),
        ("X-On-Behalf-Of", "org-nobody", 403),
    ],
)
async def test_every_header_is_needed(
    appxite: AppXite, api: Asking, name: str, value: str | None, status: int
) -> None:
    del api.headers[name]
    if value is not None:
        api.headers[name] = value
    refused, said = await api.ask("POST", "/users/invite", invitation(person(appxite)))
    assert (refused, said["statusCode"]) == (status, status)
    assert appxite.platform.users == {}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/user/"), ("GET", "/users/invite"), ("PUT", "/users/")]
)
async def test_a_call_that_does_not_exist_is_404_even_without_a_key(
    api: Asking, method: str, path: str
) -> None:
    api.headers = {}
    nothing = {"statusCode": 404, "message": "Resource not found"}
    assert await api.ask(method, path) == (404, nothing)


async def test_the_gateway_says_how_long_to_wait(appxite: AppXite, api: Asking) -> None:
    appxite.throttle(30)
    message = "Rate limit is exceeded. Try again in 30 seconds."
    assert await api.ask("GET", "/users/") == (429, {"statusCode": 429, "message": message})
    assert api.heard["Retry-After"] == "30"
    assert (await api.ask("GET", "/users/"))[0] == 200


async def listed(api: Asking, use: str | None, milliseconds: str | None = None) -> list[str]:
    told = {"X-Use-Cache": use, "X-Cache-Duration": milliseconds}
    kept = {name: value for name, value in api.headers.items() if name not in told}
    api.headers = kept | {name: value for name, value in told.items() if value is not None}
    return [user["Email"] for user in (await api.ask("GET", "/users/"))[1]]


async def test_a_cached_list_is_stale_unless_the_cache_is_declined(
    appxite: AppXite, api: Asking, clock: HandClock
) -> None:
    assert await listed(api, "true", "60000") == []
    appxite.add("Ada Moreno", ADA)
    assert await listed(api, "true") == []
    assert await listed(api, None) == []
    assert await listed(api, "false") == [ADA]
    assert await listed(api, "true") == [], "who declines does not refresh it for others"
    clock.forward(60)
    assert await listed(api, "true") == [ADA]


async def test_the_cache_may_be_for_those_who_ask_only(appxite: AppXite, api: Asking) -> None:
    appxite.cache.serves_unasked = False
    await listed(api, "true")
    appxite.add("Ada Moreno", ADA)
    assert (await listed(api, None), await listed(api, "true")) == ([ADA], [])


async def test_the_cache_is_kept_for_each_organization(appxite: AppXite, api: Asking) -> None:
    appxite.add("Ada Moreno", ADA)
    assert await listed(api, "true") == [ADA]
    api.headers["X-On-Behalf-Of"] = CUSTOMER
    assert await listed(api, "true") == []


async def test_a_duration_is_a_number(api: Asking) -> None:
    api.headers |= {"X-Use-Cache": "true", "X-Cache-Duration": "soon"}
    assert (await api.ask("GET", "/users/"))[0] == 400


async def test_the_journal_keeps_neither_key_nor_secret_nor_token(
    appxite: AppXite, api: Asking
) -> None:
    await token(api, GRANT | {"client_id": CLIENT, "client_secret": SECRET})
    appxite.faults.lose_answer()
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.ask("POST", "/users/invite", {})
    await api.ask("POST", "/users/invite", invitation(person(appxite)))
    asked, lost, invited = appxite.journal.calls
    assert (asked.path, lost.status, invited.status) == ("/connect/token", None, 200)
    assert invited.body == invitation(person(appxite)) | {"OrganizationIds": ["org-acme"]}
    assert not any(one in str(appxite.journal.calls) for one in (KEY, SECRET, BEARER))
