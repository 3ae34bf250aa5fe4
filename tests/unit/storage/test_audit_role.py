"""A role of its own may read and add to the audit trail, and nothing else; and it can be seen."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError

from storage import audit, audit_role, migrate
from storage.engine import create_engine
from tests.unit.storage.rows import add_request, fact

ROLE, PASSWORD = "aboard_app_of_the_tests", "only-here"
REFUSED = (
    "UPDATE auditevent SET actor = 'U0EVE'",
    "DELETE FROM auditevent",
    "TRUNCATE auditevent, auditlink",
    "ALTER TABLE auditevent DISABLE TRIGGER ALL",
    "DROP TABLE auditevent CASCADE",
    "UPDATE auditlink SET hash = ''",
    "DELETE FROM auditlink",
    "DROP TRIGGER auditevent_rows ON auditevent",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = 'base'",
)


@pytest.fixture
def owned(postgres_url: str) -> Iterator[Engine]:
    """Give a migrated database on which the role has what the documented statements grant."""
    engine = create_engine(postgres_url)
    migrate.upgrade(engine)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        for statement in audit_role.grants(ROLE):
            connection.execute(statement.encode())
    yield engine
    engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


@pytest.fixture
def limited(owned: Engine) -> Iterator[Engine]:
    url = make_url(owned.url).set(username=ROLE, password=PASSWORD)
    engine = create_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.mark.postgres
def test_the_role_can_work_and_change_nothing_that_was_recorded(limited: Engine) -> None:
    with limited.begin() as connection:
        number = add_request(connection)
        audit.record(connection, fact(number))
    for statement in REFUSED:
        with pytest.raises(DBAPIError), limited.begin() as connection:
            connection.exec_driver_sql(statement)
    with limited.begin() as connection:
        assert [one.actor for one in audit.of_request(connection, number)] == ["aboard"]


@pytest.mark.postgres
def test_whether_the_role_may_only_add_can_be_seen(owned: Engine, limited: Engine) -> None:
    with owned.begin() as connection:
        assert audit_role.guard(connection) == audit_role.Guard(by_triggers=True, by_role=False)
    with limited.begin() as connection:
        assert audit_role.guard(connection) == audit_role.Guard(by_triggers=True, by_role=True)
    with owned.begin() as connection:
        connection.exec_driver_sql(f"GRANT UPDATE ON auditlink TO {ROLE}")
        connection.exec_driver_sql("ALTER TABLE auditevent DISABLE TRIGGER auditevent_whole")
    with limited.begin() as connection:
        assert audit_role.guard(connection) == audit_role.Guard(by_triggers=False, by_role=False)


def test_a_missing_trigger_is_seen(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert audit_role.guard(connection) == audit_role.Guard(by_triggers=True, by_role=None)
        connection.execute(sa.text("DROP TRIGGER auditlink_delete"))
        assert audit_role.guard(connection) == audit_role.Guard(by_triggers=False, by_role=None)
    engine.dispose()


@pytest.mark.parametrize("name", ["", "Role", 'a"; DROP TABLE person; --', "a b", "x" * 64])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        audit_role.grants(name)
