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


def standing(
    state: str, verdict: str, requests: Mapping[RequestState, int], seen_to: int = 0
) -> str:
    """Return how a batch stands; ``requests`` counts the states of those that were made for it.

    ``seen_to`` of them ended with errors of which nothing is left.
    """
    if state in {"received", "reading"}:
        return ":inbox_tray: Being looked into"
    if state == "pending":
        return ":hourglass_flowing_sand: Waiting for approval"
    if state == "ended" and verdict == "approved":
        return _ended({state for state in requests if requests[state]} - _OUT, requests, seen_to)
    return _OVER[verdict]


def _ended(
    left: Collection[RequestState], requests: Mapping[RequestState, int], seen_to: int
) -> str:
    if not left:
        return _OVER["cancelled"]
    if {*left} == {RequestState.COMPLETED}:
        return ":white_check_mark: Completed"
    is_over = {*left} <= {RequestState.COMPLETED, RequestState.COMPLETED_WITH_ERRORS}
    if is_over and requests[RequestState.COMPLETED_WITH_ERRORS] == seen_to:
        return words.SEEN_TO
    return ":warning: Needs attention"


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


def progress(states: Mapping[RequestState, int], seen_to: int = 0) -> list[str]:
    """Return how many people's requests are in which state, a line each.

    ``seen_to`` of those that ended with errors are told as what they are.
    """
    left = Counter(states)
    left[RequestState.COMPLETED_WITH_ERRORS] -= seen_to
    told = [f"{words.REQUEST_WORDS[one]}: {left[one]}" for one in RequestState if left[one]]
    return [*told, f"{words.SEEN_TO}: {seen_to}"] if seen_to else told


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
