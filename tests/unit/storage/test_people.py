"""People and their accounts are remembered once each, as they were last seen."""

from sqlalchemy.engine import Engine

from storage import people
from tests.unit.storage.rows import NOW

ADA: dict[str, object] = {
    "team_id": "T0HOME", "slack_id": "U0ADA", "email": "ada@acme.example", "given_name": "Ada",
    "family_name": "Moreno", "github_login": "octocat", "github_id": 2**40, "updated_at": NOW,
}  # fmt: skip


def test_a_person_is_remembered_once_and_as_last_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        key = people.remember(connection, ADA)
        assert people.remember(connection, ADA | {"email": "ada@new.example"}) == key
        assert people.remember(connection, ADA | {"team_id": "T0AWAY"}) != key
        found = people.find(connection, "T0HOME", "U0ADA")
        assert found is not None
        assert (found.id, found.email, found.github_id) == (key, "ada@new.example", 2**40)
        assert people.find(connection, "T0HOME", "U0EVE") is None


def test_an_account_is_kept_once_for_each_vendor_until_it_is_gone(engine: Engine) -> None:
    with engine.begin() as connection:
        key = people.remember(connection, ADA)
        account = {"person_id": key, "vendor_id": "1", "state": "done", "updated_at": NOW}
        for vendor, access in (("axolo", "acme"), ("axiom", "user"), ("axiom", "owner")):
            people.note_account(connection, account | {"vendor": vendor, "access": access})
        held = [(one.vendor, one.access) for one in people.accounts_of(connection, key)]
        assert held == [("axiom", "owner"), ("axolo", "acme")]
        people.drop_account(connection, key, "axiom")
        people.drop_account(connection, key, "axiom")
        assert [one.vendor for one in people.accounts_of(connection, key)] == ["axolo"]
