"""People in rows: comma-separated values, one person a line, read so that no line is lost.

Every line is read by itself, so that a quote that was never closed spoils its own line alone; a
cell therefore holds no line break. Spreadsheets also write semicolons or tabs between the cells,
and a mark at the beginning. The first line may name the columns; where it names all three, they may
stand in any order and among others, as they do in the file with the result of a batch.
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
    is_first, layout = True, _Layout()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = _cells(line, delimiter)
        if cells is not None and not any(cells):
            continue
        heading = _heading(cells) if is_first and cells is not None else None
        is_first, layout = False, heading or layout
        if heading is None:
            yield _entry(number, line, cells, layout)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where person, login and profile stand in a line, and how many cells it may have."""

    places: tuple[int, ...] = (0, 1, 2)
    width: int = len(COLUMNS)


def _heading(cells: list[str]) -> _Layout | None:
    """Return what the first line says about those below; None where it is about somebody."""
    names = [cell.casefold() for cell in cells]
    if set(COLUMNS) <= set(names):
        return _Layout(tuple(names.index(one) for one in COLUMNS), len(names))
    if names[0] != COLUMNS[0]:
        return None
    if all(one not in names or names.index(one) == place for place, one in enumerate(COLUMNS)):
        return _Layout()
    places = (names.index(one) if one in names else len(names) for one in COLUMNS)
    return _Layout(tuple(places), len(names))


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


def _entry(number: int, line: str, cells: list[str] | None, layout: _Layout) -> Entry:
    if cells is None:
        said = "The quotes of this line do not fit together. Please correct them."
        return Entry(number, _clean(line)[:_LONGEST_CELL], "", "", said)
    named = [cells[place] if place < len(cells) else "" for place in layout.places]
    problem = _problem(cells, layout.width, named)
    person, login, profile = (cell[:_LONGEST_CELL] for cell in named)
    return Entry(number, _id_in(person), login.removeprefix("@"), profile, problem)


def _problem(cells: list[str], width: int, named: list[str]) -> str | None:
    if any(cells[width:]):
        return f"This line has {len(cells)} cells. Please give person, GitHub login and profile."
    if any(len(cell) > _LONGEST_CELL for cell in named):
        return f"A cell of this line is longer than {_LONGEST_CELL} characters."
    return None if named[0] else "This line names nobody. Please give an e-mail or a Slack id."


def _id_in(person: str) -> str:
    match = _MENTION.fullmatch(person)
    return match[1] if match else person
