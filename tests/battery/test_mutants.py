"""Small changes of the code are noticed by the tests; `python -m tests.battery.mutants` tells."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("mutmut", reason="mutmut is not installed: make battery does")

from tests.battery.mutants import drawn, together, tried
from tests.battery.mutants_made import Mutant, mutants_of
from tests.battery.mutants_parts import IN_FULL, PARTS

ENOUGH = 0.95
DECIDES = "who may decide"
ELSEWHERE = "tests/unit/rules/test_panel.py"
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
    most = int(os.environ.get("ABOARD_MUTANTS", "0"))
    found = {DECIDES: tried(PARTS[DECIDES])}
    found |= {name: tried(PARTS[name], most=most) for name in IN_FULL if most}
    whole = together(found.values())
    shares = ", ".join(f"{name} {one.share:.1%} of {one.every}" for name, one in found.items())
    record_property("measured", f"{whole.told} ({shares})")
    record_property("tried", whole.every)
    assert whole.every > 100
    assert not found[DECIDES].survived, whole
    assert all(one.share >= ENOUGH for one in found.values()), whole
    assert not whole.wrong


def test_without_the_tests_of_who_may_decide_mutants_survive() -> None:
    found = tried(replace(PARTS[DECIDES], functions=frozenset({"_is_subject"})), (ELSEWHERE,))
    assert found.survived
    assert found.share < ENOUGH


def test_what_was_run_before_in_another_folder_notices_no_mutant() -> None:
    folder = "tests/unit/bot/test_guard_shape.py"
    before = f"{folder}::test_no_more_than_64_levels_nest_wherever_they_stand"
    beside = f"{folder}::test_what_stands_side_by_side_does_not_nest"
    part = replace(PARTS[DECIDES], functions=frozenset({"_is_subject"}), first=(before,))
    assert tried(part, (before, beside, ELSEWHERE), most=4).survived


def test_of_many_mutants_the_same_few_are_drawn_each_time(made: list[Mutant]) -> None:
    few = drawn(made, 5)
    assert few == drawn(made, 5)
    assert [one for one in made if one in few] == few
    assert len(few) == 5
    assert drawn(made, len(made)) == drawn(made, None) == made


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
