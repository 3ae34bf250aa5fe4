"""Reads an export of a human resources system: people, each with a role and a team.

The columns are those of Ambition's page (https://help.ambition.com/hc/en-us/articles/360005011731,
read 2026-11), in any order: first_name, last_name, email, role, team_name. As there, the e-mail
becomes the username, and role and team become rows of their own. Nothing is guessed: a file with
one wrong row is refused with everything that is wrong in it.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vendors.ambition_access import AmbitionAccess
from vendors.ambition_rows import Membership
from vendors.contract import Person

COLUMNS = ("first_name", "last_name", "email", "role", "team_name")
NEEDED = ("first_name", "last_name", "email")
LONGEST_FILE = 15_000_000  # characters; Ambition takes 15 MB
LONGEST_CELL = 255

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")


class ExportError(ValueError):
    """The file cannot be used; ``problems`` say why, each with its row, and name nobody."""

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
    """Somebody in the export, and what they are to have."""

    person: Person
    access: AmbitionAccess


def people_in(text: str, types: ExportTypes | None = None) -> list[Exported]:
    """Return everybody in the CSV ``text``; ``ExportError`` with every problem of every row."""
    rows = list(_rows(text))
    problems = [
        f"Row {number}: {problem}."
        for number, row in enumerate(rows, start=2)
        for problem in _problems(row)
    ]
    problems += [
        f"Row {number}: the e-mail stands in row {first} already."
        for number, first in _repeated(rows)
    ]
    if problems:
        raise ExportError(problems)
    return [_exported(row, types or ExportTypes()) for row in rows]


def flattened(people: Sequence[Exported]) -> list[Membership]:
    """Return a row for each group of each person, by the username."""
    return [
        Membership(one.person.email, kind, group)
        for one in people
        for kind, group in one.access.groups.items()
    ]


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the rows by column, without the spaces around cells."""
    if len(text) > LONGEST_FILE:
        raise ExportError([f"The file is longer than {LONGEST_FILE} characters."])
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        records = [[cell.strip() for cell in record] for record in reader]
    except csv.Error:
        raise ExportError([f"Row {reader.line_num}: this is no CSV."]) from None
    header = records[0] if records else []
    if sorted(header) != sorted(COLUMNS):
        raise ExportError([f"Row 1: the columns must be {', '.join(COLUMNS)}."])
    if len(records) == 1:
        raise ExportError(["The file names nobody."])
    ragged = [
        f"Row {number}: there are {len(record)} cells, and not {len(header)}."
        for number, record in enumerate(records[1:], start=2)
        if len(record) != len(header)
    ]
    if ragged:
        raise ExportError(ragged)
    yield from (dict(zip(header, record, strict=True)) for record in records[1:])


def _problems(row: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a row, without quoting it."""
    yield from (f"the {column} is missing" for column in NEEDED if not row[column])
    for column, cell in row.items():
        if len(cell) > LONGEST_CELL:
            yield f"the {column} is longer than {LONGEST_CELL} characters"
        elif _PLAIN.fullmatch(cell) is None:
            yield f"the {column} holds a line break or another control character"
    if row["email"] and _EMAIL.fullmatch(row["email"]) is None:
        yield "the email is no e-mail address"


def _repeated(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[int, int]]:
    """Yield each row whose e-mail stands in an earlier one, and that one."""
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        email = row["email"].casefold()
        if email and first.setdefault(email, number) != number:
            yield number, first[email]


def _exported(row: Mapping[str, str], types: ExportTypes) -> Exported:
    groups = {types.role: row["role"], types.team_name: row["team_name"]}
    named = {kind: group for kind, group in groups.items() if group}
    person = Person("", row["email"], row["first_name"], row["last_name"])
    return Exported(person, AmbitionAccess(groups=named))
