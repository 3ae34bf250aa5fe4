"""Words are taken out of every text that is kept, and the audit trail is left alone."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storage import audit, sweeping
from storage.audit import Fact
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_request, add_step

WORDS = {"ada@acme.example", "Ada Ñandú", "Ada_Moreno%"}


def value(engine: Engine, table: str, column: str) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(sa.select(METADATA.tables[table].c[column])))


def test_a_word_goes_wherever_it_stands_however_it_is_cased(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, reason="For ADA@acme.example: Ada Ñandú, adam")
        add_step(connection, number, detail="Ada_Moreno% and Ada Moreno", after="ada@acme.example")
        audit.record(connection, Fact("END001I", NOW, "aboard", number, detail="Ada Ñandú"))
        sweeping.sweep(connection, WORDS)
    assert value(engine, "request", "reason") == ["For (erased): (erased), adam"]
    assert value(engine, "step", "detail") == ["(erased) and Ada Moreno"]
    assert value(engine, "step", "after") == ["(erased)"]
    assert value(engine, "auditevent", "detail") == ["Ada Ñandú"]


def test_every_text_of_every_table_is_looked_at() -> None:
    """A table that is new is swept, too; what leads to rows by key is no text of anybody's."""
    swept = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in sweeping._texts(table)
    }
    assert swept >= {
        "request.reason", "person.email", "batch.source", "batchrow.person", "hold.reason",
        "attestation.evidence", "decision.reason", "step.access", "account.access",
    }  # fmt: skip


def test_without_words_nothing_is_touched(engine: Engine) -> None:
    with engine.begin() as connection:
        add_request(connection, reason="For Ada")
        sweeping.sweep(connection, set())
    assert value(engine, "request", "reason") == ["For Ada"]
