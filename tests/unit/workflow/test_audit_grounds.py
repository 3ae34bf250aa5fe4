"""Terms that somebody changed in the rows are found, whenever they did and however it was approved.

Only the facts that put a request under other terms may do so: its plan, an escalation, its batch.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from rules.terms import Terms
from storage import audit, migrate
from storage.audit import Fact
from storage.engine import create_engine
from storage.models import METADATA
from tests.terms import one_stage
from tests.unit.storage.rows import NOW, add_request
from workflow.audit_verify import verify

REQUESTS = METADATA.tables["request"]
TWO = one_stage("U0LEAD", "U0SEC", threshold=2)
MILD = one_stage("U0LEAD")
READERS = replace(TWO, stages=(), automatic="readers")
BEGUN = ("REQ001I", "REQ002I")
CARRIED_OUT = ("DEC001I", "STP001I")


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    engine = create_engine(sqlite_url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


def columns(terms: Terms) -> dict[str, str | int | None]:
    return {"terms": terms.text(), "policy_digest": terms.digest()}


def ask(connection: Connection, terms: Terms, batch: int | None = None) -> int:
    number = add_request(connection, **columns(terms), batch=batch)
    tell(connection, number, *BEGUN)
    return number


def tell(connection: Connection, number: int, *codes: str) -> None:
    for code in codes:
        audit.record(connection, Fact(code, NOW, "U0LEAD", number))


def put_under(connection: Connection, number: int, terms: Terms) -> None:
    mine = sa.update(REQUESTS).where(REQUESTS.c.number == number)
    connection.execute(mine.values(columns(terms)))


def put_batch(connection: Connection, batch: int, code: str, terms: Terms) -> None:
    digest = terms.digest()
    fact = Fact(code, NOW, "aboard", policy_digest=digest, detail=f"batch {batch}")
    audit.record(connection, fact)


def flaw_in(engine: Engine) -> str:
    with engine.begin() as connection:
        flaw = verify(connection).flaw
    return flaw.sentence if flaw else ""


def test_of_two_requests_under_the_same_terms_each_is_looked_at(engine: Engine) -> None:
    with engine.begin() as connection:
        other, number = ask(connection, MILD), ask(connection, MILD)
        tell(connection, other, *CARRIED_OUT)
        tell(connection, number, *CARRIED_OUT)
    assert not flaw_in(engine)
    with engine.begin() as connection:
        mine = sa.update(REQUESTS).where(REQUESTS.c.number == number)
        connection.execute(mine.values(terms=TWO.text()))
    assert flaw_in(engine).startswith(f"the terms of request {number} are not those")


def test_a_request_that_is_gone_is_a_flaw(engine: Engine) -> None:
    with engine.begin() as connection:
        number = ask(connection, MILD)
        tell(connection, number, *CARRIED_OUT)
        connection.execute(sa.delete(REQUESTS).where(REQUESTS.c.number == number))
    assert flaw_in(engine).startswith(f"the terms of request {number} are not those")


def test_terms_that_nobody_can_read_any_more_are_a_flaw(engine: Engine) -> None:
    with engine.begin() as connection:
        number = ask(connection, MILD)
        tell(connection, number, *CARRIED_OUT)
        mine = sa.update(REQUESTS).where(REQUESTS.c.number == number)
        connection.execute(mine.values(terms="no terms"))
    assert flaw_in(engine).startswith(f"the terms of request {number} are not those")


@pytest.mark.parametrize("codes", [CARRIED_OUT, ("DEC004I", "STP001I"), ("DEC005I", "STP001I")])
def test_terms_that_somebody_changed_while_it_waited_are_a_flaw(
    engine: Engine, codes: tuple[str, str]
) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO)
    with engine.begin() as connection:
        put_under(connection, number, READERS if "DEC004I" in codes else MILD)
        tell(connection, number, *codes)
    assert flaw_in(engine) == f"the terms of request {number} are not those that it was put under"


def test_terms_that_were_made_milder_for_the_start_alone_are_a_flaw(engine: Engine) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO)
        tell(connection, number, "DEC001I")
        put_under(connection, number, MILD)
        tell(connection, number, "STP001I")
    assert "are not those that it was put under" in flaw_in(engine)


@pytest.mark.parametrize("code", ["REQ002I", "REM002W"])
def test_a_plan_and_an_escalation_put_a_request_under_other_terms(
    engine: Engine, code: str
) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO)
        put_under(connection, number, MILD)
        tell(connection, number, code, *CARRIED_OUT)
    assert not flaw_in(engine)


@pytest.mark.parametrize("code", ["BAT002I", "BAT010W"])
def test_a_batch_puts_its_requests_under_its_terms(engine: Engine, code: str) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO, batch=7)
        put_under(connection, number, MILD)
        put_batch(connection, 7, code, MILD)
        tell(connection, number, *CARRIED_OUT)
    assert not flaw_in(engine)


@pytest.mark.parametrize(
    ("batch", "terms", "when"), [(8, MILD, "after"), (7, READERS, "after"), (7, MILD, "before")]
)
def test_no_other_batch_no_other_terms_and_no_earlier_ones_do(
    engine: Engine, batch: int, terms: Terms, when: str
) -> None:
    with engine.begin() as connection:
        if when == "before":
            put_batch(connection, batch, "BAT002I", terms)
        number = ask(connection, TWO, batch=7)
        put_under(connection, number, MILD)
        if when == "after":
            put_batch(connection, batch, "BAT002I", terms)
        tell(connection, number, *CARRIED_OUT)
    assert "are not those that it was put under" in flaw_in(engine)


def test_no_other_fact_of_its_batch_puts_a_request_under_other_terms(engine: Engine) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO, batch=7)
        put_under(connection, number, MILD)
        put_batch(connection, 7, "BAT001I", MILD)
        tell(connection, number, *CARRIED_OUT)
    assert "are not those that it was put under" in flaw_in(engine)


def test_facts_of_no_request_stand_under_no_terms(engine: Engine) -> None:
    with engine.begin() as connection:
        for terms in (TWO, MILD):
            audit.record(connection, Fact("DEC001I", NOW, "U0LEAD", policy_digest=terms.digest()))
    assert not flaw_in(engine)


def test_a_rule_that_the_terms_do_not_have_approves_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        number = ask(connection, TWO)
        tell(connection, number, "DEC004I", "STP001I")
    assert flaw_in(engine) == f"request {number} was approved by a rule that its terms do not have"
