"""What is taken back is never sealed; what is sealed stays checkable; a key is asked for first."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storage import audit, audit_chain
from storage.audit_chain import KeyMissingError
from storage.engine import create_engine
from storage.links import BEGINNING, FIELDS, Key, seal
from tests.unit.storage.rows import NOW, fact
from tests.unit.storage.test_audit_chain import EVENTS, LINKS, add, links


def test_what_was_taken_back_is_forgotten_when_somebody_else_has_its_number(
    engine: Engine,
) -> None:
    with engine.connect() as one, engine.connect() as other:
        audit.record(one, fact(None))
        one.rollback()
        audit.record(other, fact(None))
        other.commit()
        audit.record(one, fact(None))
        one.commit()
        assert [position for position, *_ in links(one)] == [1, 2]
        assert audit_chain.first_unsealed(one) is None


def test_where_nothing_was_recorded_a_rollback_takes_nothing_back(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.select(LINKS))
        connection.rollback()
        assert links(connection) == []


def test_what_a_savepoint_took_back_leaves_no_link(engine: Engine) -> None:
    with engine.begin() as connection:
        inner = connection.begin_nested()
        audit.record(connection, fact(None))
        inner.rollback()
    with engine.begin() as connection:
        assert links(connection) == []
        assert audit_chain.first_unsealed(connection) is None


def test_the_links_of_a_transaction_are_sent_together(engine: Engine) -> None:
    """On a server each of them would else be a journey, with the lock of all writers held."""
    sent: list[bool] = []

    def note(_: object, __: object, statement: str, *told: object) -> None:
        if statement.startswith("INSERT INTO auditlink"):
            sent.append(bool(told[-1]))

    sa.event.listen(engine, "before_cursor_execute", note)
    with engine.begin() as connection:
        for _ in range(5):
            audit.record(connection, fact(None))
    with engine.begin() as connection:
        assert len(links(connection)) == 5
    assert sent == [True]


def test_a_connection_that_is_lost_takes_back_what_it_recorded(engine: Engine) -> None:
    with engine.connect() as connection:
        audit.record(connection, fact(None))
        connection.invalidate()
        connection.rollback()
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    with engine.begin() as connection:
        assert [position for position, *_ in links(connection)] == [1]
        assert audit_chain.first_unsealed(connection) is None


def test_each_place_of_the_chain_has_its_hash_and_none_has_one_beyond(engine: Engine) -> None:
    with engine.begin() as connection:
        assert audit_chain.head(connection) is None
        audit.record(connection, fact(None))
        audit.record(connection, fact(None))
    with engine.begin() as connection:
        hashes = [audit_chain.hash_at(connection, position) for position in (1, 2, 3)]
        assert hashes == [*(made for *_, made in links(connection)), None]


def test_of_the_events_that_nobody_sealed_the_first_is_named(engine: Engine) -> None:
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    said = {"code": "REQ001I", "at": NOW, "actor": "U0EVE", "outcome": "ok", "detail": ""}
    with engine.begin() as connection:
        connection.execute(sa.insert(EVENTS), [{"seq": seq, **said} for seq in (7, 5, 9)])
        assert audit_chain.first_unsealed(connection) == 5


def test_whether_a_key_may_seal_is_said_before_anything_is(url: str) -> None:
    key = Key(b"0123456789abcdef0123456789abcdef")
    engine = create_engine(url)
    with engine.begin() as connection:
        audit_chain.may_seal(connection, None)
    add(url, None)
    with engine.begin() as connection:
        audit_chain.may_seal(connection, None)
    add(url, key)
    with engine.begin() as connection:
        audit_chain.may_seal(connection, key)
        with pytest.raises(KeyMissingError) as refused:
            audit_chain.may_seal(connection, None)
    engine.dispose()
    assert str(refused.value) == (
        f"The audit trail is sealed with key {key.id}: "
        "without AUDIT_HMAC_KEY nothing may be added to it."
    )


SEALED = {
    None: "98756bf79d2bba06099e3c68d554115ad80c897612a360dcc96f69a813a6d536",
    Key(
        b"0123456789abcdef0123456789abcdef"
    ): "b17afa0120f23516f8219019e929516a041c924bd2aab18b2ebe9715becacc25",
}


@pytest.mark.parametrize("key", SEALED, ids=["without a key", "with one"])
def test_what_was_sealed_years_ago_is_still_what_was_sealed(key: Key | None) -> None:
    event: dict[str, str | int | None] = {name: f"the {name}" for name in FIELDS}
    assert seal(BEGINNING, 1, event | {"seq": 1, "at": NOW, "rule": None}, key) == SEALED[key]
