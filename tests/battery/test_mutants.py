"""Small changes of the code are noticed by the tests; `python -m tests.battery.mutants` tells."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("mutmut", reason="mutmut is not installed: make battery does")

from tests.battery.mutants import together, tried
from tests.battery.mutants_made import Mutant, mutants_of
from tests.battery.mutants_parts import IN_FULL, PARTS

ENOUGH = 0.95
DECIDES = "who may decide"
Record = Callable[[str, object], None]

CODE = """\
LIMIT = 3
MOVES = {"a": frozenset({1, 2}), "b": frozenset()}


class Panel:
    @property
    def is_open(self) -> bool:
        '''Tell whether it is.'''
        if self.given and not self.closed:
            return self.given < LIMIT
        raise ValueError
"""


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    (tmp_path / "panel.py").write_text(CODE)
    return mutants_of(tmp_path, "panel.py")


@pytest.mark.timeout(1_500)
def test_nearly_every_mutant_is_killed_and_of_who_may_decide_every_one(
    record_property: Record,
) -> None:
    names = IN_FULL if "ABOARD_MUTANTS" in os.environ else (DECIDES,)
    found = {name: tried(PARTS[name]) for name in names}
    whole = together(found.values())
    shares = ", ".join(f"{name} {one.share:.1%}" for name, one in found.items())
    record_property("measured", f"{whole.told} ({shares})")
    record_property("tried", whole.every)
    assert whole.every > 100
    assert not found[DECIDES].survived, whole
    assert all(one.share >= ENOUGH for one in found.values()), whole
    assert not whole.wrong


def test_without_the_tests_of_who_may_decide_mutants_survive() -> None:
    elsewhere = ("tests/unit/rules/test_panel.py",)
    found = tried(replace(PARTS[DECIDES], functions=frozenset({"_is_subject"})), elsewhere)
    assert found.survived
    assert found.share < ENOUGH


def test_a_mutant_changes_one_place_and_says_how_it_reads(made: list[Mutant]) -> None:
    read = {(one.was, one.becomes) for one in made}
    condition = "if self.given and not self.closed:"
    for was, becomes in (
        ("LIMIT = 3", "LIMIT = 4"),
        (condition, "if True:"),
        (condition, "if self.given:"),
        (condition, "if self.given or not self.closed:"),
        ("return self.given < LIMIT", "return self.given <= LIMIT"),
        ("return self.given < LIMIT", "return None"),
        ("raise ValueError", "pass"),
    ):
        assert (was, becomes) in read
    assert len({one.source(CODE.encode()) for one in made}) == len(made)


def test_a_move_is_left_out_and_a_move_is_added(made: list[Mutant]) -> None:
    moves = {one.becomes for one in made if one.was.startswith("MOVES")}
    assert 'MOVES = {"a": frozenset({1}), "b": frozenset()}' in moves
    assert 'MOVES = {"a": frozenset({1, 2}), "b": frozenset({"running"})}' in moves


def test_a_mutant_knows_the_function_whose_body_it_changes(made: list[Mutant]) -> None:
    assert {one.function for one in made} == {"", "Panel.is_open"}
    assert {one.body for one in made if one.function} == {(8, 11)}
    assert not [one for one in made if "Tell" in one.was]
