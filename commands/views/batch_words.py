"""A batch in words: how it stands, how far it has come, and what would happen to how many people.

Views count; the words are the same wherever a batch is shown.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from commands.views import words
from commands.views.text import literal
from rules.states import RequestState

_OUT = frozenset({RequestState.CANCELLED, RequestState.REFUSED})
"""The states that need no attention: whoever asked was told why nothing came of a line."""

_OVER = {
    "approved": ":arrows_counterclockwise: Under way",
    "denied": ":x: Denied",
    "expired": ":alarm_clock: Expired",
    "cancelled": ":wastebasket: Cancelled",
    "refused": ":no_entry: Not possible",
}


def standing(state: str, verdict: str, requests: Collection[RequestState | None]) -> str:
    """Return how a batch stands; ``requests`` are the states of those that were made for it."""
    if state in {"received", "reading"}:
        return ":inbox_tray: Being looked into"
    if state == "pending":
        return ":hourglass_flowing_sand: Waiting for approval"
    if state == "ended" and verdict == "approved":
        left = {*requests} - _OUT
        if not left:
            return _OVER["cancelled"]
        well = left == {RequestState.COMPLETED}
        return ":white_check_mark: Completed" if well else ":warning: Needs attention"
    return _OVER[verdict]


def people(count: int) -> str:
    """Return a number of people in words."""
    return "1 person" if count == 1 else f"{count} people"


def headline(stands: str, number: int, count: int) -> str:
    """Return the headline of a batch, and for how many people it is once that is known."""
    whom = f": onboard {people(count)}" if count else ""
    return f"{stands} · Batch {number}{whom}"


def profiles(counts: Mapping[str, int]) -> list[str]:
    """Return how many people are to have which profile, a line each."""
    return [f"{literal(name)}: {count}" for name, count in sorted(counts.items())]


def progress(states: Mapping[RequestState, int]) -> list[str]:
    """Return how many people's requests are in which state, a line each."""
    return [
        f"{words.REQUEST_WORDS[state]}: {states[state]}"
        for state in RequestState
        if states.get(state)
    ]


def ways(counts: Mapping[tuple[str, str, str], int]) -> list[str]:
    """Return what would happen to how many, a line each: a vendor's title, an effect, a plan.

    A vendor's lines stand together, those of most people first, and so do the vendors.
    """
    total: Counter[str] = Counter()
    for (title, _, _), count in counts.items():
        total[title] += count
    ordered = sorted(counts.items(), key=lambda one: (-total[one[0][0]], one[0][0], -one[1]))
    return [
        f"*{literal(title)}*  {words.EFFECT_WORDS[effect]}, {people(count)}: "
        f"{literal(planned, 150)}"
        for (title, effect, planned), count in ordered
    ]


def risks(counts: Mapping[str, int]) -> list[str]:
    """Return what is risky about it, and for how many, a line each."""
    return [f":warning: {literal(risk, 200)} ({people(count)})" for risk, count in counts.items()]
