"""People in rows: comma-separated values, one person a line, read so that no line is lost.

Every line is read by itself, so that a quote that was never closed spoils its own line alone; a
cell therefore holds no line break. Spreadsheets also write semicolons or tabs between the cells,
and a mark at the beginning. The first line may name the columns.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 500
"""How many people a batch holds."""

COLUMNS = ("person", "github_login", "profile")
TEMPLATE = "person,github_login,profile\nada@example.com,ada-lovelace,engineer\nU0123456789,,\n"

_LONGEST_CELL = 200
_BREAK = re.compile(r"\r\n|\r|\n")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, by its number in the text from 1. ``problem`` says why it could not be read."""

    line: int
    person: str
    github_login: str
    profile: str
    problem: str | None = None


def parse(text: str) -> list[Entry]:
    """Return the people of ``text``, one for each line that is neither empty nor the heading."""
    lines = _BREAK.split(text.removeprefix("\ufeff"))
    first = next((line for line in lines if line.strip()), "")
    delimiter = _delimiter(first)
    return list(_entries(lines, delimiter))


def _entries(lines: list[str], delimiter: str) -> Iterator[Entry]:
    is_first = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = _cells(line, delimiter)
        if cells is not None and not any(cells):
            continue
        is_heading = is_first and cells is not None and cells[0].casefold() == COLUMNS[0]
        is_first = False
        if not is_heading:
            yield _entry(number, line, cells)


def _delimiter(line: str) -> str:
    """Return what stands between the cells: whichever of the three the first line has."""
    return next((one for one in ("\t", ";") if one in line and "," not in line), ",")


def _cells(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line; None where its quotes do not fit together."""
    try:
        row = next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True), [])
    except csv.Error:
        return None
    return [_clean(cell) for cell in row]


def _clean(text: str) -> str:
    """Return a cell without signs that nobody sees and no database keeps."""
    return "".join(one if one.isprintable() else " " for one in text).strip()


def _entry(number: int, line: str, cells: list[str] | None) -> Entry:
    if cells is None:
        said = "The quotes of this line do not fit together. Please correct them."
        return Entry(number, _clean(line)[:_LONGEST_CELL], "", "", said)
    problem = _problem(cells)
    person, login, profile, *_ = [cell[:_LONGEST_CELL] for cell in (*cells, "", "", "")]
    return Entry(number, _id_in(person), login.removeprefix("@"), profile, problem)


def _problem(cells: list[str]) -> str | None:
    if any(cells[len(COLUMNS) :]):
        return f"This line has {len(cells)} cells. Please give person, GitHub login and profile."
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        return f"A cell of this line is longer than {_LONGEST_CELL} characters."
    return None if cells[0] else "This line names nobody. Please give an e-mail or a Slack id."


def _id_in(person: str) -> str:
    match = _MENTION.fullmatch(person)
    return match[1] if match else person
