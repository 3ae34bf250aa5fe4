"""What a rule is about: everything that it names has to hold."""

from datetime import timedelta

import pytest

from rules.approval import Default, Part, Plain, Rule, When, terms_of
from rules.terms import Circle, Stage
from rules.values import Kind

IXON = """{"grants": [{"group": "Plant 1", "role": "Operator"},
 {"group": "Plant 2", "role": "Admin"}], "message": null, "level": 1, "activate": true}"""
PART = Part(Kind.ONBOARD, "engineer", "ixon", IXON)

OPS = Stage("approval", "Ops", ("S0OPS",), 1)
DEFAULT = Default(Rule("approval", stages=(OPS,)), timedelta(hours=72), timedelta(hours=24))


@pytest.mark.parametrize(
    ("name", "wanted", "holds"),
    [
        ("grants", ("admin",), True),
        ("grants", ("Plant 1",), True),
        ("grants", ("role",), True),
        ("grants", ("owner", "OPERATOR"), True),
        ("grants", ("owner",), False),
        ("message", ("",), False),
        ("level", (1,), True),
        ("level", (True,), False),
        ("level", ("1",), False),
        ("activate", (True,), True),
        ("activate", (1,), False),
        ("nothing", ("admin",), False),
    ],
)
def test_an_access_is_matched_by_any_value_in_its_field(
    name: str, wanted: tuple[Plain, ...], *, holds: bool
) -> None:
    assert When(access={name: wanted}).holds(PART) is holds


def test_a_removal_has_no_access_to_match() -> None:
    assert not When(access={"grants": ("admin",)}).holds(Part(Kind.OFFBOARD, "", "ixon"))


@pytest.mark.parametrize(
    "when",
    [
        When(actions=frozenset({Kind.OFFBOARD})),
        When(profiles=frozenset({"analyst"})),
        When(vendors=frozenset({"axiom"})),
        When(risk=True),
        When(vendors=frozenset({"ixon"}), risk=True),
    ],
)
def test_one_thing_that_does_not_hold_is_enough(when: When) -> None:
    assert not when.holds(PART)


def test_nothing_asked_at_all_falls_to_the_default() -> None:
    assert terms_of([], [Rule("readers", automatic=True)], DEFAULT).stages == (OPS,)


def test_the_same_people_are_asked_once_for_the_larger_number() -> None:
    more = Stage("more", "More", ("S0OPS",), 3)
    rules = [Rule("more", When(vendors=frozenset({"ixon"})), (more,))]
    parts = [PART, Part(Kind.ONBOARD, "engineer", "axiom")]
    (stage,) = terms_of(parts, rules, DEFAULT).stages
    assert (stage.rule, stage.threshold) == ("approval", 3)


def test_stages_are_asked_in_the_order_in_which_they_are_written() -> None:
    first, second = Stage("b", "B", ("S0B",), 1), Stage("a", "A", ("S0A",), 1)
    rules = [Rule("b", stages=(first,)), Rule("a", stages=(second,))]
    assert terms_of([PART], rules, DEFAULT).stages == (first, second)


def test_a_rule_that_names_nobody_loosens_nothing() -> None:
    rules = [Rule("longer", expires_after=timedelta(days=9), valid_for=timedelta(days=9))]
    terms = terms_of([PART], rules, Default(
        Rule("approval", stages=(OPS,), expires_after=timedelta(hours=72),
             valid_for=timedelta(hours=24)),
        timedelta(hours=72), timedelta(hours=24),
    ))  # fmt: skip
    assert terms.stages == (OPS,)
    assert (terms.expires_after, terms.valid_for) == (timedelta(hours=72), timedelta(hours=24))


def test_whoever_is_protected_needs_two_even_where_stages_ask_for_one() -> None:
    parts = [Part(Kind.OFFBOARD, "", "ixon")]
    terms = terms_of(parts, [], DEFAULT, is_protected=True)
    assert (terms.approvals, terms.rules) == (2, ("approval", "protected"))
    two = Rule("two", stages=(OPS, Stage("two", "Two", ("S0B",), 1)))
    assert terms_of(parts, [two], DEFAULT, is_protected=True).approvals == 2


def test_protection_is_about_leaving_only() -> None:
    assert terms_of([PART], [], DEFAULT, is_protected=True).approvals == 1


def test_nobody_is_protected_unless_it_is_said() -> None:
    assert terms_of([Part(Kind.OFFBOARD, "", "ixon")], [], DEFAULT).approvals == 1


def test_the_rule_that_approves_by_itself_is_named_whatever_stands_before_it() -> None:
    rules = [Rule("longer", expires_after=timedelta(days=9)), Rule("readers", automatic=True)]
    assert terms_of([PART], rules, DEFAULT).automatic == "readers"


def test_every_rule_that_lets_only_some_ask_draws_its_circle() -> None:
    rules = [Rule("sales", requesters=("S0SALES",)), Rule("readers", automatic=True)]
    assert terms_of([PART], rules, DEFAULT).requesters == (Circle("sales", ("S0SALES",)),)
