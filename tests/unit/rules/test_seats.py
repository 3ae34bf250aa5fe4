"""Seats are filled by different people, wherever there is a way to do so."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from rules.seats import Seats, can_be_filled

PEOPLE = st.frozensets(st.sampled_from("ABCDE"), max_size=5)
WANTED = st.lists(st.builds(Seats, missing=st.integers(1, 2), people=PEOPLE), max_size=3)


@given(WANTED)
def test_seats_can_be_filled_just_where_trying_everything_finds_a_way(wanted: list[Seats]) -> None:
    seats = [one.people for one in wanted for _ in range(one.missing)]
    found = any(
        all(person in seat for person, seat in zip(order, seats, strict=True))
        for order in permutations("ABCDE", len(seats))
    )
    assert can_be_filled(wanted) is found


def test_large_groups_cost_nothing() -> None:
    everybody = frozenset(f"U{number}" for number in range(20_000))
    assert can_be_filled([Seats(20, everybody), Seats(20, everybody), Seats(1, {"U1"})])


def test_twenty_seats_for_nineteen_people_cannot_be_filled() -> None:
    few = frozenset(f"U{number}" for number in range(19))
    assert not can_be_filled([Seats(10, few), Seats(10, few)])


def test_whoever_could_sit_elsewhere_makes_room() -> None:
    others = frozenset("XYZ")
    assert can_be_filled([Seats(1, {"A", "B"}), Seats(1, {"A"}), Seats(1, others)])
    assert can_be_filled(
        [Seats(1, {"A", "B"}), Seats(1, {"A", "C"}), Seats(1, {"A"}), Seats(1, others)]
    )
    assert not can_be_filled([Seats(1, {"A", "B"}), Seats(1, {"A"}), Seats(1, {"B"})])


def test_no_seats_are_filled_and_a_seat_for_nobody_is_not() -> None:
    assert can_be_filled([])
    assert not can_be_filled([Seats(1, ())])
