"""The machine can fail: whatever promise the bot is made to break, a life finds it out."""

from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.life.defects import DEFECTS
from tests.life.lives import live
from tests.life.machine import Life

ENOUGH = 250
EASY = ("everybody-approves", "plan-not-bound", "no-fact")


@pytest.fixture
def life(empty: Path, tmp_path: Path) -> Life:
    class Walked(Life):
        template, folder = empty, tmp_path

    return Walked()


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_where_it_matters(
    name: str, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect = DEFECTS[name]
    defect.plant(monkeypatch)
    with pytest.raises(AssertionError, match=defect.word):
        _walk(name, life)


@pytest.mark.parametrize("name", DEFECTS)
def test_the_same_life_breaks_no_promise_without_the_defect(name: str, life: Life) -> None:
    _walk(name, life)


def _walk(name: str, life: Life) -> None:
    try:
        DEFECTS[name].walk(life)
        life.everything_is_as_it_must_be()
    finally:
        life.teardown()


@pytest.mark.parametrize("name", EASY)
def test_lives_at_random_find_a_planted_defect(
    name: str, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect = DEFECTS[name]
    defect.plant(monkeypatch)
    generate = settings(settings(), phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError, match=defect.word):
        live(empty, ENOUGH, 30, seeded=1, how=generate)
