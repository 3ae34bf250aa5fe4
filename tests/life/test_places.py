"""A death at every place of a life loses nothing, repeats nothing and makes nothing up.

The bot dies in this process, by being abandoned at the point: `tests/integration/test_crashes.py`
kills whole ones. Each place is a life of its own. `ABOARD_LIFE_DEATHS=2` has two deaths in one
deed, too, at every pair of points.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.life.defects import what_cannot_be_looked_up_is_repeated
from tests.life.machine import Life
from tests.life.places import LIFE, Place, lived, points_of

FULL = os.environ.get("ABOARD_LIFE_DEATHS") == "2"
FEWEST = 60
IN_A_BLIND_CALL = 4
"""The number of the deed that calls a product where nobody can be looked up."""

Born = Callable[[], Life]


@pytest.fixture(scope="module")
def born(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Born:
    class Lived(Life):
        template, folder = empty, tmp_path_factory.mktemp("places")

    return Lived


@pytest.fixture(scope="module")
def places(born: Born) -> list[Place]:
    life = born()
    try:
        return list(points_of(life))
    finally:
        life.teardown()


@pytest.mark.timeout(1800 if FULL else 300)
@pytest.mark.parametrize("deed", range(len(LIFE)))
def test_a_death_at_any_point_of_a_deed_breaks_no_promise(
    deed: int, born: Born, places: list[Place]
) -> None:
    for deaths in _deaths([one for one in places if one.deed == deed]):
        assert _died(born(), deaths) in {1, len(deaths)}


@pytest.mark.timeout(300)
def test_a_bot_that_repeats_what_it_cannot_look_up_is_found_by_its_deaths(
    born: Born, places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    what_cannot_be_looked_up_is_repeated(monkeypatch)
    with pytest.raises(AssertionError, match="twice:"):
        _die_everywhere(born, [one for one in places if one.deed == IN_A_BLIND_CALL])


def test_there_are_places_enough_to_die_at(places: list[Place]) -> None:
    assert len(places) >= FEWEST


def _die_everywhere(born: Born, places: Sequence[Place]) -> None:
    for place in places:
        _died(born(), [place])


def _deaths(places: Sequence[Place]) -> Iterator[list[Place]]:
    yield from ([one] for one in places)
    if FULL:
        yield from ([one, other] for one in places for other in places)


def _died(life: Life, deaths: Sequence[Place]) -> int:
    try:
        return lived(life, deaths)
    finally:
        life.teardown()
