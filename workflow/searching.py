"""What of the history is asked for, read from words: the same ones in Slack and on a terminal.

A person, a number, a batch, a vendor, a state, a span of days, in any order; what is given narrows
the choice. Days begin and end at midnight in the time zone of whoever asks.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

from rules.states import RequestState
from rules.values import is_person_id
from storage.history import Filter
from workflow.clock import SECOND

FORMS: Final = (
    "I understand a person (`@ada`), a number (`12`), a batch (`batch 3`), a vendor, a state such "
    "as `completed` or `pending`, and days (`2026-03-01..2026-03-31`, `2026-03`, `2026-03-01..`)."
)

_NUMBER = re.compile(r"#?(\d{1,12})")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NAMED = ("batch", "after")
_EARLIEST, _LATEST = 1970, 2999
_ALSO = MappingProxyType(
    {
        "needs-attention": RequestState.COMPLETED_WITH_ERRORS,
        "being-looked-into": RequestState.RECEIVED,
        "under-way": RequestState.RUNNING,
        "not-possible": RequestState.REFUSED,
    }
)
"""What the cards call some of the states."""


@dataclass(frozen=True, slots=True)
class Days:
    """A span of time as somebody typed it. ``since`` and ``until`` are microseconds, UTC."""

    typed: str
    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for. ``after`` is the number that the page before ended with."""

    person: str | None = None
    number: int | None = None
    vendor: str | None = None
    state: RequestState | None = None
    days: Days | None = None
    after: int | None = None
    batch: int | None = None

    @property
    def words(self) -> str:
        """The same question in words that are read as this one; empty where all is asked for."""
        days = self.days.typed if self.days else None
        said = (self.person, self.number, self.vendor, self.state, days)
        named = [(name, getattr(self, name)) for name in _NAMED]
        pairs = [f"{name} {number}" for name, number in named if number is not None]
        return " ".join([*(str(one) for one in said if one is not None), *pairs])

    def filter(self, team: str, viewer: str | None = None, requester: str | None = None) -> Filter:
        """Return what the rows are asked. ``requester`` is the only one whose requests count."""
        return Filter(
            team_id=team,
            subject=self.person,
            requester=requester,
            state=self.state.value if self.state else None,
            viewer=viewer,
            number=self.number,
            vendor=self.vendor,
            since=self.days.since if self.days else None,
            until=self.days.until if self.days else None,
            batch=self.batch,
        )


@dataclass(frozen=True, slots=True)
class Misread:
    """Words that make no question, and the sentence that says why."""

    sentence: str


def read(text: str, vendors: Mapping[str, str], zone: tzinfo) -> Search | Misread:
    """Read a question. ``vendors`` maps their names to how people call them."""
    found, words = Search(), text.split()
    while words:
        word = words.pop(0)
        if word.casefold() in _NAMED and words:
            given = _named(word.casefold(), words.pop(0))
        else:
            given = _given(word, vendors, zone)
        if given is None:
            return Misread(f"I don't understand `{_harmless(word)}`. {FORMS}")
        merged = _merged(found, given)
        if merged is None:
            return Misread(f"One of each, please: `{_harmless(word)}` is one too many.")
        found = merged
    return found


def _merged(found: Search, given: Search) -> Search | None:
    """Return both in one; None where they answer the same question differently."""
    names = [one.name for one in fields(Search) if getattr(given, one.name) is not None]
    values = {name: getattr(given, name) for name in names}
    if any(getattr(found, name) not in {None, value} for name, value in values.items()):
        return None
    return replace(found, **values)


def _given(word: str, vendors: Mapping[str, str], zone: tzinfo) -> Search | None:
    if number := _NUMBER.fullmatch(word):
        return Search(number=int(number[1]))
    if is_person_id(word):
        return Search(person=word)
    if days := _days(word, zone):
        return Search(days=days)
    if state := _state(word.casefold()):
        return Search(state=state)
    named = [name for name, title in vendors.items() if word.casefold() in {name, title.casefold()}]
    return Search(vendor=named[0]) if named else None


def _named(name: str, word: str) -> Search | None:
    """Read the number behind a word that says whose it is."""
    number = _NUMBER.fullmatch(word)
    if number is None:
        return None
    return Search(batch=int(number[1])) if name == "batch" else Search(after=int(number[1]))


def _state(word: str) -> RequestState | None:
    names = {state.value: state for state in RequestState}
    return names.get(word.replace("-", "_")) or _ALSO.get(word)


def _days(word: str, zone: tzinfo) -> Days | None:
    """Read ``from..to`` with either end left open, a day, or a month; a year only as an end."""
    first, dots, last = word.partition("..")
    if not dots:
        last = first
    since, until = _moment(first, zone, _first), _moment(last, zone, _behind)
    wrong = (first and since is None) or (last and until is None) or not (first or last)
    if wrong or (since is not None and until is not None and since >= until):
        return None
    return Days(word, since, until)


def _moment(text: str, zone: tzinfo, edge: Callable[[Sequence[int]], date]) -> int | None:
    match = _DAY.fullmatch(text)
    if match is None or not _EARLIEST <= int(match[1]) <= _LATEST:
        return None
    try:
        day = edge([int(one) for one in match.groups() if one is not None])
    except ValueError:
        return None
    return int(datetime.combine(day, time.min, zone).timestamp()) * SECOND


def _first(parts: Sequence[int]) -> date:
    """Return the first day of a year, of a month or of a day."""
    return date(*[*parts, 1, 1][:3])


def _behind(parts: Sequence[int]) -> date:
    """Return the first day that no longer belongs to it."""
    lengths = {1: timedelta(days=366), 2: timedelta(days=31), 3: timedelta(days=1)}
    later = _first(parts) + lengths[len(parts)]
    return _first([later.year, later.month, later.day][: len(parts)])


def _harmless(word: str) -> str:
    """Return what is safe to repeat in Slack and on a terminal."""
    return re.sub(r"[^\w.@#:+-]", "", word)[:40] or "…"
