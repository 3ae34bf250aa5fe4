"""``aboard vendors ambition import``: an export of a human resources system reaches Ambition.

The whole file is read and checked before anybody is asked for anything; everybody is looked up by
one list. A second run finds what the first has made, and changes nothing where Ambition shows it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.errands import told
from bot.output import Row
from bot.reader import ConfigurationError
from bot.settings import Settings
from bot.vendor_desk import adapter
from vendors.ambition import Ambition
from vendors.ambition_access import AmbitionAccess
from vendors.ambition_export import LONGEST_FILE, Exported, ExportError, ExportTypes, people_in
from vendors.ambition_plans import moves
from vendors.contract import Account, Change, Effect, End
from vendors.errors import VendorError
from vendors.many import FoundOf, in_parts

LONGEST_CHARACTER = 4  # bytes in UTF-8

_WORDS = {
    Effect.CREATE: "create",
    Effect.CHANGE: "change",
    Effect.KEEP: "already so",
    Effect.BY_HAND: "by hand",
}


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody in the file, and what would happen; or the error that looking them up ended in."""

    exported: Exported
    found: Account | None
    change: Change | VendorError

    @property
    def word(self) -> str:
        """What would happen, in a word or two."""
        if isinstance(self.change, VendorError):
            return "failed"
        if self.change.effect is Effect.CHANGE and moves(self.exported.access.groups, self.found):
            return "move"
        return _WORDS[self.change.effect]

    @property
    def row(self) -> Row:
        """The plan for this person as a row."""
        change = self.change
        detail = change.sentence if isinstance(change, VendorError) else change.detail
        return {**_who(self.exported), "plan": self.word, "detail": detail}

    @property
    def well(self) -> bool:
        """Whether the plan can be carried out, or is fulfilled already."""
        return self.word not in {"failed", "by hand"}


def read(path: Path, types: ExportTypes) -> list[Exported]:
    """Return everybody in a file; ``ConfigurationError`` says all that is wrong with it."""
    _check(types)
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE * LONGEST_CHARACTER + 1)
        return people_in(content.decode("utf-8-sig"), types)
    except OSError as error:
        sentence = f"{path}: the file cannot be read ({type(error).__name__})."
        raise ConfigurationError([sentence]) from error
    except UnicodeDecodeError as error:
        sentence = f"{path}: the file is not in UTF-8, from byte {error.start} on."
        raise ConfigurationError([sentence]) from error
    except ExportError as error:
        raise ConfigurationError([f"{path}: {one}" for one in error.problems]) from error


def _check(types: ExportTypes) -> None:
    try:
        access = AmbitionAccess(groups={types.role: "one", types.team_name: "another"})
    except ValidationError:
        access = AmbitionAccess()
    if len(access.groups) != len(("role", "team_name")):
        raise ConfigurationError(["--role-type and --team-type must name two group types."])


async def plans(settings: Settings, people: Sequence[Exported]) -> list[Planned]:
    """Say for everybody what would happen; nothing is written."""
    async with adapter(settings, "ambition", Ambition) as ambition:
        return _planned(ambition, people, await ambition.look())


async def carry_out(
    settings: Settings, people: Sequence[Exported], done: Callable[[int], None]
) -> list[tuple[Exported, End]]:
    """Give everybody what the file says; ``done`` hears how many more have come to their end."""
    async with adapter(settings, "ambition", Ambition) as ambition:
        planned = _planned(ambition, people, await ambition.look())
        able = [one for one in planned if isinstance(one.change, Change)]
        asked = [(one.exported.person, one.exported.access, one.found) for one in able]
        done(len(planned) - len(able))
        ends = dict(zip(map(_line, able), await in_parts(ambition, asked, done), strict=True))
    failed = {_line(one): one.change for one in planned if isinstance(one.change, VendorError)}
    return [(one, ends[one.line] if one.line in ends else failed[one.line]) for one in people]


def outcome(exported: Exported, end: End) -> Row:
    """Return how it ended for somebody as a row."""
    return {**_who(exported), **told(end)}


def _planned(ambition: Ambition, people: Sequence[Exported], found_of: FoundOf) -> list[Planned]:
    return [_plan(ambition, one, found_of) for one in people]


def _plan(ambition: Ambition, one: Exported, found_of: FoundOf) -> Planned:
    try:
        found = found_of(one.person)
    except VendorError as error:
        return Planned(one, None, error)
    return Planned(one, found, ambition.plan(one.person, one.access, found))


def _line(one: Planned) -> int:
    return one.exported.line


def _who(exported: Exported) -> Row:
    return {"line": exported.line, "person": exported.person.email}
