"""A policy that could not do what it says refuses to start, with the rule and the reason."""

from datetime import timedelta

import pytest

from rules.approval import When
from rules.limits import Limits
from rules.values import Kind
from tests.unit.bot.configured import Configuration

A_RULE = """
[[rules]]
name = "axiom-admins"
when = { action = "onboard", vendor = "axiom", access = { role = ["admin", "owner"] } }
approvers = ["S0123456789"]
threshold = 2
"""


def test_a_rule_is_read_whole(configuration: Configuration) -> None:
    configuration.document += A_RULE + (
        'requesters = ["U0123456789"]\nvalid_for = "2h"\nexpires_after = "9h"\ntitle = "Admins"\n'
    )
    (rule,) = configuration.load().catalog.rules
    assert (rule.name, rule.requesters) == ("axiom-admins", ("U0123456789",))
    assert (rule.valid_for, rule.expires_after) == (timedelta(hours=2), timedelta(hours=9))
    (stage,) = rule.stages
    assert (stage.title, stage.approvers, stage.threshold) == ("Admins", ("S0123456789",), 2)
    assert rule.when == When(
        frozenset({Kind.ONBOARD}), vendors=frozenset({"axiom"}), access={"role": ("admin", "owner")}
    )


def test_stages_without_a_title_are_numbered(configuration: Configuration) -> None:
    configuration.document += """
[[rules]]
name = "two"
stages = [{ approvers = ["S0123456789"] }, { title = "Board", approvers = ["S0223456789"] }]
"""
    (rule,) = configuration.load().catalog.rules
    assert [stage.title for stage in rule.stages] == ["two 1", "Board"]


def test_the_default_has_its_times_its_requesters_and_its_name(
    configuration: Configuration,
) -> None:
    default = configuration.load().catalog.approval
    assert (default.valid_for, default.requesters) == (timedelta(hours=24), ())
    configuration.change(
        "threshold = 1", 'threshold = 1\nvalid_for = "1h"\nrequesters = ["S0123456789"]'
    )
    terms = configuration.load().catalog.terms([])
    assert terms.valid_for == timedelta(hours=1)
    assert [circle.people for circle in terms.requesters] == [("S0123456789",)]


def test_protected_people_are_read(configuration: Configuration) -> None:
    configuration.document += '\n[people]\nprotected = ["U0123456789", "S0123456789"]\n'
    assert configuration.load().catalog.protected == ("U0123456789", "S0123456789")


def test_what_one_person_may_ask_for_is_read(configuration: Configuration) -> None:
    assert configuration.load().catalog.limits == Limits(pending_at_most=10, asks_an_hour=30)
    configuration.document += "\n[people]\npending_at_most = 3\nasks_an_hour = 5\n"
    assert configuration.load().catalog.limits == Limits(pending_at_most=3, asks_an_hour=5)


@pytest.mark.parametrize("name", ["pending_at_most", "asks_an_hour"])
@pytest.mark.parametrize("value", ["0", "-1", "1_000_001", '"ten"', "true"])
def test_a_limit_that_is_none_is_refused(
    configuration: Configuration, name: str, value: str
) -> None:
    configuration.document += f"\n[people]\n{name} = {value}\n"
    assert f"people.{name}" in str(configuration.problems())


@pytest.mark.parametrize("domain", ["example.com", "xn--cme-5cd.Example", "a-b--c.d1"])
def test_domains_are_read(configuration: Configuration, domain: str) -> None:
    configuration.document += f'\n[people]\ndomains = ["{domain}"]\n'
    assert configuration.load().catalog.domains == (domain,)


