"""A panel says who is asked now, and what is still missing."""

import pytest

from rules.panel import Panel, given_in_stage, stage_number
from rules.people import Actor, same_mailbox, same_person
from rules.terms import Stage

FIRST, SECOND = Stage("r1", "Managers", ("S0ONE",), 2), Stage("r2", "Board", ("S0TWO",), 1)
ONE, TWO, THREE = (Actor(f"U0{name}", "T0HOME") for name in ("ONE", "TWO", "THREE"))
PEOPLE = frozenset({"U0ONE", "U0TWO"}), frozenset({"U0THREE"})


def panel(*approved: Actor) -> Panel:
    """Return two of two, then one."""
    return Panel((FIRST, SECOND), PEOPLE, approved)


def test_each_stage_is_asked_until_it_has_all_its_approvals() -> None:
    for approved, stage, title, asked in (
        ((), FIRST, "Managers", PEOPLE[0]),
        ((ONE,), FIRST, "Managers", PEOPLE[0]),
        ((ONE, TWO), SECOND, "Board", PEOPLE[1]),
        ((ONE, TWO, THREE), None, "Nobody", frozenset()),
    ):
        found = panel(*approved)
        assert (found.stage, found.title, found.asked) == (stage, title, asked)


def test_everybody_is_whoever_is_asked_in_any_stage() -> None:
    assert panel().everybody == {"U0ONE", "U0TWO", "U0THREE"}
    assert Panel((), ()).everybody == frozenset()


def test_what_is_missing_is_counted_stage_by_stage() -> None:
    assert list(panel().open_stages()) == [(2, PEOPLE[0]), (1, PEOPLE[1])]
    assert list(panel(ONE).open_stages()) == [(1, PEOPLE[0]), (1, PEOPLE[1])]
    assert list(panel(ONE, TWO).open_stages()) == [(1, PEOPLE[1])]
    assert list(panel(ONE, TWO, THREE).open_stages()) == []


def test_a_panel_whose_stages_lack_people_answers_nothing() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(Panel((FIRST, SECOND), PEOPLE[:1]).open_stages())


def test_an_approval_is_added_at_the_end() -> None:
    assert panel(ONE).with_approval(TWO) == panel(ONE, TWO)


def test_approvals_tell_the_stage_and_how_many_count_for_it() -> None:
    stages = (FIRST, SECOND)
    assert [stage_number(stages, given) for given in range(5)] == [0, 0, 1, None, None]
    assert [given_in_stage(stages, given) for given in range(3)] == [0, 1, 0]
    assert stage_number((), 0) is None


@pytest.mark.parametrize("unknown", [None, ""])
def test_an_unknown_mailbox_is_the_same_as_no_other(unknown: str | None) -> None:
    assert not same_mailbox(unknown, unknown)
    assert not same_mailbox("ada@acme.example", unknown)
    assert not same_mailbox(unknown, "ada@acme.example")


def test_a_person_is_known_by_the_id_or_by_the_mailbox() -> None:
    ada = Actor("U0ADA", "T0HOME", "ada@acme.example")
    assert same_person(ada, Actor("U0ADA", "T0HOME"))
    assert same_person(Actor("U0ADA", "T0HOME"), Actor("U0ADA", "T0HOME"))
    assert same_person(ada, Actor("U0TWO", "T0HOME", "Ada+two@ACME.example"))
    assert not same_person(ada, Actor("U0BOB", "T0HOME", "bob@acme.example"))
    assert not same_person(Actor("U0ADA", "T0HOME"), Actor("U0BOB", "T0HOME"))
