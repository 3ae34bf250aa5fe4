"""No cell of ours becomes a formula, whoever typed what is in it."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflow.spreadsheets import csv_text, harmless

RUNS = set("=+-@\t\r\n")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1",
        "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "%0A=1", "|cmd", "-", "=", "\t",
    ],
)  # fmt: skip
def test_what_a_program_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Leaves", "axiom: done", "U0ADA", "a=b", "2026-03-01", "'=1"])
def test_everything_else_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text())
@example("\x00=1")
@settings(max_examples=1_000)
def test_no_cell_begins_with_a_sign_that_starts_a_formula(cell: str) -> None:
    made = harmless(cell)
    assert made in {cell, f"'{cell}"}
    assert not made or made[0] not in RUNS
    seen = "".join(one for one in made if unicodedata.category(one) not in {"Cc", "Cf"}).strip()
    assert not seen or unicodedata.normalize("NFKC", seen)[0] not in RUNS


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_page_is_read_back_as_it_was_written(rows: list[list[str]]) -> None:
    rows = [[one.replace("\0", "") for one in row] for row in rows]
    read = cells(csv_text(["one", "two"], rows))
    assert read == [["one", "two"], *([harmless(one) for one in row] for row in rows)]


def test_numbers_stay_numbers_of_any_sign() -> None:
    assert cells(csv_text(["one"], [[-5]])) == [["one"], ["-5"]]
