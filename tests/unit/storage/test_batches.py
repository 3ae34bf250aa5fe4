"""The messages of batches: who has them looked at anew, and that no two wait for each other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import batches
from storage.models import METADATA
from tests.unit.storage.rows import NOW

MESSAGES = METADATA.tables["batchmessage"]
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def add_batch(connection: Connection, state: str) -> int:
    """Insert a batch, whose card and answer are to be looked at later; return its number."""
    number = batches.insert(
        connection,
        {
            "ref": f"batch-{state}", "team_id": "T0HOME", "requester": "U0ASKS", "reason": "",
            "source": "", "state": state, "verdict": "", "terms": "{}", "created_at": NOW,
            "expires_at": NOW, "look_at": 0, "asked_at": 0, "reminded": 0, "others": "",
        },
    )  # fmt: skip
    for kind in ("card", "answer"):
        batches.show(connection, number, kind, "U0ASKS")
    later = sa.update(MESSAGES).where(MESSAGES.c.batch_number == number).values(next_at=NOW)
    for kind in ("answer", "card"):
        connection.execute(later.where(MESSAGES.c.kind == kind))
    return number


def post(connection: Connection, number: int) -> None:
    """Have the messages of a batch stand in Slack."""
    posted = sa.update(MESSAGES).where(MESSAGES.c.batch_number == number)
    connection.execute(posted.values(ts="1.1", posted_in="C0"))


def looked_at(connection: Connection, number: int) -> set[int]:
    query = sa.select(MESSAGES.c.next_at).where(MESSAGES.c.batch_number == number)
    return set(connection.scalars(query))


@pytest.mark.parametrize(("state", "at"), [("decided", NOW), ("ended", 0)])
def test_only_what_has_ended_is_looked_at_anew_when_a_request_ends(
    engine: Engine, state: str, at: int
) -> None:
    with engine.begin() as connection:
        number = add_batch(connection, state)
        batches.redraw_ended(connection, number)
        assert looked_at(connection, number) == {at}


def test_whoever_has_messages_looked_at_anew_takes_them_in_order(engine: Engine) -> None:
    """Whoever holds the first can take the second: the other one waits without holding any."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with engine.begin() as connection:
        number = add_batch(connection, "ended")
    mine = sa.select(MESSAGES.c.id).where(MESSAGES.c.batch_number == number)
    with ThreadPoolExecutor(1) as threads, engine.begin() as connection:
        first, second = sorted(connection.scalars(mine))
        held = sa.select(MESSAGES.c.id).with_for_update(nowait=True)
        connection.execute(held.where(MESSAGES.c.id == first))
        other = threads.submit(_redraw, engine, number)
        while not connection.scalar(WAITING):
            assert not other.done()
        connection.execute(held.where(MESSAGES.c.id == second))
        connection.commit()
        other.result()
    with engine.begin() as connection:
        assert looked_at(connection, number) == {0}


def _redraw(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        batches.redraw(connection, number)
