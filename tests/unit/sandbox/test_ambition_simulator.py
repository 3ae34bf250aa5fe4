"""Ambition keeps accounts as its documents say: one POST for everything, all rows or none."""

import json
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.vendors.ambition import PREFIX, Ambition, AmbitionTenant
from tests.unit.sandbox.ambition_house import ADA, DONE, HEADERS, KENJI, TOKEN, row
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.vendor_house import Asking, served

ACCOUNT = "/api/v1/account/"
CSV = "is_active,first_name,last_name,username,email,team_name\n"


@pytest.fixture
async def ambition(clock: HandClock) -> Ambition:
    return Ambition(Changes(), clock, AmbitionTenant(TOKEN, limit=5_000))


@pytest.fixture
async def api(ambition: Ambition, http: aiohttp.ClientSession) -> AsyncIterator[Asking]:
    async with served(PREFIX, ambition.app(), ambition.faults) as url:
        yield Asking(http, url, HEADERS)


async def csv(api: Asking, text: str, path: str = ACCOUNT) -> tuple[int, object]:
    api.headers["Content-Type"] = "text/csv"
    return await api.ask("POST", path, data=text.encode())


async def test_a_post_creates_and_a_second_one_updates(ambition: Ambition, api: Asking) -> None:
    assert await api.ask("POST", ACCOUNT, [row()]) == DONE
    first = ambition.account(ADA)
    changed = row(last_name="Moreno-Silva", email="other@acme.example", team_name="Dogs")
    assert await api.ask("POST", ACCOUNT, changed) == DONE
    second = ambition.account(ADA)
    assert first is not None
    assert second is not None
    assert (second.id, second.last_name) == (first.id, "Moreno-Silva")
    assert (second.email, second.groups) == (ADA, {}), "an address is never overwritten"


async def test_an_account_is_deactivated_and_brought_back(ambition: Ambition, api: Asking) -> None:
    ambition.add("Ada Moreno", ADA)
    ambition.assign(ADA, "Team", "Dogs")
    for is_active in (False, True):
        body = [{"username": ADA, "is_active": is_active}]
        assert await api.ask("POST", ACCOUNT, body) == DONE
        account = ambition.account(ADA)
        assert account is not None
        assert (account.is_active, account.groups) == (is_active, {"Team": "Dogs"})


async def test_deactivating_nobody_creates_an_inactive_account_or_lacks_a_name(
    ambition: Ambition, api: Asking
) -> None:
    bare = [{"username": ADA, "is_active": False}]
    missing = {name: ["This field is required."] for name in ("email", "first_name", "last_name")}
    assert await api.ask("POST", ACCOUNT, bare) == (400, [missing])
    assert await api.ask("POST", ACCOUNT, [row(is_active=False)]) == DONE
    assert [one["state"] for one in ambition.accounts()] == ["inactive"]


async def test_one_wrong_row_discards_them_all(ambition: Ambition, api: Asking) -> None:
    ambition.add("Kenji Mori", KENJI)
    body = [row(), row(KENJI, is_active=False), row("lena", email="nobody")]
    refused = await api.ask("POST", ACCOUNT, body)
    assert refused == (400, [{}, {}, {"email": ["Enter a valid email address."]}])
    kenji = ambition.account(KENJI)
    assert kenji is not None
    assert (ambition.account(ADA), kenji.is_active) == (None, True)


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"username": ""}, {"username": ["This field may not be blank."]}),
        ({"first_name": 7}, {"first_name": ["Not a valid string."]}),
        ({"is_active": "false"}, {"is_active": ["Must be a valid boolean."]}),
        ({"superior": "boss"}, {"superior": ["A valid integer is required."]}),
        ({"email": KENJI.upper()}, {"email": ["This field must be unique."]}),
    ],
)
async def test_a_wrong_object_is_refused_field_by_field(
    ambition: Ambition, api: Asking, change: dict[str, object], errors: object
) -> None:
    ambition.add("Kenji Mori", KENJI)
    assert await api.ask("POST", ACCOUNT, row() | change) == (400, errors)
    assert len(ambition.accounts()) == 1


async def test_usernames_are_told_apart_by_case(ambition: Ambition, api: Asking) -> None:
    await api.ask("POST", ACCOUNT, row())
    other = row(ADA.upper(), email="other@acme.example")
    assert await api.ask("POST", ACCOUNT, other) == DONE
    assert len(ambition.accounts()) == 2


async def test_csv_says_true_and_false_in_words(ambition: Ambition, api: Asking) -> None:
    lines = f'{CSV}true,Ada,"Moreno, PhD",{ADA},{ADA},Dogs\nFalse,Kenji,Mori,{KENJI},{KENJI},\n'
    assert await csv(api, lines) == DONE
    ada, kenji = ambition.account(ADA), ambition.account(KENJI)
    assert ada is not None
    assert kenji is not None
    assert (ada.last_name, ada.is_active, kenji.is_active) == ("Moreno, PhD", True, False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"yes,Ada,Moreno,{ADA},{ADA},", "valid boolean"),
        (f"true,,Moreno,{ADA},{ADA},", "required"),
        (f"true,Ada,Moreno,{ADA}", "as many cells"),
        (f'true,"Ada,Moreno,{ADA},{ADA},', "CSV parse error"),
    ],
)
async def test_a_wrong_line_is_refused(
    ambition: Ambition, api: Asking, line: str, words: str
) -> None:
    status, said = await csv(api, CSV + line)
    assert status == 400
    assert words in str(said)
    assert ambition.accounts() == []


