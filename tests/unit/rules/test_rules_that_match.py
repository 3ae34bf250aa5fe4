"""Which rules apply and what they ask for together, wish by wish, against the documents' words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from rules.approval import Part, Rule, When
from rules.catalog import ApprovalRule, Catalog, Profile
from rules.terms import Stage
from rules.values import Kind

ENGINEER, READER, ADMIN = "engineer", "reader", "admin"
ACCESSES: Mapping[str, Mapping[str, str]] = {
    ENGINEER: {"axolo": "{}", "axiom": '{"role":"user"}'},
    READER: {"axiom": '{"role":"read-only"}'},
    ADMIN: {"axiom": '{"role":"admin"}'},
}

WRITTEN: Sequence[Rule] = (
    Rule("admins", When(vendors=frozenset({"axiom"}), access={"role": ("ADMIN", "owner")}),
         (Stage("admins", "Admins", ("S0BOARD",), 1),), valid_for=timedelta(hours=2)),
    Rule("risky", When(risk=True), (Stage("risky", "Risky", ("S0CHAIR",), 1),)),
    Rule("readers", When(actions=frozenset({Kind.ONBOARD}), profiles=frozenset({READER})),
         automatic=True),
    Rule("engineers", When(profiles=frozenset({ENGINEER})), requesters=("S0IT",),
         expires_after=timedelta(hours=9)),
    Rule("leaving", When(actions=frozenset({Kind.OFFBOARD})),
         (Stage("leaving", "Leaving", ("S0IT",), 2),), confidential=True),
)  # fmt: skip

DEFAULT = ApprovalRule(("S0IT",), 1, timedelta(hours=72))


@dataclass(frozen=True)
class Wish:
    """Something to ask for, and which of the rules there are."""

    rules: tuple[bool, ...]
    kind: Kind
    profile: str
    risky: frozenset[str]
    is_protected: bool


def wishes() -> Iterator[Wish]:
    """Yield everything that can be asked for, under every set of the rules."""
    risks = [frozenset[str](), frozenset({"axiom"}), frozenset({"axiom", "axolo"})]
    for rules in product((False, True), repeat=len(WRITTEN)):
        for values in product(Kind, ACCESSES, risks, (False, True)):
            yield Wish(rules, *values)


def test_the_terms_of_every_wish_are_those_of_all_rules_that_match() -> None:
    seen = set()
    for wish in wishes():
        on = [rule for rule, is_on in zip(WRITTEN, wish.rules, strict=True) if is_on]
        catalog = Catalog(PROFILES, DEFAULT, tuple(on))
        terms = catalog.terms(_parts(wish), is_protected=wish.is_protected)
        expected = _terms(wish, {rule.name for rule in on})
        stages = [(stage.rule, stage.approvers[0], stage.threshold) for stage in terms.stages]
        found = (
            set(terms.rules), stages, terms.automatic, terms.confidential,
            terms.valid_for, terms.expires_after, [one.rule for one in terms.requesters],
        )  # fmt: skip
        assert found == expected, wish
        seen.add(str(expected))
    assert len(seen) > 20


PROFILES = {name: Profile(name, name, accesses) for name, accesses in ACCESSES.items()}


def _parts(wish: Wish) -> list[Part]:
    accesses = ACCESSES[wish.profile]
    gives = wish.kind is Kind.ONBOARD
    return [
        Part(wish.kind, wish.profile, name, access if gives else "", is_risky=name in wish.risky)
        for name, access in accesses.items()
    ]


Expected = tuple[
    set[str], list[tuple[str, str, int]], str | None, bool, timedelta, timedelta, list[str]
]


def _terms(wish: Wish, on: set[str]) -> Expected:
    """Say what the documents say: part by part, in sentences."""
    vendors = set(ACCESSES[wish.profile])
    risky = vendors & wish.risky
    onboards = wish.kind is Kind.ONBOARD
    admin = "admins" in on and onboards and wish.profile == ADMIN
    leaving = "leaving" in on and not onboards
    reads = "readers" in on and onboards and wish.profile == READER
    engineers = "engineers" in on and wish.profile == ENGINEER
    risk = "risky" in on and bool(risky)
    covered = set(risky) if risk else set()
    covered |= vendors if leaving else set()
    covered |= {"axiom"} if admin else set()
    covered |= (vendors - risky) if reads else set()
    default = covered != vendors
    stages: list[tuple[str, str, int]] = []
    if default:
        stages.append(("approval", "S0IT", 1))
    if admin:
        stages.append(("admins", "S0BOARD", 1))
    if risk:
        stages.append(("risky", "S0CHAIR", 1))
    if leaving and default:
        stages[0] = ("approval", "S0IT", 2)
    elif leaving:
        stages.append(("leaving", "S0IT", 2))
    protected = wish.is_protected and not onboards
    if protected and sum(needed for _, _, needed in stages) < 2:
        rule, people, needed = stages[-1]
        stages[-1] = (rule, people, needed + 1)
    facts = {
        "approval": default, "admins": admin, "risky": risk, "readers": reads,
        "engineers": engineers, "leaving": leaving, "protected": protected,
    }  # fmt: skip
    return (
        {name for name, applies in facts.items() if applies},
        stages,
        None if stages else "readers",
        leaving,
        timedelta(hours=2 if admin else 24),
        timedelta(hours=9 if engineers else 72),
        ["engineers"] if engineers else [],
    )


@pytest.mark.parametrize("kind", Kind)
def test_without_rules_everything_falls_to_the_default(kind: Kind) -> None:
    wish = Wish((False,) * len(WRITTEN), kind, ENGINEER, frozenset(), is_protected=False)
    terms = Catalog(PROFILES, DEFAULT).terms(_parts(wish))
    assert (terms.rules, terms.approvals, terms.automatic) == (("approval",), 1, None)
