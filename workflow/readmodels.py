"""What is shown of requests, as values: who draws knows no table.

Moments are in microseconds since the epoch, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.panel import stage_number
from rules.states import LEFT, RETRYABLE, RequestState, StepState
from rules.terms import Terms
from rules.values import Kind, Verdict


@dataclass(frozen=True, slots=True)
class AttestedView:
    """Who says that a step was done by hand, when, and how that can be seen."""

    by: str
    evidence: str
    at: int


@dataclass(frozen=True, slots=True)
class StepView:
    """One vendor's part of a request.

    ``changed`` says where the access differs from what the profile gives; empty where it does not.

    ``expires_at`` is when an invitation ends; ``hands`` do by hand what no call can,
    and ``handed_to`` is who has it now. ``resends``:
    the vendor can mail an invitation again. ``has_not_begun``: it waits for its first attempt.
    ``is_made_good``: a later request has ended well there. ``is_stopped``: it waits for its vendor,
    which refuses the credential. ``is_kept_back``: it waits for an anchor of the audit trail.
    """

    ref: str
    vendor: str
    title: str
    state: StepState
    effect: str
    planned: str
    before: str | None
    after: str | None
    risks: tuple[str, ...]
    detail: str
    next_at: int | None
    expires_at: int | None = None
    hands: tuple[str, ...] = ()
    handed_to: str | None = None
    attested: AttestedView | None = None
    changed: str = ""
    resends: bool = False
    has_not_begun: bool = False
    is_made_good: bool = False
    is_stopped: bool = False
    is_kept_back: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it did not end well, and no later request has seen to it."""
        return self.state in RETRYABLE and not self.is_made_good

    @property
    def is_left(self) -> bool:
        """Whether something is to be done about it: by somebody here, or by whoever was invited."""
        return self.state in LEFT and not self.is_made_good


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What one approver answered."""

    approver: str
    verdict: str
    reason: str
    at: int
    rule: str


@dataclass(frozen=True, slots=True)
class EndView:
    """The end that stands for a person: with which request it was approved, and when it is."""

    number: int
    at: int
    wall: str
    zone: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with everything a card shows.

    ``starts_wall`` and ``until_wall`` are what the clocks of ``zone`` show then. ``origin`` is the
    request that this one extends, or whose end it carries out. ``accesses`` (vendor to JSON) were
    asked for in place of the profile's. ``changes_from`` is the title of the profile that this one
    takes the place of; empty where there is none. ``principal`` is on whose behalf it is asked.
    """

    number: int
    ref: str
    kind: Kind
    state: RequestState
    requester: str
    subject: str
    name: str | None
    email: str | None
    github_login: str | None
    profile: str
    reason: str
    problem: str | None
    terms: Terms
    policy_digest: str
    plan_digest: str | None
    created_at: int
    expires_at: int
    ended_at: int | None
    steps: tuple[StepView, ...]
    decisions: tuple[DecisionView, ...]
    zone: str | None = None
    starts_at: int | None = None
    starts_wall: str | None = None
    until_at: int | None = None
    until_wall: str | None = None
    origin: int | None = None
    taken_by: str | None = None
    accesses: Mapping[str, str] = field(default_factory=dict)
    changes_from: str = ""
    standing: EndView | None = None
    principal: str | None = None

    @property
    def askers(self) -> frozenset[str]:
        """Who asked, and on whose behalf."""
        return frozenset({self.requester, self.principal or self.requester})

    @property
    def is_seen_to(self) -> bool:
        """Whether it ended with errors, and nothing of it is left by now."""
        ended = self.state is RequestState.COMPLETED_WITH_ERRORS
        return ended and not any(one.is_left for one in self.steps)

    @property
    def has_lapsed(self) -> bool:
        """Whether an invitation of it has expired, and nobody has seen to that."""
        return any(one.state is StepState.EXPIRED and one.is_left for one in self.steps)

    @property
    def is_an_end(self) -> bool:
        """Whether it carries out the end of an access: such a request never expires."""
        return self.kind is Kind.OFFBOARD and self.origin is not None

    @property
    def approvers(self) -> tuple[str, ...]:
        """The people and user groups that approve in any stage."""
        return self.terms.listed

    @property
    def asked(self) -> tuple[str, ...]:
        """Those of the approvers whose turn it is; all of them once no approval is missing."""
        number = stage_number(self.terms.stages, self.approvals)
        return self.approvers if number is None else self.terms.stages[number].approvers

    @property
    def approvals(self) -> int:
        """How many have approved."""
        return sum(one.verdict == Verdict.APPROVE for one in self.decisions)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in the life of a request. ``asked`` are the ids of those who are asked by it.

    ``principal`` is on whose behalf somebody did it.
    """

    seq: int
    code: str
    at: int
    actor: str
    title: str | None
    outcome: str
    rule: str | None
    meaning: str
    asked: tuple[str, ...] = ()
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody has at one vendor, as far as we were told or saw."""

    vendor: str
    access: str
    state: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a person; ``profile`` is the name of the one that they have."""

    github_login: str | None
    holdings: tuple[Holding, ...]
    profile: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """Some requests, newest first, and the number to ask for the next ones with."""

    requests: tuple[RequestView, ...]
    after: int | None
