"""AppXite's settings, lists and preview: nothing unconfirmed is sent, no half list believed."""

import pytest
from pydantic import JsonValue, SecretStr, ValidationError

from vendors.appxite_access import AppxiteAccess, external_id_of
from vendors.appxite_lists import records
from vendors.appxite_preview import preview
from vendors.appxite_settings import AppxiteSettings, AppxiteWiring, Removal
from vendors.contract import Person
from vendors.errors import ResponseError

WIRING: dict[str, object] = {"portal": "https://portal.kepler.example", "on_behalf_of": "org-1"}
GIVEN = {**WIRING, "confirmed": True, "subscription_key": SecretStr("key-1")}
CLIENT = {
    "client_id": SecretStr("client-1"),
    "client_secret": SecretStr("secret-1"),
    "token_url": "https://login.kepler.example/token",
}
ADA = Person("U0ADA", "Ada@kepler.example", "Ada", "Lovelace", "ada")


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": False}])
def test_what_nobody_has_confirmed_is_not_used(confirmed: dict[str, bool]) -> None:
    given = {**WIRING, "subscription_key": SecretStr("key-1"), "token": SecretStr("t"), **confirmed}
    with pytest.raises(ValidationError) as caught:
        AppxiteSettings.model_validate(given)
    [error] = caught.value.errors()
    assert error["loc"] == ("confirmed",)
    assert "compare what `aboard check appxite` prints" in error["msg"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needs a token"),
        ({"client_id": SecretStr("c"), "client_secret": SecretStr("s")}, "needs a token"),
        ({**CLIENT, "token": SecretStr("t")}, "not both"),
    ],
)
def test_there_is_one_way_to_a_token(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AppxiteSettings.model_validate({**GIVEN, **given})
    assert AppxiteSettings.model_validate({**GIVEN, **CLIENT}).token is None
    assert AppxiteSettings.model_validate({**GIVEN, "token": SecretStr("t")}).client_id is None


def test_the_usual_settings_are_those_of_the_documents() -> None:
    wiring = AppxiteWiring.model_validate(WIRING)
    assert (wiring.base_url, wiring.api_version) == ("https://api.appxite.com", "3.1")
    assert wiring.paths.remove_user is None
    assert wiring.invite_fields.by_email == "ShouldActivateByEmail"


@pytest.mark.parametrize(
    "given",
    [
        {"method": "DELETE", "path": "/users/"},
        {"method": "DELETE", "path": "/users/{id}", "id_field": "UserId"},
        {"method": "GET", "path": "/users/{id}"},
        {"method": "DELETE", "path": "/users/{id}/{id}"},
        {"method": "DELETE", "path": "/users/{name}"},
        {"method": "DELETE", "path": "https://elsewhere.example/{id}"},
    ],
)
def test_a_removal_names_exactly_one_user(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Removal.model_validate(given)


def test_a_preview_shows_every_request_and_no_secret() -> None:
    removal = {"method": "POST", "path": "/users/block", "id_field": "UserId"}
    wiring = AppxiteWiring.model_validate(
        {**WIRING, "token_url": CLIENT["token_url"], "paths": {"remove_user": removal}}
    )
    text = preview(wiring, AppxiteAccess(role="Reader", identity_provider="SSO"), ADA)
    titles = [line for line in text.splitlines() if line.startswith("# ")]
    assert titles == [
        "# Fetch a token",
        "# List All Users",
        "# List All Roles",
        "# List Identity Providers",
        "# Invite a User",
        "# Remove a user",
    ]
    assert "POST https://api.appxite.com/users/invite" in text
    assert '"GroupId": "<id of Reader>"' in text
    assert '"UserId": "ID-OF-THE-USER"' in text
    assert "ocp-apim-subscription-key: •••" in text
    assert "authorization: Basic •••" in text


def test_a_preview_hides_the_secret_of_a_form_too() -> None:
    wiring = AppxiteWiring.model_validate(
        {**WIRING, "token_url": CLIENT["token_url"], "token_auth": "form", "scope": "core"}
    )
    text = preview(wiring, AppxiteAccess(role="Reader"))
    assert "grant_type=client_credentials&scope=core&client_id=•••&client_secret=•••" in text


WHOLE: list[JsonValue] = [
    [{"Id": 7}],
    {"Items": [{"ID": 7}]},
    {"value": [{"id": 7}], "TotalCount": 1, "NextLink": None},
]


@pytest.mark.parametrize("body", WHOLE)
def test_a_list_is_taken_as_it_is(body: JsonValue) -> None:
    assert [one.text("Id") for one in records(body, "user_fields")] == ["7"]


HALF: list[tuple[JsonValue, str]] = [
    ({"success": True}, "no list"),
    ({"a": [], "b": []}, "no list"),
    ("users", "no object"),
    ([7], "no object"),
    ({"items": [7]}, "no object"),
    ({"items": [{"Id": 7}], "TotalCount": 2}, "pages"),
    ({"items": [{"Id": 7}], "nextLink": "https://x.example/2"}, "pages"),
]


@pytest.mark.parametrize(("body", "words"), HALF)
def test_half_a_list_is_not_believed(body: JsonValue, words: str) -> None:
    with pytest.raises(ResponseError, match=words):
        records(body, "user_fields")


@pytest.mark.parametrize("value", [{}, [], 1.5, "a\nb", "x" * 321])
def test_what_is_no_text_is_not_believed(value: JsonValue) -> None:
    [record] = records([{"Email": value}], "user_fields")
    with pytest.raises(ResponseError, match="no text"):
        record.text("Email")
    with pytest.raises(ResponseError, match="check user_fields"):
        record.text("Mail")


def test_what_only_people_read_may_be_missing() -> None:
    [record] = records([{"Weight": 5}], "role_fields")
    assert (record.told("weight"), record.told("size")) == ("5", "")


def test_a_unique_id_is_the_same_every_time_and_another_for_another() -> None:
    access = AppxiteAccess(role="Reader", identity_provider="SSO")
    loud = Person("U9", ADA.email.upper(), "A", "L")
    assert external_id_of(ADA, access) == external_id_of(loud, access)
    assert external_id_of(Person("U2", "b@kepler.example", "B", "C"), access) != external_id_of(
        ADA, access
    )
    assert external_id_of(ADA, AppxiteAccess(role="Reader")) is None


@pytest.mark.parametrize(
    ("rule", "wanted"), [("email", ADA.email), ("slack_id", "U0ADA"), ("github_login", "ada")]
)
def test_the_id_at_the_provider_follows_its_rule(rule: str, wanted: str) -> None:
    given = {"role": "Reader", "identity_provider": "SSO", "external_id": rule}
    assert external_id_of(ADA, AppxiteAccess.model_validate(given)) == wanted


def test_activation_at_once_needs_a_provider() -> None:
    with pytest.raises(ValidationError, match="only with an identity provider"):
        AppxiteAccess(role="Reader", activate_by_email=False)
