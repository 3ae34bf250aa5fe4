"""What was attested is written once for each step, and read with the request it belongs to."""

import pytest
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage import attestations, dossiers, requests
from storage.models import Attestation, Step
from tests.unit.storage.rows import NOW, add_request, add_step


def word(step: Step, by: str = "U0KEEPS") -> dict[str, str | int | None]:
    return {"step_id": step.id, "by": by, "evidence": "Seen", "rule": "by-hand", "at": NOW}


def test_a_word_is_read_with_its_own_request_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        one, other = add_request(connection), add_request(connection)
        attestations.insert(connection, word(add_step(connection, one)))
        add_step(connection, other)
        [found] = _attested(connection, one)
        assert (found.by, found.evidence, found.rule, found.at) == (
            "U0KEEPS", "Seen", "by-hand", NOW,
        )  # fmt: skip
        assert _attested(connection, other) == ()


def test_the_dossier_of_a_request_holds_what_was_attested(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        step = add_step(connection, number)
        attestations.insert(connection, word(step))
        assert [one.step_id for one in _attested(connection, number)] == [step.id]


def _attested(connection: Connection, number: int) -> tuple[Attestation, ...]:
    request = requests.by_number(connection, number)
    assert request is not None
    return dossiers.of_request(connection, request).attestations


def test_the_database_takes_one_word_for_a_step(engine: Engine) -> None:
    with engine.begin() as connection:
        step = add_step(connection, add_request(connection))
        attestations.insert(connection, word(step))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        attestations.insert(connection, word(step, "U0OTHER"))