async def test_other_content_is_refused(api: Asking) -> None:
    status, said = await api.ask("POST", ACCOUNT, "Ada")
    assert (status, list(said)) == (400, ["non_field_errors"])
    for media, body, expected in (("text/plain", b"Ada", 415), ("application/json", b"{", 400)):
        api.headers["Content-Type"] = media
        status, said = await api.ask("POST", ACCOUNT, data=body)
        assert (status, list(said)) == (expected, ["detail"])


async def test_a_body_above_the_limit_is_refused(ambition: Ambition, api: Asking) -> None:
    body = [row(f"person{number}@acme.example") for number in range(40)]
    assert (await api.ask("POST", ACCOUNT, body))[0] == 413
    assert ambition.accounts() == []


async def test_more_than_a_megabyte_is_taken(clock: HandClock, http: aiohttp.ClientSession) -> None:
    roomy = Ambition(Changes(), clock, AmbitionTenant(TOKEN))
    async with served(PREFIX, roomy.app(), roomy.faults) as url:
        asking = Asking(http, url, HEADERS | {"Content-Type": "application/json"})
        large = BytesIO(json.dumps(row(first_name="A" * 2_000_000)).encode())
        assert await asking.ask("POST", ACCOUNT, data=large) == DONE


async def test_the_slash_is_part_of_the_path(ambition: Ambition, api: Asking) -> None:
    assert await api.ask("POST", "/api/v1/account?a=b", row()) == (301, None)
    assert api.heard["Location"] == "/ambition/api/v1/account/?a=b"
    assert (await api.ask("GET", "/api/v3/account"))[0] == 301
    assert ambition.accounts() == []
    status, _ = await api.ask("GET", "/api/v1/nothing/")
    assert (status, api.heard["Content-Type"].split(";")[0]) == (404, "text/html")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not provided"),
        (f"Bearer {TOKEN}", "not provided"),
        ("Token", "not provided"),
        ("Token wrong", "Invalid token."),
    ],
)
async def test_the_scheme_is_token(api: Asking, value: str | None, words: str) -> None:
    api.headers = {"Authorization": value} if value else {}
    status, said = await api.ask("GET", ACCOUNT)
    assert (status, api.heard["WWW-Authenticate"]) == (401, "Token")
    assert words in said["detail"]


async def test_a_method_a_path_does_not_have_is_refused(api: Asking) -> None:
    status, said = await api.ask("DELETE", ACCOUNT)
    assert (status, said) == (405, {"detail": 'Method "DELETE" not allowed.'})
    assert api.heard["Allow"] == "GET, POST"
    assert (await api.ask("POST", "/api/v3/account/", row()))[0] == 405


async def test_accounts_are_listed_bare_and_one_by_one(ambition: Ambition, api: Asking) -> None:
    number = ambition.add("Ada Moreno", ADA, is_active=False).id
    _, (shown,) = await api.ask("GET", ACCOUNT)
    assert (shown["id"], shown["username"], shown["is_active"]) == (number, ADA, False)
    ambition.quirks.hides_is_active = True
    assert "is_active" not in (await api.ask("GET", f"{ACCOUNT}{number}/"))[1]
    assert await api.ask("GET", f"{ACCOUNT}7/") == (404, {"detail": "Not found."})


async def test_one_account_is_changed_and_deleted(ambition: Ambition, api: Asking) -> None:
    path = f"{ACCOUNT}{ambition.add('Ada Moreno', ADA).id}/"
    status, said = await api.ask("PATCH", path, {"is_active": False, "superior": 1001})
    assert (status, said["is_active"], said["superior"]) == (200, False, 1001)
    assert (await api.ask("PUT", path, {"is_active": True}))[0] == 400
    assert (await api.ask("PUT", path, row(first_name="Ada M.")))[1]["first_name"] == "Ada M."
    assert (await api.ask("PATCH", path, [{"is_active": True}]))[0] == 400
    assert await api.ask("DELETE", path) == (204, None)
    assert ambition.account(ADA) is None


async def test_the_newer_list_has_pages(ambition: Ambition, api: Asking) -> None:
    for number in range(101):
        ambition.add(f"Person {number}", f"person{number}@acme.example")
    _, first = await api.ask("GET", "/api/v3/account/")
    assert (first["count"], len(first["results"]), first["previous"]) == (101, 100, None)
    _, second = await api.ask("GET", first["next"].removeprefix(api.url))
    assert ([one["username"] for one in second["results"]], second["next"]) == (
        ["person100@acme.example"],
        None,
    )
    assert (await api.ask("GET", "/api/v3/account/?page=3"))[0] == 404


async def test_a_good_status_may_hold_errors(ambition: Ambition, api: Asking) -> None:
    ambition.report_errors([{"username": ["No seat left."]}])
    said = {"errors": [{"username": ["No seat left."]}]}
    assert await api.ask("POST", ACCOUNT, row()) == (201, said)
    assert ambition.account(ADA) is None
    assert await api.ask("POST", ACCOUNT, row()) == DONE


async def test_the_journal_keeps_rows_and_not_the_token(ambition: Ambition, api: Asking) -> None:
    await api.ask("POST", ACCOUNT, [row()])
    (call,) = ambition.journal.asked("POST", ACCOUNT)
    assert (call.status, call.body) == (201, [row()])
    assert TOKEN not in str(call)
