"""A delivery has its effect once: the key stands in the transaction of the effect."""

from sqlalchemy.engine import Engine

from storage import inbox
from tests.unit.storage.rows import NOW, SECOND, add_request


def test_a_delivery_is_new_once(engine: Engine) -> None:
    with engine.begin() as connection:
        assert inbox.first_time(connection, "body:1", NOW)
        assert not inbox.first_time(connection, "body:1", NOW)
        assert inbox.first_time(connection, "body:2", NOW)
    with engine.begin() as connection:
        assert not inbox.first_time(connection, "body:1", NOW + SECOND)


def test_a_delivery_whose_effect_was_undone_is_new_again(engine: Engine) -> None:
    with engine.connect() as connection:
        assert inbox.first_time(connection, "body:1", NOW)
        connection.rollback()
    with engine.begin() as connection:
        assert inbox.first_time(connection, "body:1", NOW)


def test_a_delivery_names_the_request_that_it_made(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        inbox.first_time(connection, "body:1", NOW)
        assert inbox.request_of(connection, "body:1") is None
        inbox.belongs_to(connection, "body:1", number)
        assert inbox.request_of(connection, "body:1") == number
        assert inbox.request_of(connection, "body:2") is None


def test_old_deliveries_are_forgotten_and_new_ones_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        for age in range(5):
            inbox.first_time(connection, f"body:{age}", NOW - age * SECOND)
        assert inbox.forget(connection, NOW - 2 * SECOND) == 2
        assert inbox.first_time(connection, "body:4", NOW)
        assert not inbox.first_time(connection, "body:2", NOW)
