"""Whether there are enough different people for every stage, when nobody counts twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seats:
    """So many approvals are missing, and these people may give them."""

    missing: int
    people: Collection[str]


def can_be_filled(wanted: Sequence[Seats]) -> bool:
    """Tell whether every seat can have a person of its own.

    Kuhn's algorithm for matchings: a seat takes a free person, or moves the one who has it. A stage
    with at least as many people as there are seats in all can be filled whoever sits elsewhere.
    """
    total = sum(one.missing for one in wanted)
    scarce = [one for one in wanted if len(set(one.people)) < total]
    seats = [sorted(set(one.people)) for one in scarce for _ in range(one.missing)]
    taken = dict[str, int]()
    return all(_seat(number, seats, taken, set()) for number in range(len(seats)))


def _seat(
    number: int, seats: Sequence[Sequence[str]], taken: dict[str, int], tried: set[str]
) -> bool:
    for person in seats[number]:
        if person in tried:
            continue
        tried.add(person)
        if person not in taken or _seat(taken[person], seats, taken, tried):
            taken[person] = number
            return True
    return False
