"""People as the vendors know them: names, logins, and what is missing."""

import pytest
from pydantic import SecretStr, ValidationError

from vendors.axiom import AxiomAccess
from vendors.axiom_api import AxiomSettings
from vendors.contract import Account, AccountState, Person, missing
from vendors.github import is_login


@pytest.mark.parametrize(
    ("given", "family", "name"),
    [("Ada", "Lovelace", "Ada Lovelace"), ("Ada", "", "Ada"), ("", "Lovelace", "Lovelace")],
)
def test_a_name_is_what_is_known_of_it(given: str, family: str, name: str) -> None:
    assert Person("U1", "ada@kepler.example", given, family).name == name


def test_without_a_name_the_mailbox_stands_in() -> None:
    assert Person("U1", "ada@kepler.example", "", "").name == "ada"


def test_what_a_vendor_needs_and_nobody_knows_is_missing() -> None:
    person = Person("U1", "", "Ada", "Lovelace", github_login="ada")
    assert missing(frozenset({"github_login", "email", "github_id"}), person) == (
        "email",
        "github_id",
    )


def test_an_invited_account_is_pending() -> None:
    account = Account("1", "ada@kepler.example", "user", state=AccountState.PENDING)
    assert account.pending
    assert not Account("1", "ada@kepler.example", "user").pending


@pytest.mark.parametrize("login", ["a", "Ada-Lovelace", "a1-b2-c3", "a" * 39, "ada_kepler"])
def test_a_login_has_githubs_form(login: str) -> None:
    assert is_login(login)


@pytest.mark.parametrize(
    "login",
    [
        "",
        "-ada",
        "ada-",
        "a--b",
        "a" * 40,
        "ada lovelace",
        "@ada",
        "ada/x",
        "ada\n",
        "ädä",
        "a_b_c",
    ],
)
def test_anything_else_is_no_login(login: str) -> None:
    assert not is_login(login)


def test_a_personal_token_needs_its_organization() -> None:
    with pytest.raises(ValidationError) as caught:
        AxiomSettings(token=SecretStr("xapt-secret"))
    assert "xapt-secret" not in str(caught.value)
    assert AxiomSettings(token=SecretStr("xapt-secret"), organization_id="acme-1").personal
    assert not AxiomSettings(token=SecretStr("xaat-secret")).personal


def test_a_role_is_trimmed_and_never_empty() -> None:
    assert AxiomAccess(role=" admin ").role == "admin"
    with pytest.raises(ValidationError):
        AxiomAccess(role="  ")
