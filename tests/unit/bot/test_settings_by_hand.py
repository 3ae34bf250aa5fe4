"""Who does by hand what no call can: people and groups, named by vendor, only where it is on."""

import pytest

from tests.unit.bot.configured import Configuration


def name(configuration: Configuration, words: str) -> None:
    configuration.change("[vendors.axolo]", f"[approval.by_hand]\n{words}\n\n[vendors.axolo]")


def test_people_and_groups_are_named_by_vendor(configuration: Configuration) -> None:
    name(configuration, 'axiom = ["U0123456789", "S0123456789"]')
    named = configuration.load().catalog.approval.by_hand
    assert named == {"axiom": ("U0123456789", "S0123456789")}


def test_nobody_is_named_where_nothing_is_said(configuration: Configuration) -> None:
    assert configuration.load().catalog.approval.by_hand == {}


@pytest.mark.parametrize("vendor", ["appxite", "axoim"])
def test_a_vendor_that_is_not_on_is_refused_by_its_name(
    configuration: Configuration, vendor: str
) -> None:
    name(configuration, f'{vendor} = ["U0123456789"]')
    assert f"aboard.toml: approval.by_hand.{vendor} names no vendor that is on." in (
        configuration.problems()
    )


@pytest.mark.parametrize("who", ["femi", "C0123456789", "@femi", ""])
def test_whoever_is_no_person_and_no_group_is_refused(
    configuration: Configuration, who: str
) -> None:
    name(configuration, f'axiom = ["{who}"]')
    [problem] = configuration.problems()
    assert problem.startswith("aboard.toml: approval.by_hand.axiom")
    assert who not in problem or not who
