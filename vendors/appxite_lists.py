"""AppXite's lists, whose shape is not public: taken as what they are, and never believed by half.

A list is an array, or an object with one array in it; names count in any case. A name that is
missing is a wrong setting and not an absence, and a list that says that there is more is refused:
nobody may be taken for absent who is on another page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from vendors.appxite_tokens import NAME, TITLE
from vendors.errors import ResponseError

MORE = frozenset({"nextlink", "next", "nextpage", "continuationtoken"})
TOTALS = frozenset({"total", "totalcount", "totalitems"})

_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,320}")


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a list, by its names in lower case; the setting ``named_by`` names them."""

    values: Mapping[str, JsonValue]
    named_by: str

    def text(self, name: str) -> str:
        """Return a text, a number or a truth as text, null as ""; else ``ResponseError``."""
        if name.casefold() not in self.values:
            sentence = f"{TITLE}'s list has no {name}: check {self.named_by} in its settings."
            raise ResponseError(NAME, sentence)
        value = self.values[name.casefold()]
        text = "" if value is None else str(value)
        if not isinstance(value, str | int | None) or _TEXT.fullmatch(text) is None:
            raise ResponseError(NAME, f"{TITLE}'s list has a {name} that is no text.")
        return text

    def told(self, name: str) -> str:
        """Return the same, and "" where the list has no such name: for what only people read."""
        return self.text(name) if name.casefold() in self.values else ""


def records(body: JsonValue, named_by: str) -> list[Record]:
    """Return the objects of a list; ``ResponseError`` where it is none, or not the whole."""
    if isinstance(body, list):
        return [Record(_folded(one), named_by) for one in body]
    about = _folded(body)
    arrays = [one for one in about.values() if isinstance(one, list)]
    if len(arrays) != 1:
        raise ResponseError(NAME, f"{TITLE}'s list is no list: its shape is not as expected.")
    if _says_more(about, len(arrays[0])):
        sentence = f"{TITLE}'s list has more pages, which no public document describes."
        raise ResponseError(NAME, sentence)
    return [Record(_folded(one), named_by) for one in arrays[0]]


def _says_more(about: Mapping[str, JsonValue], shown: int) -> bool:
    totals = [one for name, one in about.items() if name in TOTALS and isinstance(one, int)]
    return any(about.get(name) for name in MORE) or any(total > shown for total in totals)


def _folded(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise ResponseError(NAME, f"{TITLE}'s list holds something that is no object.")
    return {name.casefold(): one for name, one in value.items()}
