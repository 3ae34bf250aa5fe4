"""``aboard vendors ambition import``: an export of a human resources system reaches Ambition.

The whole file is read and checked before anybody is asked for anything; everybody is looked up by
one list. A second run finds what the first has made, and changes nothing: what Ambition does not
show is remembered from when it was accepted (``bot.receipts``), and told as that and no more.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from bot import receipts
from bot.errands import told
from bot.reader import ConfigurationError
from bot.receipts import Receipts
from bot.rows import Row
from bot.settings import Settings
from bot.vendor_desk import adapter
from vendors.ambition import WRITTEN, Ambition
from vendors.ambition_access import AmbitionAccess
from vendors.ambition_export import LONGEST_FILE, Exported, ExportError, ExportTypes, people_in
from vendors.ambition_plans import moves
from vendors.contract import Account, Change, Effect, End, Outcome, Result
from vendors.errors import VendorError
from vendors.many import FoundOf, in_parts

LONGEST_CHARACTER = 4  # bytes in UTF-8
SHOWN = 12  # digits of a file's SHA-256

_WORDS = {
    Effect.CREATE: "create",
    Effect.CHANGE: "change",
    Effect.KEEP: "already so",
    Effect.REMOVE: "deactivate",
    Effect.ABSENT: "already so",
    Effect.BY_HAND: "by hand",
}


@dataclass(frozen=True, slots=True)
class Export:
    """Everybody in a file, and how the file is called: by the beginning of its SHA-256."""

    people: Sequence[Exported]
    source: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody in the file, and what would happen; or the error that looking them up ended in.

    ``receipt`` says when just that was accepted, where it is not to be sent again.
    """

    exported: Exported
    found: Account | None
    change: Change | VendorError
    receipt: str | None = None

    @property
    def word(self) -> str:
        """What would happen, in a word or two."""
        if isinstance(self.change, VendorError):
            return "failed"
        if self.receipt is not None:
            return "sent before"
        match self.change.effect, self.exported.wanted:
            case Effect.CHANGE, AmbitionAccess() as access if moves(access.groups, self.found):
                return "move"
            case effect, _:
                return _WORDS[effect]

    @property
    def row(self) -> Row:
        """The plan for this person as a row."""
        change = self.change
        detail = change.sentence if isinstance(change, VendorError) else change.detail
        return {**_who(self.exported), "plan": self.word, "detail": self.receipt or detail}

    @property
    def end(self) -> End | None:
        """How it has ended without anything being asked; None where it has not."""
        if isinstance(self.change, VendorError):
            return self.change
        return Outcome(Result.UNVERIFIED, self.receipt, self.found) if self.receipt else None

    @property
    def well(self) -> bool:
        """Whether the plan can be carried out, or is fulfilled already."""
        return self.word not in {"failed", "by hand"}


@dataclass(frozen=True, slots=True)
class Report:
    """Everybody's end, and what else there is to say, in sentences."""

    ends: Sequence[tuple[Exported, End]]
    remarks: Sequence[str]


def read(path: Path, types: ExportTypes) -> Export:
    """Return everybody in a file; ``ConfigurationError`` says all that is wrong with it."""
    _check(types)
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE * LONGEST_CHARACTER + 1)
        people = people_in(content.decode("utf-8-sig"), types)
    except OSError as error:
        sentence = f"{path}: the file cannot be read ({type(error).__name__})."
        raise ConfigurationError([sentence]) from error
    except UnicodeDecodeError as error:
        sentence = f"{path}: the file is not in UTF-8, from byte {error.start} on."
        raise ConfigurationError([sentence]) from error
    except ExportError as error:
        raise ConfigurationError([f"{path}: {one}" for one in error.problems]) from error
    return Export(people, hashlib.sha256(content).hexdigest()[:SHOWN])


def _check(types: ExportTypes) -> None:
    try:
        access = AmbitionAccess(groups={types.role: "one", types.team_name: "another"})
    except ValidationError:
        access = AmbitionAccess()
    if len(access.groups) != len(("role", "team_name")):
        raise ConfigurationError(["--role-type and --team-type must name two group types."])


async def plans(settings: Settings, export: Export, *, again: bool) -> list[Planned]:
    """Say for everybody what would happen; nothing is written. ``again``: with no receipts."""
    async with (
        adapter(settings, "ambition", Ambition) as ambition,
        receipts.opened(settings, ambition.instance) as kept,
    ):
        return await _planned(ambition, export, None if again else kept)


async def carry_out(
    settings: Settings, export: Export, done: Callable[[int], None], *, again: bool
) -> Report:
    """Give and take what the file says; ``done`` hears how many more have come to their end."""
    async with (
        adapter(settings, "ambition", Ambition) as ambition,
        receipts.opened(settings, ambition.instance) as kept,
    ):
        planned = await _planned(ambition, export, None if again else kept)
        ends = {_line(one): one.end for one in planned if one.end is not None}
        done(len(ends))
        rest = [one for one in planned if one.end is None]
        await kept.forget([one.exported.person.email for one in rest if _writes(one)])
        ends |= await _sent(ambition, rest, kept, export.source, done)
    remarks = list(_remarks(len([one for one in planned if one.receipt]), kept.problem))
    return Report([(one, ends[one.line]) for one in export.people], remarks)


def _remarks(before: int, problem: str | None) -> Iterator[str]:
    if before:
        yield f"Sent before, and not again: {before}. With --again they are."
    if problem is not None:
        yield f"What cannot be read back will be sent again by the next run: {problem}."


async def _sent(
    ambition: Ambition,
    rest: Sequence[Planned],
    kept: Receipts,
    source: str,
    done: Callable[[int], None],
) -> dict[int, End]:
    """Ask for everybody, and remember at once what was accepted and cannot be read back."""
    ends: dict[int, End] = {}
    asked = [(one.exported.person, one.exported.wanted, one.found) for one in rest]
    async for part in in_parts(asked, ambition.exchange):
        known = list(zip(rest[len(ends) :], part, strict=False))
        await kept.keep([one.exported for one, end in known if _is_unverified(end)], source)
        ends |= {_line(one): end for one, end in known}
        done(len(part))
    return ends


def outcome(exported: Exported, end: End) -> Row:
    """Return how it ended for somebody as a row."""
    return {**_who(exported), **told(end)}


async def _planned(ambition: Ambition, export: Export, kept: Receipts | None) -> list[Planned]:
    found_of = await ambition.look()
    return [_plan(ambition, one, found_of, kept) for one in export.people]


def _plan(ambition: Ambition, one: Exported, found_of: FoundOf, kept: Receipts | None) -> Planned:
    try:
        found = found_of(one.person)
    except VendorError as error:
        return Planned(one, None, error)
    planned = Planned(one, found, ambition.planned(one.person, one.wanted, found))
    if kept is not None and _writes(planned) and ambition.is_hidden(one.wanted, found):
        return replace(planned, receipt=kept.of(one))
    return planned


def _writes(one: Planned) -> bool:
    return isinstance(one.change, Change) and one.change.effect in WRITTEN


def _is_unverified(end: End) -> bool:
    return isinstance(end, Outcome) and end.result is Result.UNVERIFIED


def _line(one: Planned) -> int:
    return one.exported.line


def _who(exported: Exported) -> Row:
    return {"line": exported.line, "person": exported.person.email}
