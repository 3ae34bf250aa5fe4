"""Reads an export of a human resources system: people, each with a role and a team.

The columns are those of Ambition's page (https://help.ambition.com/hc/en-us/articles/360005011731,
read 2026-11), in any order: first_name, last_name, email, role, team_name. As there, the e-mail
becomes the username, and role and team become rows of their own. As there, too, a column is_active
may stand beside them: whoever has false in it leaves. Nothing is guessed: a file with one wrong row
is refused with everything that is wrong in it, each by the line where its row begins.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vendors.ambition_access import AmbitionAccess, Deactivation, Wanted
from vendors.contract import Person

COLUMNS = ("first_name", "last_name", "email", "role", "team_name")
ACTIVE = "is_active"
FLAGS = {"true": True, "false": False}
NEEDED = ("first_name", "last_name", "email")
LONGEST_FILE = 15_000_000  # characters; Ambition takes 15 MB
LONGEST_CELL = 255

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")


class ExportError(ValueError):
    """The file cannot be used; ``problems`` say why, each with its line, and name nobody."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ExportTypes:
    """Which group types the columns stand for: "Role" may have been renamed."""

    role: str = "Role"
    team_name: str = "Team"


@dataclass(frozen=True, slots=True)
class Exported:
    """Somebody in the export, what they are to have, and the line that says so."""

    line: int
    person: Person
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Row:
    """One row by column, without the spaces around cells, and the line where it begins."""

    line: int
    cells: Mapping[str, str]


def people_in(text: str, types: ExportTypes | None = None) -> list[Exported]:
    """Return everybody in the CSV ``text``; ``ExportError`` with every problem of every row."""
    rows = _rows(text)
    problems = [f"Line {row.line}: {problem}." for row in rows for problem in _problems(row.cells)]
    problems += [
        f"Line {line}: the e-mail stands in line {first} already."
        for line, first in _repeated(rows)
    ]
    if problems:
        raise ExportError(problems)
    return [_exported(row, types or ExportTypes()) for row in rows]


def _rows(text: str) -> list[_Row]:
    """Return the rows after the header; ``ExportError`` where this is no table of the columns."""
    if len(text) > LONGEST_FILE:
        raise ExportError([f"The file is longer than {LONGEST_FILE} characters."])
    records = list(_records(text.removeprefix("\ufeff")))
    header = records[0][1] if records else []
    if sorted(header) not in (sorted(COLUMNS), sorted((*COLUMNS, ACTIVE))):
        columns = ", ".join(COLUMNS)
        raise ExportError([f"Line 1: the columns must be {columns}, and {ACTIVE} may be one, too."])
    if len(records) == 1:
        raise ExportError(["The file names nobody."])
    ragged = [
        f"Line {line}: there are {len(record)} cells, and not {len(header)}."
        for line, record in records[1:]
        if len(record) != len(header)
    ]
    if ragged:
        raise ExportError(ragged)
    return [_Row(line, dict(zip(header, record, strict=True))) for line, record in records[1:]]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with the line where it begins: a quoted cell may span several."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for record in reader:
            yield begins, [cell.strip() for cell in record]
            begins = reader.line_num + 1
    except csv.Error:
        raise ExportError([f"Line {begins}: this is no CSV."]) from None


def _problems(row: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a row, without quoting it."""
    yield from (f"the {column} is missing" for column in NEEDED if not row[column])
    for column, cell in row.items():
        if len(cell) > LONGEST_CELL:
            yield f"the {column} is longer than {LONGEST_CELL} characters"
        elif _PLAIN.fullmatch(cell) is None:
            yield f"the {column} holds a line break or another control character"
    if row.get(ACTIVE, "true").casefold() not in FLAGS:
        yield f"the {ACTIVE} must be true or false"
    if row["email"] and _EMAIL.fullmatch(row["email"]) is None:
        yield "the email is no e-mail address"


def _repeated(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Yield the line of each row whose e-mail stands in an earlier one, and that one's."""
    first: dict[str, int] = {}
    for row in rows:
        email = row.cells["email"].casefold()
        if email and first.setdefault(email, row.line) != row.line:
            yield row.line, first[email]


def _exported(row: _Row, types: ExportTypes) -> Exported:
    cells = row.cells
    person = Person("", cells["email"], cells["first_name"], cells["last_name"])
    if not FLAGS[cells.get(ACTIVE, "true").casefold()]:
        return Exported(row.line, person, Deactivation())
    groups = {types.role: cells["role"], types.team_name: cells["team_name"]}
    named = {kind: group for kind, group in groups.items() if group}
    return Exported(row.line, person, AmbitionAccess(groups=named))