@pytest.mark.parametrize(
    "domain",
    ["", "@example.com", "*.example.com", "a..b", "-a.b", "a-.b", "\u0430cme.example", "a b"],
)
def test_what_is_no_domain_is_refused(configuration: Configuration, domain: str) -> None:
    configuration.document += f'\n[people]\ndomains = ["{domain}"]\n'
    assert "people.domains.0 must be a domain" in str(configuration.problems())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "axiom-admins"', "", "rules.0.name is missing"),
        ('"axiom-admins"', '"Axiom admins"', "rules.0.name must be a word"),
        ('"axiom-admins"', '"approval"', "rules.0.name must be a word"),
        ('"axiom-admins"', '"protected"', "rules.0.name must be a word"),
        ("threshold = 2", "treshold = 2", "rules.0.treshold is unknown"),
        ('action = "onboard"', 'action = "promote"', "rules.0.when.action input should be"),
        ('vendor = "axiom"', 'vendor = "ixon"', "rules.0.when.vendor names a vendor that is off"),
        ('vendor = "axiom"', 'vendor = ["axiom", "axolo"]', "when.access needs one vendor"),
        ('vendor = "axiom", ', "", "rules.0.when.access needs one vendor"),
        ("role =", "rule =", "rules.0.when.access names something that cannot be asked for"),
        ('"onboard"', '"offboard"', "rules.0.when.access is about what is given"),
        ('["admin", "owner"]', "[]", "rules.0.when.access.role must not be empty"),
        ('["admin", "owner"]', "[1.5]", "rules.0.when.access.role.0."),
        ('approvers = ["S0123456789"]', "", "rules.0.approvers is missing: threshold and title"),
        ('["S0123456789"]', "[]", "rules.0.approvers must not be empty"),
        ('["S0123456789"]', '["@it"]', "rules.0.approvers.0 must be a user id"),
        ('["S0123456789"]', '["U0123456789"]', "rules.0.threshold needs more approvers than"),
        ("threshold = 2", "threshold = 0", "rules.0.threshold input should be greater"),
        ("threshold = 2", "automatic = true", "rules.0.automatic stands beside approvers"),
        ("threshold = 2", "confidential = true", "confidential is for offboardings: add action ="),
        ("threshold = 2", 'confidential = "yes"', "rules.0.confidential must be true or false"),
        ("threshold = 2", 'valid_for = "1s"', "rules.0.valid_for input should be greater"),
        ("threshold = 2", "stages = []", "rules.0.stages must not be empty"),
        (
            "threshold = 2",
            'stages = [{ approvers = ["S0123456789"] }]',
            "rules.0.stages stands beside approvers",
        ),
        (
            'approvers = ["S0123456789"]\nthreshold = 2',
            'stages = [{ approvers = ["U0AAA"] }, { approvers = ["U0AAA"] }]',
            "rules.0.stages needs more approvers than there are: a person counts once",
        ),
        (
            'approvers = ["S0123456789"]\nthreshold = 2',
            "",
            "rules.0.approvers is missing: this rule says nothing",
        ),
        (
            'approvers = ["S0123456789"]\nthreshold = 2',
            "automatic = true",
            'rules.0.automatic needs action = "onboard" and profiles in when',
        ),
        ("[[rules]]", "[rules]", "rules must be written as [[rules]]"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_meant_so_refuses_to_start(
    configuration: Configuration, old: str, new: str, problem: str
) -> None:
    assert old in A_RULE
    configuration.document += A_RULE.replace(old, new)
    assert any(problem in one for one in configuration.problems()), configuration.problems()


def test_a_profile_that_does_not_exist_refuses_to_start(configuration: Configuration) -> None:
    configuration.document += A_RULE.replace('"onboard"', '"onboard", profile = "engineeer"')
    assert configuration.problems() == [
        "aboard.toml: rules.0.when.profile names a profile that does not exist."
    ]


def test_what_is_risky_is_never_to_be_approved_by_a_rule(configuration: Configuration) -> None:
    configuration.document += """
[[rules]]
name = "readers"
when = { action = "onboard", profile = "engineer", risk = true }
automatic = true
"""
    assert configuration.problems() == [
        "aboard.toml: rules.0.automatic is never for what is risky."
    ]


def test_two_rules_of_one_name_refuse_to_start(configuration: Configuration) -> None:
    configuration.document += A_RULE + A_RULE
    assert configuration.problems() == [
        "aboard.toml: rules.1.name is the name of another rule as well."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('[approval]\napprovers = ["U0123456789", "U0223456789"]\nthreshold = 1\n', ""),
        ('["U0123456789", "U0223456789"]', "[]"),
    ],
)
def test_an_empty_policy_refuses_to_start(configuration: Configuration, old: str, new: str) -> None:
    configuration.change(old, new)
    assert any("approval" in one for one in configuration.problems())
