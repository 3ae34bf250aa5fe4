"""Where a page of a list begins: after a key, towards the older or back towards the newer."""

import re
from dataclasses import dataclass

_SPAN = re.compile(r"([<>])(\d{1,18})(?:\.(\d{1,18}))?")


@dataclass(frozen=True, slots=True)
class Span:
    """The rows that follow ``key`` in a list, or, going ``back``, those before it.

    Without a key it is the beginning of the list.
    """

    key: tuple[int, ...] = ()
    back: bool = False

    def text(self) -> str:
        """Return the span as one word."""
        sign = ">" if self.back else "<"
        return sign + ".".join(str(part) for part in self.key) if self.key else ""


def span_of(text: str) -> Span:
    """Return the span that ``text`` is; the beginning where it is none."""
    match = _SPAN.fullmatch(text)
    if match is None:
        return Span()
    parts = tuple(int(part) for part in match.groups()[1:] if part is not None)
    return Span(parts, match.group(1) == ">")
