"""Installations: tokens sealed for one workspace each, states that count once."""

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from slack_sdk.oauth.installation_store import Installation

from storage import oauth_states
from storage.engine import create_engine
from storage.installations import (
    PATIENCE,
    Installations,
    NoDoorError,
    SealedError,
    is_key,
    key_of,
    opened,
    sealed_token,
)
from storage.oauth_states import LIFETIME, States
from tests.canaries import found

OLD, NEW = "door-key-of-before-0123456789abcdef", "door-key-of-today-0123456789abcdefg"
TOKEN = "xoxb-112233445566-778899001122-AbCdEfGhIjKlMnOpQrStUvWx" + "0" * 150
NORTH, SOUTH = "T0NORTH001", "T0SOUTH001"
AT_ONCE = 8
STATES = int(os.environ.get("ABOARD_STATES", "5"))


@pytest.fixture(autouse=True)
def tables(database_url: str) -> None:
    """Give every test the tables, on both kinds of database."""
    engine = create_engine(database_url)
    Installations(engine, "1042.2084", [OLD]).prepare()
    States(engine, lambda: 0.0).prepare()
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def _new(team: str, token: str = TOKEN, at: float = 1_000.5) -> Installation:
    return Installation(
        team_id=team, team_name="A", user_id="U1", bot_token=token, installed_at=at,
        app_id="A1", bot_scopes=["commands", "chat:write"],
    )  # fmt: skip


def _rows(engine: sa.Engine) -> str:
    with engine.begin() as connection:
        return "".join(
            str(connection.execute(sa.text(f"SELECT * FROM {name}")).all())  # noqa: S608 - two names of ours
            for name in ("slack_bots", "slack_installations")
        )


def test_a_token_is_read_back_and_stands_in_no_row(engine: sa.Engine) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    door.save(_new(NORTH))
    assert door.token(NORTH) == TOKEN
    assert door.token(SOUTH) is None
    assert found([TOKEN], _rows(engine).encode()) == set()


def test_the_key_of_a_workspace_opens_its_row_and_no_other(
    engine: sa.Engine, database_url: str
) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    for team in (NORTH, SOUTH):
        door.save(_new(team))
    mine = key_of(OLD, NORTH)
    assert is_key(mine)
    assert opened(sealed_token(database_url, NORTH) or "", [mine]) == TOKEN
    with pytest.raises(SealedError):
        opened(sealed_token(database_url, SOUTH) or "", [mine])


def test_a_row_that_is_moved_to_another_workspace_opens_no_more(engine: sa.Engine) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    door.save(_new(NORTH))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE slack_bots SET team_id = :team"), {"team": SOUTH})
    with pytest.raises(SealedError):
        door.token(SOUTH)


def test_the_newest_installation_alone_is_kept(engine: sa.Engine) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    door.save(_new(NORTH, "xoxb-first"))
    door.save(_new(NORTH, "xoxb-second", at=1_001.0))
    assert (len(door.all()), door.token(NORTH)) == (1, "xoxb-second")


def test_the_newest_is_what_was_kept_last_whatever_a_clock_says(
    engine: sa.Engine, database_url: str
) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    door.save(_new(NORTH, "xoxb-dead", at=1_060.0))
    door.save(_new(SOUTH))
    door.save(_new(NORTH, "xoxb-live", at=1_030.0))
    assert door.token(NORTH) == "xoxb-live"
    sealed = sealed_token(database_url, NORTH) or ""
    assert opened(sealed, [key_of(OLD, NORTH)]) == "xoxb-live"
    assert sorted(one.team for one in door.all()) == [NORTH, SOUTH]


def test_a_removal_ends_what_was_installed_in_its_second_and_nothing_later(
    engine: sa.Engine,
) -> None:
    door = Installations(engine, "1042.2084", [OLD])
    door.save(_new(NORTH, at=1_000.9))
    door.save(_new(SOUTH, at=1_000.9))
    assert door.delete(NORTH, 999) == 0
    assert door.delete(NORTH, 1_000) == 1
    assert [one.team for one in door.all()] == [SOUTH]


def test_a_new_key_opens_nothing_old_until_all_is_sealed_with_it(engine: sa.Engine) -> None:
    Installations(engine, "1042.2084", [OLD]).save(_new(NORTH))
    with pytest.raises(SealedError):
        Installations(engine, "1042.2084", [NEW]).token(NORTH)
    both = Installations(engine, "1042.2084", [NEW, OLD])
    assert both.token(NORTH) == TOKEN
    assert both.reseal() == 1
    assert Installations(engine, "1042.2084", [NEW]).token(NORTH) == TOKEN
    with pytest.raises(SealedError):
        Installations(engine, "1042.2084", [OLD]).token(NORTH)


def test_a_process_that_looks_before_the_door_was_there_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "installations.db"
    with pytest.raises(NoDoorError):
        sealed_token(f"sqlite:///{file}", NORTH)
    assert not file.exists()


def test_doors_that_start_at_once_on_an_empty_database_all_find_their_tables(
    database_url: str,
) -> None:
    emptied = create_engine(database_url)
    with emptied.begin() as connection:
        for name in ("slack_bots", "slack_installations", "oauth_state"):
            connection.execute(sa.text(f"DROP TABLE {name}"))
    emptied.dispose()

    def start(_: int) -> int:
        door = create_engine(database_url)
        try:
            Installations(door, "1042.2084", [OLD]).prepare()
            States(door, lambda: 0.0).prepare()
            return len(sa.inspect(door).get_table_names())
        finally:
            door.dispose()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(start, range(AT_ONCE))) == {3}


def test_of_many_who_come_with_one_state_one_passes(engine: sa.Engine) -> None:
    states = States(engine, lambda: 0.0)
    for _ in range(STATES):
        state = states.issue() or ""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            passed = list(pool.map(states.consume, [state] * AT_ONCE))
        assert sorted(passed) == [False] * (AT_ONCE - 1) + [True]


def test_a_state_is_taken_for_ten_minutes_and_one_of_nobody_never(engine: sa.Engine) -> None:
    now = 0.0
    states = States(engine, lambda: now)
    early, late = states.issue() or "", states.issue() or ""
    now = LIFETIME - 1.0
    assert states.consume(early)
    now = float(LIFETIME)
    assert not states.consume(late)
    assert not states.consume("made-up")


def test_who_only_begins_cannot_fill_the_disk(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth_states, "MOST", 3)
    now = 0.0
    states = States(engine, lambda: now)
    assert [states.issue() is None for _ in range(5)] == [False] * 3 + [True] * 2
    now = LIFETIME + 1.0
    assert states.issue() is not None


def test_a_database_that_takes_a_connection_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://door:secret@127.0.0.1:{silent.getsockname()[1]}/door"
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError):
            sealed_token(url, NORTH)
        assert time.monotonic() - began < 5 * PATIENCE
