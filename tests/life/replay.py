"""The states that the audit trail alone tells of: every fact has to be possible where it stands.

Written from the drawings in `docs/architecture.md`, not from the tables in `rules`. What ended
stays ended: from an end no fact leads on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.life.rows import Event

Moves = Mapping[str, tuple[frozenset[str], str]]


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


REQUESTS: Moves = {
    "REQ002I": (_from("received"), "pending"),
    "REQ003I": (_from("received"), "refused"),
    "REQ004I": (_from("received", "pending", "scheduled", "approved", "running"), "cancelled"),
    "REQ005I": (_from("pending"), "expired"),
    "REQ006I": (_from("running", "completed_with_errors"), "completed"),
    "REQ007W": (_from("running"), "completed_with_errors"),
    "REQ008I": (_from("approved"), "running"),
    "REQ010W": (_from("running", "completed_with_errors"), "partly_done"),
    "DEC001I": (_from("pending"), "approved"),
    "DEC002I": (_from("pending"), "denied"),
    "DEC004I": (_from("pending"), "approved"),
    "DEC005I": (_from("pending"), "approved"),
    "TIM001I": (_from("scheduled"), "approved"),
    "TIM002W": (_from("scheduled"), "cancelled"),
}
FIRST = _from("REQ001I", "REQ009I", "END003I")
GIVEN = _from("DEC001I", "DEC004I", "DEC005I")
OPEN_STEPS = _from("failed", "unknown", "action_required")
STEPS: Moves = {
    "STP001I": (_from("waiting", "unknown", "running"), "running"),
    "STP003W": (_from("running"), "unknown"),
    "STP004E": (_from("running"), "failed"),
    "STP005I": (_from("running"), "waiting"),
    "STP006I": (OPEN_STEPS, "waiting"),
    "STP007W": (_from("running"), "action_required"),
    "STP010W": (_from("running"), "action_required"),
    "STP008I": (OPEN_STEPS, "attested"),
    "STP012I": (_from("waiting"), "cancelled"),
    "STP016W": (_from("waiting", "unknown"), "unknown"),
    "INV001I": (_from("invited", "expired"), "done"),
    "INV003W": (_from("invited"), "expired"),
    "INV005I": (_from("invited", "expired"), "invited"),
    "INV006I": (_from("invited", "expired"), "withdrawn"),
}
ENDS_OF_A_STEP = _from("done", "unchanged", "invited", "unverified", "action_required")


@dataclass
class Replay:
    """What the trail tells so far."""

    requests: dict[int, str] = field(default_factory=dict)
    steps: dict[tuple[int, str], str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    last: int = 0

    def tell(self, event: Event, *, is_enough: bool, is_later: bool) -> None:
        """Take one more fact.

        `is_enough`: with this approval none is missing; `is_later`: what is approved starts later.
        """
        if event.seq != self.last + 1:
            self.wrong.append(f"trail: {event.seq} follows {self.last}")
        self.last, number = event.seq, event.request_number
        if number is None:
            return
        if event.code in FIRST and number not in self.requests:
            self.requests[number] = "received"
        elif event.code == "STP005I" and event.actor != "aboard":
            self._resumed(number)
        elif event.code in GIVEN:
            self._given(event, number, is_enough=is_enough, is_later=is_later)
        elif event.code in REQUESTS:
            self._move(number, *REQUESTS[event.code], event)
        elif event.vendor is not None:
            self._step(event, (number, event.vendor))

    def _resumed(self, number: int) -> None:
        if self.requests.get(number) not in {"completed_with_errors", "approved"}:
            self.wrong.append(f"moves: #{number} is resumed, being {self.requests.get(number)}")
        self.requests[number] = "running"

    def _given(self, event: Event, number: int, *, is_enough: bool, is_later: bool) -> None:
        to = "pending" if not is_enough else "scheduled" if is_later else "approved"
        self._move(number, REQUESTS[event.code][0], to, event)

    def _move(self, number: int, before: frozenset[str], to: str, event: Event) -> None:
        now = self.requests.get(number)
        if now not in before:
            self.wrong.append(f"moves: {event.code} befalls #{number}, which is {now}")
        self.requests[number] = to

    def _step(self, event: Event, key: tuple[int, str]) -> None:
        now, code = self.steps.get(key, "waiting"), event.code
        before, to = STEPS.get(code, (_from(), ""))
        if code == "STP002I" and event.outcome in ENDS_OF_A_STEP:
            before, to = _from("running"), event.outcome
        if not to:
            return
        if now not in before:
            self.wrong.append(f"moves: {code} befalls {key}, which is {now}")
        self.steps[key] = to
