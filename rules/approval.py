"""The rules of the policy: which apply to what is asked, and what they ask for together.

Every rule that matches applies, and the strictest of what they say counts
(docs/adr/0013-the-strictest-of-all-matching-rules.md). A part of a request for which no matching
rule says who answers falls to the rule of ``[approval]``: nothing is ever allowed by silence.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from rules.terms import Circle, Stage, Terms
from rules.values import Kind

DEFAULT_RULE = "approval"
"""The name of the rule that ``[approval]`` holds."""

PROTECTED_RULE = "protected"
"""The rule that asks for two approvers before a protected person is offboarded."""

APPROVERS_OF_THE_PROTECTED = 2

Plain = str | int | bool


@dataclass(frozen=True, slots=True)
class Part:
    """One vendor's part of what is asked, as far as a rule looks at it.

    ``access`` is JSON, empty for a removal. ``is_risky`` says that the plan warns of something.
    """

    action: Kind
    profile: str
    vendor: str
    access: str = ""
    is_risky: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """What a rule is about. All that is given has to hold; what is empty always does."""

    actions: frozenset[Kind] = frozenset()
    profiles: frozenset[str] = frozenset()
    vendors: frozenset[str] = frozenset()
    access: Mapping[str, tuple[Plain, ...]] = field(default_factory=dict)
    risk: bool | None = None

    def holds(self, part: Part) -> bool:
        """Tell whether this rule is about ``part``."""
        return (
            (not self.actions or part.action in self.actions)
            and (not self.profiles or part.profile in self.profiles)
            and (not self.vendors or part.vendor in self.vendors)
            and (self.risk is None or self.risk is part.is_risky)
            and all(_holds(part.access, name, wanted) for name, wanted in self.access.items())
        )


def _holds(access: str, name: str, wanted: Sequence[Plain]) -> bool:
    fields = json.loads(access) if access else {}
    found = {_plain(one) for one in _leaves(fields.get(name))}
    return any(_plain(one) in found for one in wanted)


def _leaves(value: object) -> Iterator[Plain]:
    """Yield every plain value in ``value``, also those deeper down, keys as well as values."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str | int):
        yield value


def _plain(value: Plain) -> tuple[str, Plain]:
    """Return what makes two values the same here: case does not count, and 1 is not true."""
    return type(value).__name__, value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of everything that ``when`` is about; whatever is not given is left open."""

    name: str
    when: When = field(default_factory=When)
    stages: tuple[Stage, ...] = ()
    automatic: bool = False
    requesters: tuple[str, ...] = ()
    expires_after: timedelta | None = None
    valid_for: timedelta | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """The rule of ``[approval]``: it answers where no other one does."""

    rule: Rule
    expires_after: timedelta
    valid_for: timedelta


def terms_of(
    parts: Sequence[Part], rules: Sequence[Rule], default: Default, *, is_protected: bool = False
) -> Terms:
    """Return what all rules that match any of ``parts`` ask for together.

    ``is_protected`` says that the person is one who can't be offboarded by one approver alone.
    """
    applied = _applied(parts, rules, default)
    stages = _merged([stage for rule in applied for stage in rule.stages])
    names = tuple(rule.name for rule in applied)
    if is_protected and any(part.action is Kind.OFFBOARD for part in parts):
        stages, names = _for_two(stages), (*names, PROTECTED_RULE)
    expiries = [rule.expires_after for rule in applied if rule.expires_after is not None]
    validities = [rule.valid_for for rule in applied if rule.valid_for is not None]
    return Terms(
        rules=names,
        stages=stages,
        automatic=None if stages else next(rule.name for rule in applied if rule.automatic),
        requesters=tuple(Circle(one.name, one.requesters) for one in applied if one.requesters),
        expires_after=min(expiries, default=default.expires_after),
        valid_for=min(validities, default=default.valid_for),
        confidential=any(rule.confidential for rule in applied),
    )


def _applied(parts: Sequence[Part], rules: Sequence[Rule], default: Default) -> list[Rule]:
    matching = [rule for rule in rules if any(rule.when.holds(part) for part in parts)]
    answered = parts and all(_is_answered(part, rules) for part in parts)
    return matching if answered else [default.rule, *matching]


def _is_answered(part: Part, rules: Sequence[Rule]) -> bool:
    """Tell whether a rule says who approves ``part``; nothing risky is approved by itself."""
    mine = [rule for rule in rules if rule.when.holds(part)]
    return any(rule.stages or (rule.automatic and not part.is_risky) for rule in mine)


def _merged(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Ask the same people once, for the larger number, where they are asked first."""
    merged = dict[frozenset[str], Stage]()
    for stage in stages:
        people = frozenset(stage.approvers)
        first = merged.get(people, stage)
        merged[people] = replace(first, threshold=max(first.threshold, stage.threshold))
    return tuple(merged.values())


def _for_two(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    missing = APPROVERS_OF_THE_PROTECTED - sum(stage.threshold for stage in stages)
    if missing <= 0:
        return stages
    last = stages[-1]
    return (*stages[:-1], replace(last, threshold=last.threshold + missing))


def strictest(asked: Sequence[Terms]) -> Terms:
    """Return terms that ask for everything that any of ``asked`` does, for one decision about all.

    Raises ``ValueError`` where there are none.
    """
    stages = _merged([stage for terms in asked for stage in terms.stages])
    automatic = next((terms.automatic for terms in asked if terms.automatic), None)
    circles = dict.fromkeys(circle for terms in asked for circle in terms.requesters)
    return Terms(
        rules=tuple(dict.fromkeys(rule for terms in asked for rule in terms.rules)),
        stages=stages,
        automatic=None if stages else automatic,
        requesters=tuple(circles),
        expires_after=min(terms.expires_after for terms in asked),
        valid_for=min(terms.valid_for for terms in asked),
        confidential=any(terms.confidential for terms in asked),
    )
