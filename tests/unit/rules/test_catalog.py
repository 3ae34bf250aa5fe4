"""Profiles are found as people write them, and approvers are those of every rule."""

from datetime import timedelta

import pytest

from rules.approval import Rule
from rules.catalog import ApprovalRule, Catalog, Profile
from rules.terms import Stage

RULE = ApprovalRule(("U0LEAD", "S0OPS", "W0BOSS"), 1, timedelta(hours=72))
ENGINEER = Profile("engineer", "Engineer", {"axiom": '{"role":"user"}'})
ANALYST = Profile("analyst", "Data Analyst", {"axiom": '{"role":"read-only"}'})
CATALOG = Catalog({"engineer": ENGINEER, "analyst": ANALYST}, RULE)


def test_everybody_whom_any_rule_lets_approve_is_an_approver() -> None:
    more = Rule("admins", stages=(Stage("admins", "Admins", ("S0BOARD", "U0LEAD"), 1),))
    catalog = Catalog({"engineer": ENGINEER}, RULE, (more,))
    assert catalog.approvers == ("U0LEAD", "S0OPS", "W0BOSS", "S0BOARD")


def test_the_first_profile_is_given_where_none_is_named() -> None:
    assert CATALOG.default is ENGINEER


@pytest.mark.parametrize(
    "name", ["analyst", "ANALYST", " analyst ", "Data Analyst", "data analyst"]
)
def test_a_profile_is_found_by_name_or_title_however_it_is_cased(name: str) -> None:
    assert CATALOG.find(name) is ANALYST


def test_a_profile_is_told_by_its_title_and_one_that_is_gone_by_its_name() -> None:
    assert CATALOG.title("analyst") == "Data Analyst"
    assert CATALOG.title("intern") == "intern"


@pytest.mark.parametrize("name", ["", "analysts", "data", "engineer analyst"])
def test_what_names_no_profile_finds_none(name: str) -> None:
    assert CATALOG.find(name) is None
