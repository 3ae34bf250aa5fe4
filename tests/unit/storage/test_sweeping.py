"""Words are taken out of every text that is kept, and the audit trail is left alone."""

from collections.abc import Collection

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import audit, sweeping
from storage.audit import Fact
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_request, add_step

TEAM = "T0HOME"
WORDS = {"ada@acme.example", "Ada Ñandú", "Ada_Moreno%"}


def value(engine: Engine, table: str, column: str) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(sa.select(METADATA.tables[table].c[column])))


def sweep(connection: Connection, words: Collection[str]) -> None:
    for place in sweeping.search(connection, TEAM, {"them": words})["them"]:
        sweeping.take_out(connection, TEAM, place, sweeping.pattern(words))


def test_a_word_goes_wherever_it_stands_however_it_is_cased(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, reason="For ADA@acme.example: ADA ÑANDÚ, adam")
        add_step(connection, number, detail="Ada_Moreno% and Ada Moreno", after="ada@acme.example")
        audit.record(connection, Fact("END001I", NOW, "aboard", number, detail="Ada Ñandú"))
        sweep(connection, WORDS)
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
        "request.reason", "request.accesses", "batch.source", "batch.reason", "hold.reason",
        "attestation.evidence", "decision.reason", "step.access", "account.access",
    }  # fmt: skip
    assert not [one for one in swept if one.endswith("email")], "these are compared as a whole"


def test_without_words_nothing_is_touched(engine: Engine) -> None:
    with engine.begin() as connection:
        add_request(connection, reason="For Ada")
        sweep(connection, set())
    assert value(engine, "request", "reason") == ["For Ada"]


@pytest.mark.parametrize(
    "text",
    [
        "joann@example.com", "jo.ann@example.com", "jo-ann@example.com", "x+ann@example.com",
        "ann@example.com.au", "ann@example.community", "ann@example.com-x", "Cecili and others",
        "Julian Anders", "Li Anders", "Li Ann",
    ],
)  # fmt: skip
def test_a_word_within_another_one_is_somebody_else(engine: Engine, text: str) -> None:
    with engine.begin() as connection:
        add_request(connection, reason=text)
        sweep(connection, {"ann@example.com", "Li An"})
    assert value(engine, "request", "reason") == [text]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask ann@example.com.", "Ask (erased)."),
        ("<mailto:ANN@Example.com|Li An>", "<mailto:(erased)|(erased)>"),
        ("(li an), Li An's desk", "((erased)), (erased)'s desk"),
        (r'{"text":"Hello,\nLi An"}', r'{"text":"Hello,\n(erased)"}'),
    ],
)
def test_a_word_by_itself_goes_whatever_stands_around_it(
    engine: Engine, text: str, left: str
) -> None:
    with engine.begin() as connection:
        add_request(connection, accesses=text)
        sweep(connection, {"ann@example.com", "Li An"})
    assert value(engine, "request", "accesses") == [left]


def test_another_workspace_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, team_id="T0OTHER", reason="Li An")
        add_step(connection, number, detail="Li An")
        sweep(connection, {"Li An"})
    assert value(engine, "request", "reason") == value(engine, "step", "detail") == ["Li An"]
