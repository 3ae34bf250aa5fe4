"""What can be asked for and who answers: profiles and the approval rule, as validated settings.

Access stays as the canonical text that the vendor's own model checked, since rules know no vendor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache, partial

from rules.approval import DEFAULT_RULE, Default, Part, Rule, terms_of
from rules.daily import Daily
from rules.limits import Limits
from rules.rhythm import Rhythm
from rules.terms import Stage, Terms

_REMEMBERED = 256
"""What so many different asks come to is remembered; people may change what they ask for."""


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """``[approval]``: who answers where no rule does, and for how long question and answer stand.

    ``by_hand`` names, for a vendor, who does there what no call can do.
    """

    approvers: tuple[str, ...]
    threshold: int
    expires_after: timedelta
    by_hand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_for: timedelta = timedelta(hours=24)
    requesters: tuple[str, ...] = ()
    title: str = "The approvers"

    def as_default(self) -> Default:
        """Return this as the rule that answers where no other one does."""
        stage = Stage(DEFAULT_RULE, self.title, self.approvers, self.threshold)
        rule = Rule(
            DEFAULT_RULE,
            stages=(stage,),
            requesters=self.requesters,
            expires_after=self.expires_after,
            valid_for=self.valid_for,
        )
        return Default(rule, self.expires_after, self.valid_for)


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of accesses: vendor name to the access as canonical JSON text.

    ``welcome`` is the conversation in which everybody reads who came on board; empty for none.
    """

    name: str
    title: str
    accesses: Mapping[str, str]
    welcome: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that can be asked for here.

    ``domains`` are those of the e-mail addresses that need no warning; all are where none is named.
    """

    profiles: Mapping[str, Profile]
    approval: ApprovalRule
    rules: tuple[Rule, ...] = ()
    protected: tuple[str, ...] = ()
    rhythm: Rhythm = field(default_factory=Rhythm)
    daily: Daily | None = None
    domains: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    _asked: Callable[..., Terms] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Remember what the policy asks: it is asked the same again and again."""
        asked = partial(terms_of, rules=self.rules, default=self.approval.as_default())
        object.__setattr__(self, "_asked", lru_cache(_REMEMBERED)(asked))

    @property
    def approvers(self) -> tuple[str, ...]:
        """The people and user groups that any rule lets approve, each once."""
        stages = (stage for rule in self.rules for stage in rule.stages)
        named = (one for stage in stages for one in stage.approvers)
        return tuple(dict.fromkeys([*self.approval.approvers, *named]))

    def terms(self, parts: Sequence[Part], *, is_protected: bool = False) -> Terms:
        """Return what the policy asks of a request that consists of ``parts``."""
        return self._asked(tuple(parts), is_protected=is_protected)

    @property
    def default(self) -> Profile:
        """The profile that is given where none is named: the first."""
        return next(iter(self.profiles.values()))

    def title(self, name: str) -> str:
        """Return what the profile of this name is called; the name where there is none by now."""
        found = self.profiles.get(name)
        return found.title if found else name

    def find(self, name: str) -> Profile | None:
        """Return the profile of this name or title, however it is cased; None where none fits."""
        wanted = name.strip().casefold()
        for profile in self.profiles.values():
            if wanted in {profile.name.casefold(), profile.title.casefold()}:
                return profile
        return None
