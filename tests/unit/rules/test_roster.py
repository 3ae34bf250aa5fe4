"""Rows of people: every line is read by itself, and none is lost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.roster import TEMPLATE, Entry, parse

_PRINTABLE = st.characters(exclude_categories=("C", "Z")) | st.just(" ")
_CELL = st.text(_PRINTABLE, max_size=60).map(str.strip)
_PERSON = _CELL.filter(lambda one: one not in {"", "person"} and not one.startswith("<@"))
_ROW = st.tuples(_PERSON, _CELL.filter(lambda one: not one.startswith("@")), _CELL)


def test_the_template_is_read() -> None:
    assert parse(TEMPLATE) == [
        Entry(2, "ada@example.com", "ada-lovelace", "engineer"),
        Entry(3, "U0123456789", "", ""),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_separate_cells_in_three_ways(delimiter: str) -> None:
    line = delimiter.join(["ada@example.com", "ada", "engineer"])
    assert parse(line) == [Entry(1, "ada@example.com", "ada", "engineer")]


def test_what_slack_and_people_put_around_an_id_or_a_login_is_dropped() -> None:
    assert parse("<@U0123|ada>,@ada-l") == [Entry(1, "U0123", "ada-l", "")]


def test_empty_lines_are_counted_and_left_out() -> None:
    assert [one.line for one in parse("\n\nada@x.example\n,,\n\nbea@x.example\n")] == [3, 6]


def test_a_heading_is_one_only_in_the_first_line() -> None:
    found = parse("Person,GitHub\nperson,x\n")
    assert [(one.line, one.person) for one in found] == [(2, "person")]


def test_a_heading_that_names_all_columns_says_where_they_stand() -> None:
    text = "line,Profile,person,details,github_login\n7,engineer,ada@x.example,some words,ada-l"
    assert parse(text) == [Entry(2, "ada@x.example", "ada-l", "engineer")]


def test_a_column_that_a_heading_leaves_out_is_not_taken_from_another_one() -> None:
    assert parse("person,profile\nada@x.example,engineer") == [
        Entry(2, "ada@x.example", "", "engineer")
    ]
    [one] = parse("person,profile\nada@x.example,engineer,ada-l")
    assert one.problem is not None
    assert parse("person,github_login\nada@x.example,ada-l,engineer") == [
        Entry(2, "ada@x.example", "ada-l", "engineer")
    ]


def test_a_line_with_more_cells_than_its_heading_is_wrong() -> None:
    [one] = parse("profile,person,github_login\nengineer,ada@x.example,ada-l,more")
    assert one.problem is not None
    assert "4 cells" in one.problem


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"open,quote', "quotes"),
        ("ada@x.example,a,b,c", "4 cells"),
        (",login,engineer", "names nobody"),
        ("a" * 201, "longer than 200"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_the_next_is_read(line: str, words: str) -> None:
    wrong, good = parse(f"{line}\nada@x.example")
    assert wrong.problem is not None
    assert words in wrong.problem
    assert good == Entry(2, "ada@x.example", "", "")


@given(st.lists(_ROW, min_size=1, max_size=20))
def test_what_a_spreadsheet_writes_is_read_as_it_was_meant(
    rows: list[tuple[str, str, str]],
) -> None:
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    writer.writerows([("person", "github_login", "profile"), *rows])
    found = parse(page.getvalue())
    assert [(one.person, one.github_login, one.profile) for one in found] == rows
    assert [one.line for one in found] == list(range(2, len(rows) + 2))
    assert {one.problem for one in found} == {None}


@given(st.text(max_size=500))
def test_no_text_breaks_the_reader_and_every_line_is_answered_for(text: str) -> None:
    found = parse(text)
    assert len({one.line for one in found}) == len(found)
    assert all(one.problem or one.person for one in found)
    shown = [cell for one in found for cell in (one.person, one.github_login, one.profile)]
    assert all(cell.isprintable() and len(cell) <= 200 for cell in shown)
