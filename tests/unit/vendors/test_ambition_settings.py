"""Ambition's settings and access: one host, one group of a type, only allowed groups."""

import pytest
from pydantic import SecretStr, ValidationError

from vendors.ambition_access import AmbitionAccess
from vendors.ambition_settings import AmbitionSettings, path_of

BASE = "https://kepler.ambition.com"
GIVEN: dict[str, object] = {"base_url": BASE, "token": SecretStr("t-1")}

ENDPOINTS = [
    ("/hooks/users/7/", "/hooks/users/7/"),
    ("/hooks/users/7", "/hooks/users/7/"),
    (f"{BASE}/hooks/users/7", "/hooks/users/7/"),
]


@pytest.mark.parametrize(("endpoint", "path"), ENDPOINTS)
def test_an_endpoint_ends_with_a_slash_and_may_be_copied_whole(endpoint: str, path: str) -> None:
    given = {**GIVEN, "mode": "user_api", "user_api": {"endpoint": endpoint}}
    assert AmbitionSettings.model_validate(given).upsert_path == path
    unused = AmbitionSettings.model_validate({**given, "mode": "provisioning"})
    assert unused.upsert_path == "/api/v1/account/"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://elsewhere.example/hooks/",
        f"{BASE}.elsewhere.example/hooks/",
        f"{BASE}@elsewhere.example/hooks/",
        "//elsewhere.example/",
        "/../hooks/",
        "/a//b/",
        "/hooks/?x=y",
        "/hooks/{id}/",
        "hooks",
        "",
        "/",
    ],
)
def test_an_endpoint_elsewhere_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        path_of(endpoint, BASE)
    given = {**GIVEN, "mode": "user_api", "user_api": {"endpoint": endpoint}}
    with pytest.raises(ValidationError):
        AmbitionSettings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mode": "user_api"}, "user_api with its endpoint"),
        ({"revoke_groups": True}, "lists_memberships"),
        ({"accounts_path": "/api/v1/account"}, "pattern"),
        ({"mode": "sftp"}, "provisioning"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(
    given: dict[str, object], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        AmbitionSettings.model_validate({**GIVEN, **given})


def test_the_instance_has_to_be_named() -> None:
    with pytest.raises(ValidationError, match="base_url"):
        AmbitionSettings.model_validate({"token": SecretStr("t-1")})


def test_a_group_of_a_profile_is_allowed_beside_those_of_the_settings() -> None:
    settings = AmbitionSettings.model_validate({**GIVEN, "allowed_groups": {"Team": ["Dogs"]}})
    more = settings.allowing([AmbitionAccess(groups={"Team": "Cats", "Office": "Oslo"})])
    assert more.strange({"team": "DOGS", "Office": "oslo"}) is None
    assert more.spelled({"team": "CATS", "office": "oslo"}) == {"Team": "Cats", "Office": "Oslo"}
    assert more.strange({"Team": "Birds"}) == "Team: Birds"
    assert settings.strange({"Team": "Cats"}) == "Team: Cats"


def test_nothing_is_allowed_that_nobody_has_named() -> None:
    settings = AmbitionSettings.model_validate(GIVEN)
    assert settings.strange({"Team": "Dogs"}) == "Team: Dogs"
    assert settings.strange({}) is None


@pytest.mark.parametrize(
    "groups",
    [
        {"Team": "Dogs", "team": "Cats"},
        ["Team: Dogs", "Team: Cats"],
        ["Team: Dogs", "TEAM: Cats"],
        ["Dogs"],
        {"Team": " "},
        {"Team": "Do\tgs"},
    ],
)
def test_one_group_of_a_type_and_no_nameless_one(groups: object) -> None:
    with pytest.raises(ValidationError):
        AmbitionAccess.model_validate({"groups": groups})


def test_an_access_survives_the_way_through_json() -> None:
    access = AmbitionAccess(groups={"Team": "Dogs", "Role": "Lead"})
    assert AmbitionAccess.model_validate_json(access.model_dump_json()) == access
    assert access.text == "Role: Lead; Team: Dogs"
