"""The policy in ``aboard.toml``: ``[approval]``, ``[[rules]]`` and ``[people]``, and what is wrong.

A policy that is empty, or that cannot do what it says, refuses to start: a rule about something
that does not exist would be silent where its author believes that it speaks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Final, Literal

import durationpy
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)

from rules.approval import DEFAULT_RULE, PROTECTED_RULE, Rule, When
from rules.catalog import Profile
from rules.limits import Limits
from rules.seats import Seats, can_be_filled
from rules.terms import Stage
from rules.values import Kind, is_group_id, is_person_id

STRICT: Final = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=90)
_DOMAIN = re.compile(r"(?i:[a-z0-9](-*[a-z0-9])*)(?i:\.[a-z0-9](-*[a-z0-9])*)*")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")

Problem = tuple[str, str]
"""The place of something wrong below its table, and the sentence about it."""


def _length(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('must be a length of time such as "72h"')  # noqa: TRY004 - pydantic turns ValueErrors into problems
    try:
        return durationpy.from_str(value)
    except durationpy.DurationError as error:
        raise ValueError('must be a length of time such as "72h" or "30m"') from error


def _approver(value: str) -> str:
    if not (is_person_id(value) or is_group_id(value)):
        raise ValueError("must be a user id (U…, W…) or a user group id (S…)")
    return value


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value):
        raise ValueError('must be a domain such as "example.com", in Punycode beyond ASCII')
    return value


def _rule_name(value: str) -> str:
    if not _NAME.fullmatch(value) or value in {DEFAULT_RULE, PROTECTED_RULE}:
        raise ValueError(
            f'must be a word such as "axiom-admins", not {DEFAULT_RULE} or {PROTECTED_RULE}'
        )
    return value


def _several(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Length = Annotated[timedelta, BeforeValidator(_length), Field(ge=_SHORTEST, le=_LONGEST)]
Approver = Annotated[str, AfterValidator(_approver)]
Domain = Annotated[str, AfterValidator(_domain)]
Approvers = Annotated[tuple[Approver, ...], Field(min_length=1)]
Threshold = Annotated[int, Field(ge=1, le=20)]
Asks = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Words = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
Plains = Annotated[
    tuple[StrictBool | StrictInt | str, ...], BeforeValidator(_several), Field(min_length=1)
]


class ApprovalSection(BaseModel):
    """``[approval]``: who answers where no rule says otherwise, and how long an answer counts."""

    model_config = STRICT

    approvers: Approvers
    threshold: Threshold = 1
    title: Title = "The approvers"
    requesters: Approvers | None = None
    expires_after: Length = timedelta(hours=72)
    valid_for: Length = timedelta(hours=24)
    by_hand: dict[str, tuple[Approver, ...]] = Field(default_factory=dict)


class PeopleSection(BaseModel):
    """``[people]``: whom one approver does not decide about, who runs Aboard, how much one asks."""

    model_config = STRICT

    protected: tuple[Approver, ...] = ()
    operators: tuple[Approver, ...] = ()
    domains: tuple[Domain, ...] = ()
    pending_at_most: Asks = Limits().pending_at_most
    asks_an_hour: Asks = Limits().asks_an_hour

    def as_limits(self) -> Limits:
        """Return how much one person may ask for."""
        return Limits(self.pending_at_most, self.asks_an_hour)


class WhenSection(BaseModel):
    """``when`` of a rule: what it is about."""

    model_config = STRICT

    action: Literal["onboard", "offboard"] | None = None
    profile: Words | None = None
    vendor: Words | None = None
    access: dict[str, Plains] = Field(default_factory=dict)
    risk: StrictBool | None = None

    def as_when(self) -> When:
        """Return this as the rules know it."""
        return When(
            actions=frozenset({Kind(self.action)} if self.action else ()),
            profiles=frozenset(self.profile or ()),
            vendors=frozenset(self.vendor or ()),
            access=self.access,
            risk=self.risk,
        )


class StageSection(BaseModel):
    """One of ``stages`` of a rule: who is asked after the stage before."""

    model_config = STRICT

    title: Title | None = None
    approvers: Approvers
    threshold: Threshold = 1


class RuleSection(BaseModel):
    """One of ``[[rules]]``."""

    model_config = STRICT

    name: Annotated[str, AfterValidator(_rule_name)]
    when: WhenSection = Field(default_factory=WhenSection)
    title: Title | None = None
    approvers: Approvers | None = None
    threshold: Threshold | None = None
    stages: Annotated[tuple[StageSection, ...], Field(min_length=1, max_length=5)] | None = None
    automatic: StrictBool = False
    requesters: Approvers | None = None
    expires_after: Length | None = None
    valid_for: Length | None = None
    confidential: StrictBool = False

    def as_rule(self) -> Rule:
        """Return this as the rules know it."""
        return Rule(
            self.name,
            self.when.as_when(),
            self._stages(),
            automatic=self.automatic,
            requesters=self.requesters or (),
            expires_after=self.expires_after,
            valid_for=self.valid_for,
            confidential=self.confidential,
        )

    def _stages(self) -> tuple[Stage, ...]:
        if self.approvers:
            title = self.title or self.name
            return (Stage(self.name, title, self.approvers, self.threshold or 1),)
        return tuple(
            Stage(self.name, one.title or f"{self.name} {number}", one.approvers, one.threshold)
            for number, one in enumerate(self.stages or (), start=1)
        )

    def problems(self) -> Iterator[Problem]:
        """Yield what contradicts itself in this rule."""
        if self.approvers and self.stages:
            yield "stages", "stands beside approvers: keep one of them"
        if self.approvers is None and (self.threshold or self.title):
            yield "approvers", "is missing: threshold and title are about them"
        if not self._says_something():
            yield "approvers", "is missing: this rule says nothing"
        if self.confidential and self.when.action != "offboard":
            yield "confidential", 'is for offboardings: add action = "offboard" to when'
        yield from self._automatic_problems()
        yield from self._access_problems()
        yield from self._seat_problems()

    def _says_something(self) -> bool:
        said = (self.approvers, self.stages, self.requesters, self.expires_after, self.valid_for)
        return self.automatic or self.confidential or any(one is not None for one in said)

    def _automatic_problems(self) -> Iterator[Problem]:
        if not self.automatic:
            return
        if self.approvers or self.stages:
            yield "automatic", "stands beside approvers: keep one of them"
        if self.when.action != "onboard" or not self.when.profile:
            yield "automatic", 'needs action = "onboard" and profiles in when'
        if self.when.risk:
            yield "automatic", "is never for what is risky"

    def _access_problems(self) -> Iterator[Problem]:
        if not self.when.access:
            return
        if len(self.when.vendor or ()) != 1:
            yield "when.access", "needs one vendor in when"
        if self.when.action == "offboard":
            yield "when.access", "is about what is given: an offboarding gives nothing"

    def _seat_problems(self) -> Iterator[Problem]:
        stages = self._stages()
        if any(is_group_id(one) for stage in stages for one in stage.approvers):
            return
        if not can_be_filled([Seats(one.threshold, one.approvers) for one in stages]):
            place = "threshold" if self.approvers else "stages"
            yield place, "needs more approvers than there are: a person counts once"


def problems_of(
    rules: Sequence[RuleSection],
    profiles: Mapping[str, Profile],
    fields: Mapping[str, frozenset[str]],
) -> Iterator[Problem]:
    """Yield what is wrong with the rules, by themselves and about what there is.

    ``fields`` are the names of what can be asked for at each vendor that is on.
    """
    names = [rule.name for rule in rules]
    for number, rule in enumerate(rules):
        place = f"rules.{number}"
        if rule.name in names[:number]:
            yield f"{place}.name", "is the name of another rule as well"
        for where, sentence in rule.problems():
            yield f"{place}.{where}", sentence
        if set(rule.when.profile or ()) - set(profiles):
            yield f"{place}.when.profile", "names a profile that does not exist"
        if set(rule.when.vendor or ()) - set(fields):
            yield f"{place}.when.vendor", "names a vendor that is off"
        known = frozenset[str]().union(*(fields.get(one, ()) for one in rule.when.vendor or ()))
        if set(rule.when.access) - known:
            yield f"{place}.when.access", "names something that cannot be asked for there"
