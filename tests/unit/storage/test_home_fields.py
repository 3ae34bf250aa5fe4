"""Each field of a line of App Home holds the column that it is named after."""

from dataclasses import fields

import pytest
from sqlalchemy.engine import Connection, Engine

from rules.pages import Span
from storage import alarms, home, people
from storage.alarms import Due
from storage.home import Row
from storage.home_pages import Ask
from tests.unit.storage.rows import NOW, add_request

TEAM, VIEWER, SUBJECT = "T0HOME", "U0VIEWER", "U0ADA"
PERSON = {"team_id": TEAM, "slack_id": SUBJECT, "email": "ada@acme.example", "updated_at": NOW}
NAMES = {"given_name": "Ada", "family_name": "Lovelace"}
FACTS: dict[str, str | int | None] = {
    "ref": "a-reference", "kind": "onboard", "requester": VIEWER, "principal": "U0PRINCIPAL",
    "subject": SUBJECT, "created_at": NOW,
}  # fmt: skip
ASKED: dict[str, str | int | None] = {
    "terms": "the terms", "email": "ada@acme.example", "requester_email": "vi@acme.example",
    "principal_email": "pat@acme.example", "github_login": "ada-hub", "reason": "A reason",
    "starts_at": NOW + 1, "until_at": NOW + 2, "zone": "Europe/Oslo",
}  # fmt: skip
ASK = Ask(TEAM, VIEWER, Span(), 5)


def told(connection: Connection, state: str) -> dict[str, object]:
    """Have a request with another word in each column; return what its line is to say."""
    person = people.remember(connection, {**PERSON, **NAMES})
    values = {**FACTS, **ASKED, "state": state}
    number = add_request(connection, **values, person_id=person, team_id=TEAM)
    alarms.set_anew(connection, Due(number, "end", NOW + 3, NOW))
    return {**FACTS, **NAMES, "number": number, "state": state}


def said(row: Row) -> dict[str, object]:
    return {one.name: getattr(row, one.name) for one in fields(Row)}


def rest_of(row: Row, *names: str) -> set[str]:
    """Name what else a line says, which is what it says where nothing is given."""
    bare = Row(0, "", "", "", "", None, "", 0, None, None)
    return {name for name, word in said(row).items() if word != getattr(bare, name)} - {*names}


def test_what_waits_says_everything_that_is_asked(engine: Engine) -> None:
    with engine.begin() as connection:
        expected = {**told(connection, "pending"), **ASKED}
        [row] = home.pending(connection, TEAM, Span())
    assert said(row).items() >= expected.items()
    assert rest_of(row, *expected) == set()


@pytest.mark.parametrize("own", [True, False])
def test_what_is_about_somebody_says_the_facts(engine: Engine, *, own: bool) -> None:
    with engine.begin() as connection:
        expected = told(connection, "completed")
        [row] = home.about(connection, ASK, SUBJECT, own=own).rows
    assert said(row).items() >= expected.items()
    assert rest_of(row, *expected) == set()


def test_every_other_list_says_the_facts_and_that_of_ends_when(engine: Engine) -> None:
    with engine.begin() as connection:
        expected = told(connection, "completed")
        for read in (home.of_requester, home.on_board, home.leaving):
            [row] = read(connection, ASK).rows
            due = {"due_at": NOW + 3} if read is home.leaving else {}
            assert said(row).items() >= {**expected, **due}.items()
            assert rest_of(row, *expected, *due) == set()
