"""IXON's access and settings: what may be written in a profile, and how it is read."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr, ValidationError

from vendors.errors import RateLimitError
from vendors.ixon_access import Grant, Held, IxonAccess, gives
from vendors.ixon_api import IxonSettings
from vendors.ixon_lockout import LockOut

GIVEN = {"application": "Appl1cation0", "company": "1234-5678-9012-3456-7890"}
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def held(group: str = "Kepler", role: str = "Operator", until: datetime | None = None) -> Held:
    return Held("GroupGroup01", group, "RoleRoleRo01", role, until, "MemberMembe1")


def test_a_grant_may_be_a_choice() -> None:
    access = IxonAccess.model_validate({"grants": ["GroupGroup01/RoleRoleRo01", "A%2FB/Operator"]})
    by_id, by_name = access.grants
    assert by_id == Grant(group="GroupGroup01", role="RoleRoleRo01")
    assert by_name == Grant(group="A/B", role="Operator")


@pytest.mark.parametrize(
    "given",
    [
        {"grants": ["Kepler"]},
        {"grants": ["Kepler/Operator/Viewer"]},
        {"grants": ["Kepler/"]},
        {"grants": [{"group": "Kepler"}]},
        {"grants": [{"group": " ", "role": "Operator"}]},
        {"grants": [{"group": "Kepler", "role": "Operator"}] * 2},
        {
            "grants": [
                {"group": "Kepler", "role": "Operator"},
                {"group": "kepler", "role": "OPERATOR"},
            ]
        },
        {"message": ""},
        {"message": "x" * 1025},
    ],
)
def test_what_ixon_could_not_take_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        IxonAccess.model_validate(given)


def test_an_access_survives_the_way_through_json() -> None:
    access = IxonAccess(grants=(Grant(group="Kepler", role="Operator"),), message="Welcome")
    assert IxonAccess.model_validate_json(access.model_dump_json()) == access


@pytest.mark.parametrize("until", [None, NOON])
def test_a_membership_is_known_again_by_its_key(until: datetime | None) -> None:
    assert Held.of(held(until=until).key) == held(until=until)


OPERATOR = Grant(group="kepler", role="OPERATOR")
BY_ID = Grant(group="GroupGroup01", role="RoleRoleRo01")
OTHER = Grant(group="Workshop", role="Operator")
SAME = [
    ([held()], [OPERATOR], True),
    ([held()], [BY_ID], True),
    ([held()], [OPERATOR, OTHER], False),
    ([held(), held("Workshop")], [OPERATOR], False),
    ([held(), held("Workshop")], [OTHER, OPERATOR], True),
    ([held(until=NOON)], [OPERATOR], False),
    ([held(role="")], [OPERATOR], False),
    ([], [OPERATOR], False),
    ([held(), held()], [OPERATOR], False),
]


@pytest.mark.parametrize(("memberships", "grants", "same"), SAME)
def test_what_is_held_is_compared_with_what_is_asked(
    memberships: list[Held], grants: list[Grant], *, same: bool
) -> None:
    assert gives([one.key for one in memberships], grants) is same


@pytest.mark.parametrize(
    "wrong",
    [
        {"application": "short"},
        {"company": "1234"},
        {"branding": "https://portal.ixon.cloud"},
        {"language": "english"},
        {"deadline": 0},
        {"token": SecretStr("")},
    ],
)
def test_settings_that_ixon_would_refuse_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        IxonSettings.model_validate({**GIVEN, "token": SecretStr("x"), **wrong})


def test_the_usual_settings_are_those_of_the_documents() -> None:
    settings = IxonSettings.model_validate({**GIVEN, "token": SecretStr("x")})
    assert settings.base_url == "https://portal.ixon.cloud:443/api"
    assert settings.branding == "portal.ixon.cloud"


def test_a_lock_out_ends_after_ten_minutes() -> None:
    now = NOON
    lockout = LockOut("ixon", "IXON", lambda: now)
    lockout.check()
    error = lockout.begun(RateLimitError("ixon", "Too often.", 429, "t-1", retry_after=5))
    assert (error.retry_after, error.status, error.trace) == (600, 429, "t-1")
    now += timedelta(seconds=599)
    with pytest.raises(RateLimitError) as caught:
        lockout.check()
    assert (caught.value.retry_after, caught.value.status) == (1, None)
    now += timedelta(seconds=1)
    lockout.check()
