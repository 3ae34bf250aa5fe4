"""Profiles are found as people write them, and the approval rule has a fingerprint."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.catalog import ApprovalRule, Catalog, Profile

RULE = ApprovalRule(("U0LEAD", "S0OPS", "W0BOSS"), 1, timedelta(hours=72))
ENGINEER = Profile("engineer", "Engineer", {"axiom": '{"role":"user"}'})
ANALYST = Profile("analyst", "Data Analyst", {"axiom": '{"role":"read-only"}'})
CATALOG = Catalog({"engineer": ENGINEER, "analyst": ANALYST}, RULE)


def test_users_and_groups_are_told_apart() -> None:
    assert RULE.users == {"U0LEAD", "W0BOSS"}
    assert RULE.groups == ("S0OPS",)


def test_the_fingerprint_does_not_depend_on_the_order_of_the_approvers() -> None:
    assert replace(RULE, approvers=("W0BOSS", "U0LEAD", "S0OPS")).digest() == RULE.digest()


@pytest.mark.parametrize(
    "other",
    [
        replace(RULE, approvers=("U0LEAD", "S0OPS")),
        replace(RULE, threshold=2),
        replace(RULE, expires_after=timedelta(hours=71)),
    ],
)
def test_the_fingerprint_changes_with_everything_the_rule_says(other: ApprovalRule) -> None:
    assert other.digest() != RULE.digest()


def test_the_first_profile_is_given_where_none_is_named() -> None:
    assert CATALOG.default is ENGINEER


@pytest.mark.parametrize(
    "name", ["analyst", "ANALYST", " analyst ", "Data Analyst", "data analyst"]
)
def test_a_profile_is_found_by_name_or_title_however_it_is_cased(name: str) -> None:
    assert CATALOG.find(name) is ANALYST


@pytest.mark.parametrize("name", ["", "analysts", "data", "engineer analyst"])
def test_what_names_no_profile_finds_none(name: str) -> None:
    assert CATALOG.find(name) is None
