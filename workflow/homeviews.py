"""What App Home shows, as values. Moments are in microseconds since the epoch, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.pages import Span
from rules.states import RequestState, StepState
from rules.values import Kind


@dataclass(frozen=True, slots=True)
class Trouble:
    """One vendor's part that did not end well, or not for good.

    ``resends``: the vendor can mail an invitation again. ``handed_to`` has it now.
    """

    ref: str
    vendor: str
    title: str
    state: StepState
    resends: bool = False
    handed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What would happen at one vendor, as the card says it before the decision.

    ``changed`` says where the form departs from the profile.
    """

    title: str
    effect: str
    planned: str
    risks: tuple[str, ...] = ()
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked besides the plan. Start and end are moments, which ``zone`` reads."""

    email: str | None = None
    github_login: str | None = None
    reason: str = ""
    starts_at: int | None = None
    until_at: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One request in one line. ``due_at`` is when the access ends, in the list of ends.

    ``plan`` and ``asked`` are given where it waits for a decision: nobody approves what they can't
    see.
    """

    number: int
    ref: str
    kind: Kind
    state: RequestState
    requester: str
    subject: str
    name: str
    created_at: int
    due_at: int = 0
    is_overdue: bool = False
    troubles: tuple[Trouble, ...] = ()
    plan: tuple[Planned, ...] = ()
    asked: Asked | None = None
    principal: str | None = None

    @property
    def is_seen_to(self) -> bool:
        """Whether it ended with errors, and nothing of it is left by now."""
        return self.state is RequestState.COMPLETED_WITH_ERRORS and not self.troubles

    @property
    def has_lapsed(self) -> bool:
        """Whether an invitation of it has expired, and nobody has seen to that."""
        return any(one.state is StepState.EXPIRED for one in self.troubles)


@dataclass(frozen=True, slots=True)
class HomeList:
    """A page of requests, and where the pages before and after it begin, where there are any."""

    rows: tuple[HomeRow, ...] = ()
    back: Span | None = None
    on: Span | None = None


@dataclass(frozen=True, slots=True)
class HomeBatch:
    """Many people asked for at once, in some lines: all that the card says, in counts.

    ``ways`` (a vendor's title, an effect and what is planned) and ``risks`` count people; they, and
    ``subjects``, are given where it waits for a decision, and so is ``digest``, which binds an
    approval to their plans. ``problems`` counts the lines of which nothing came, and ``seen_to``
    the people whose requests ended with errors of which nothing is left.
    """

    number: int
    ref: str
    state: str
    verdict: str
    requester: str
    reason: str
    created_at: int
    states: Mapping[RequestState, int] = field(default_factory=dict)
    problems: int = 0
    profiles: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    risks: Mapping[str, int] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    digest: str = ""
    principal: str | None = None
    seen_to: int = 0


@dataclass(frozen=True, slots=True)
class BatchList:
    """A page of batches, as ``HomeList`` is one of requests."""

    rows: tuple[HomeBatch, ...] = ()
    back: Span | None = None
    on: Span | None = None
