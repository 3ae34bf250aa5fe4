"""Requests with everything that belongs to them: many in as many queries as one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import attestations, requests
from storage.entities import all_of
from storage.models import METADATA, Attestation, Decision, Person, Request, Step

_PEOPLE = METADATA.tables["person"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A request with everything that belongs to it, read in one transaction."""

    request: Request
    person: Person | None
    steps: tuple[Step, ...]
    decisions: tuple[Decision, ...]
    attestations: tuple[Attestation, ...] = ()


def of_request(connection: Connection, request: Request) -> Dossier:
    """Return ``request`` with its person, steps, decisions and attestations."""
    return of_requests(connection, [request])[0]


def of_requests(connection: Connection, found: Sequence[Request]) -> list[Dossier]:
    """Return what belongs to each of ``found``, in their order."""
    numbers = [requests.number_of(one) for one in found]
    people = _people(connection, {one.person_id for one in found if one.person_id})
    steps, decisions = steps_and_decisions(connection, numbers)
    attested = _attested(connection, [step for mine in steps.values() for step in mine])
    return [
        Dossier(
            one,
            people.get(one.person_id or 0),
            tuple(steps[number]),
            tuple(decisions[number]),
            tuple(attested[step.id] for step in steps[number] if step.id in attested),
        )
        for number, one in zip(numbers, found, strict=True)
    ]


def steps_and_decisions(
    connection: Connection, numbers: Collection[int]
) -> tuple[Mapping[int, list[Step]], Mapping[int, list[Decision]]]:
    """Return the steps and the decisions of each request, by its number: no list is missing."""
    steps, decisions = defaultdict[int, list[Step]](list), defaultdict[int, list[Decision]](list)
    for step in requests.steps_of_all(connection, numbers):
        steps[step.request_number].append(step)
    for decision in requests.decisions_of_all(connection, numbers):
        decisions[decision.request_number].append(decision)
    return steps, decisions


def _people(connection: Connection, keys: Collection[int]) -> dict[int | None, Person]:
    named = sa.select(_PEOPLE).where(_PEOPLE.c.id.in_(keys))
    return {one.id: one for one in all_of(connection, named, Person)}


def _attested(connection: Connection, steps: Collection[Step]) -> dict[int | None, Attestation]:
    words = attestations.of_steps(connection, [step.id for step in steps if step.id])
    return {one.step_id: one for one in words}
