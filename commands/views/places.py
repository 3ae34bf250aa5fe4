"""Where somebody is in their Home: the page of each list, and whom they look for.

It is kept in the view itself, as text that Slack hands back with every press. Nothing of it is a
right: whatever it names is read anew for the one who pressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.pages import Span, span_of
from rules.values import is_person_id

LISTS = (
    "waiting", "batches", "trouble", "mine", "my_batches", "leaving", "on_board", "about",
)  # fmt: skip
_BEGINNING = Span()
_MARK = "home"


@dataclass(frozen=True, slots=True)
class Places:
    """The page of each list. ``turn`` counts the searches, so that each begins with empty hands."""

    spans: Mapping[str, Span] = field(default_factory=dict)
    about: str | None = None
    turn: int = 0

    def of(self, name: str) -> Span:
        """Return where the page of a list begins."""
        return self.spans.get(name, _BEGINNING)

    def turned(self, name: str, span: Span) -> "Places":
        """Return the places after one list was turned."""
        return replace(self, spans={**self.spans, name: span})

    def looking_for(self, somebody: str | None) -> "Places":
        """Return the places of a search for somebody, or those after a search."""
        return Places({}, somebody, self.turn + 1)

    def text(self) -> str:
        """Return all of this as text for the view."""
        kept = [f"{name}={span.text()}" for name, span in self.spans.items() if span.key]
        found = [f"about={self.about}"] if self.about else []
        return ";".join([f"{_MARK}={self.turn}", *found, *(f"at.{one}" for one in kept)])


def places_of(text: str) -> Places | None:
    """Return the places that a view kept; None where it is no Home."""
    facts = dict(part.partition("=")[::2] for part in text.split(";"))
    if _MARK not in facts:
        return None
    turn, about = facts[_MARK], facts.get("about", "")
    spans = {name: span_of(facts.get(f"at.{name}", "")) for name in LISTS}
    return Places(
        {name: span for name, span in spans.items() if span.key},
        about if is_person_id(about) else None,
        int(turn) % 1_000_000 if turn.isdecimal() else 0,
    )
