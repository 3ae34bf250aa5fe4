"""Facts are sealed when their transaction commits, in one chain, and the database keeps them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage import audit, audit_chain, migrate
from storage.audit import Fact
from storage.audit_chain import KeyMissingError
from storage.database import Database
from storage.engine import create_engine
from storage.links import BEGINNING, FIELDS, Key, seal
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_request, fact
from workflow import audit_verify

EVENTS, LINKS = METADATA.tables["auditevent"], METADATA.tables["auditlink"]
KEPT = pytest.mark.parametrize("table", [EVENTS, LINKS], ids=["events", "links"])


def links(connection: Connection) -> list[tuple[int, int, str]]:
    rows = connection.execute(sa.select(LINKS).order_by(LINKS.c.position))
    return [(one.position, one.seq, one.hash) for one in rows]


def expected(connection: Connection, key: Key | None = None) -> list[tuple[int, int, str]]:
    """Return the chain as the events alone say that it is."""
    before, made = BEGINNING, []
    rows = connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq)).mappings()
    for position, row in enumerate(rows, start=1):
        before = seal(before, position, dict(row), key)
        made.append((position, int(row["seq"]), before))
    return made


def test_each_fact_is_sealed_when_its_transaction_commits(engine: Engine) -> None:
    for _ in range(3):
        with engine.begin() as connection:
            number = add_request(connection)
            for _ in range(2):
                audit.record(connection, fact(number))
            assert len(links(connection)) % 2 == 0
    with engine.begin() as connection:
        assert links(connection) == expected(connection)
        assert len(links(connection)) == 6
        head = audit_chain.head(connection)
        assert head is not None
        assert (head.position, head.seq, head.hash) == links(connection)[-1]


def test_all_of_an_event_is_sealed() -> None:
    assert set(FIELDS) == set(EVENTS.c.keys())


def test_what_was_taken_back_leaves_no_link(engine: Engine) -> None:
    with engine.connect() as connection:
        audit.record(connection, fact(None))
        connection.rollback()
        audit.record(connection, fact(None))
        connection.commit()
    with engine.begin() as connection:
        assert [position for position, *_ in links(connection)] == [1]
        assert audit_chain.first_unsealed(connection) is None


async def test_of_a_group_only_what_lasted_is_sealed(database: Database) -> None:
    def fail(connection: Connection) -> None:
        audit.record(connection, fact(None))
        raise RuntimeError("taken back")

    def last(connection: Connection) -> None:
        audit.record(connection, fact(None))

    with pytest.raises(RuntimeError, match="taken back"):
        await database.write(fail)
    await database.write(last)
    assert len(await database.read(links)) == 1
    assert await database.read(audit_chain.first_unsealed) is None


def test_those_who_record_at_once_make_one_chain(engine: Engine) -> None:
    def add(_: int) -> None:
        with engine.begin() as connection:
            audit.record(connection, fact(None))
            audit.record(connection, fact(None))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    with engine.begin() as connection:
        made = links(connection)
        assert [position for position, *_ in made] == list(range(1, 81))
        assert len({seq for _, seq, _ in made}) == 80
        assert audit_chain.first_unsealed(connection) is None


def test_a_key_seals_otherwise_and_stays_out_of_the_database(url: str) -> None:
    key = Key(b"0123456789abcdef0123456789abcdef")
    engine = create_engine(url, key)
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    with engine.begin() as connection:
        assert links(connection) == expected(connection, key) != expected(connection)
        (row,) = connection.execute(sa.select(LINKS)).all()
    assert row.key_id == key.id
    assert key.secret.decode() not in str(row)
    assert key.secret.decode() not in repr(key)
    engine.dispose()


def test_nothing_is_added_without_a_key_to_what_was_sealed_with_one(url: str) -> None:
    first, second = Key(b"0123456789abcdef0123456789abcdef"), Key(b"fedcba9876543210" * 2)
    for key in (None, first, second):
        add(url, key)
    with pytest.raises(KeyMissingError, match=f"sealed with key {second.id}"):
        add(url, None)
    add(url, first)
    engine = create_engine(url)
    with engine.begin() as connection:
        ids = connection.scalars(sa.select(LINKS.c.key_id).order_by(LINKS.c.position)).all()
        assert ids == ["", first.id, second.id, first.id]
        assert audit_chain.first_unsealed(connection) is None
        assert audit_verify.verify(connection, [first, second]).flaw is None
    engine.dispose()


def add(url: str, key: Key | None) -> None:
    """Record one fact as a process with this key does."""
    engine = create_engine(url, key)
    try:
        with engine.begin() as connection:
            audit.record(connection, fact(None))
    finally:
        engine.dispose()


@pytest.mark.postgres
async def test_a_connection_that_is_lost_on_the_way_leaves_one_fact_and_one_link(
    postgres_url: str,
) -> None:
    database, tries = Database(postgres_url), list[int]()
    migrate.upgrade(database.engine)

    def cut_once(connection: Connection) -> None:
        audit.record(connection, fact(None))
        tries.append(int(connection.scalar(sa.text("SELECT pg_backend_pid()")) or 0))
        if len(tries) == 1:
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [tries[0]])
        connection.execute(sa.text("SELECT 1"))

    await database.write(cut_once)
    assert len(tries) == 2
    assert len(await database.read(links)) == 1
    assert await database.read(audit_chain.first_unsealed) is None
    database.close()


@KEPT
@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_recorded(
    engine: Engine, table: sa.Table, what: str
) -> None:
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    statement = (
        sa.delete(table) if what == "delete" else sa.update(table).values(seq=table.c.seq + 1)
    )
    with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
        connection.execute(statement)
    with engine.begin() as connection:
        assert links(connection) == expected(connection)


def test_the_database_refuses_to_put_one_event_in_the_place_of_another(engine: Engine) -> None:
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    other = "INSERT" if engine.dialect.name == "postgresql" else "INSERT OR REPLACE"
    statement = (
        f"{other} INTO auditevent (seq, code, at, actor, outcome, detail) "
        "VALUES (1, 'REQ006I', 1, 'U0EVE', 'ok', '')"
    )
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with engine.begin() as connection:
        assert links(connection) == expected(connection)


@pytest.mark.parametrize("place", ["1, 99", "99, 1", "1, 1"])
def test_the_database_refuses_to_put_one_link_in_the_place_of_another(
    engine: Engine, place: str
) -> None:
    with engine.begin() as connection:
        audit.record(connection, fact(None))
    other = "INSERT" if engine.dialect.name == "postgresql" else "INSERT OR REPLACE"
    statement = f"{other} INTO auditlink (position, seq, key_id, hash) VALUES ({place}, '', '')"
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with engine.begin() as connection:
        assert links(connection) == expected(connection)


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_trail(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    migrate.upgrade(engine)
    for table in ("auditlink", "auditevent, auditlink"):
        with pytest.raises(DBAPIError, match="only ever added to"), engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {table}")
    engine.dispose()


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_what_was_recorded_before_there_was_a_chain_is_sealed_by_the_migration(
    empty: Engine,
) -> None:
    migrate.upgrade(empty, "0009")
    said = {"code": "REQ001I", "at": NOW, "actor": "U0ADA", "outcome": "ok", "detail": ""}
    with empty.begin() as connection:
        connection.execute(sa.insert(EVENTS), [said] * 1_003)
    migrate.upgrade(empty)
    with empty.begin() as connection:
        audit.record(connection, Fact("REQ001I", NOW, "U0ADA"))
    with empty.begin() as connection:
        made = links(connection)
        assert made == expected(connection)
        assert len(made) == 1_004
        walked = list(audit_chain.walk(connection))
        assert [len(rows) for rows in walked] == [1_000, 4]
        assert [row["position"] for rows in walked for row in rows] == list(range(1, 1_005))
