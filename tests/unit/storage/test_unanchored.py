"""Since when no place takes an anchor is told by one row, and people are told of it once."""

from collections.abc import AsyncIterator
from functools import partial
from itertools import product

import pytest
from sqlalchemy.engine import Connection

from storage import anchors, batch_calls, batches, migrate, unanchored
from storage.anchors import Sink
from storage.batch_models import Batch, BatchCall
from storage.database import Database
from workflow.clock import MINUTE

NOW = 1_800_000_000_000_000
GRACE = 15 * MINUTE


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    migrate.upgrade(database.engine)
    yield database
    database.close()


async def taken(database: Database, *positions: int) -> None:
    for one in positions:
        await database.write(partial(anchors.insert, position=one, at=NOW, line="{}"))


async def arrived(database: Database, sink: Sink, position: int) -> None:
    await database.write(partial(anchors.arrived, sink=sink, position=position, at=NOW))


async def seen(database: Database, at: int, *, awaited: bool = True) -> int | None:
    await database.write(partial(unanchored.look, now=at, awaited=awaited))
    return (await database.read(unanchored.standing)).since


async def test_the_oldest_anchor_that_is_nowhere_follows_the_last_that_arrived(
    database: Database,
) -> None:
    assert await database.read(anchors.oldest_nowhere) is None
    await taken(database, 5, 9, 12)
    assert await database.read(anchors.oldest_nowhere) == 5
    await arrived(database, Sink.FILE, 5)
    await arrived(database, Sink.SLACK, 9)
    assert await database.read(anchors.oldest_nowhere) == 12
    await arrived(database, Sink.FILE, 12)
    assert await database.read(anchors.oldest_nowhere) is None


async def test_it_lasts_from_the_first_look_until_one_arrives(database: Database) -> None:
    assert await seen(database, NOW) is None
    await taken(database, 5, 9)
    assert await seen(database, NOW + MINUTE) == NOW + MINUTE
    assert await seen(database, NOW + 9 * MINUTE) == NOW + MINUTE
    lasted = partial(unanchored.has_lasted, micros=GRACE)
    assert not await database.read(partial(lasted, now=NOW + MINUTE + GRACE))
    assert await database.read(partial(lasted, now=NOW + MINUTE + GRACE + 1))
    await arrived(database, Sink.FILE, 5)
    assert await seen(database, NOW + 20 * MINUTE) == NOW + 20 * MINUTE
    await arrived(database, Sink.FILE, 9)
    assert await seen(database, NOW + 21 * MINUTE) is None


async def test_where_none_is_awaited_none_is_missing(database: Database) -> None:
    await taken(database, 5)
    assert await seen(database, NOW) == NOW
    assert await database.read(partial(unanchored.is_news, awaited=False))
    assert await seen(database, NOW + MINUTE, awaited=False) is None
    assert not await database.read(partial(unanchored.is_news, awaited=False))


async def test_of_several_one_tells_people_and_another_where_that_failed(
    database: Database,
) -> None:
    await seen(database, NOW)
    stops = partial(unanchored.take_telling, stopped=True)
    goes_on = partial(unanchored.take_telling, stopped=False)
    assert not await database.write(partial(goes_on, now=NOW))
    assert [await database.write(partial(stops, now=NOW)) for _ in range(3)] == [True, False, False]
    assert await database.write(partial(stops, now=NOW + MINUTE))
    await database.write(partial(unanchored.told, now=NOW + MINUTE, stopped=True))
    assert not await database.write(partial(stops, now=NOW + 9 * MINUTE))
    assert await database.write(partial(goes_on, now=NOW + 9 * MINUTE))
    await database.write(partial(unanchored.told, now=NOW + 9 * MINUTE, stopped=False))
    assert await database.write(partial(stops, now=NOW + 9 * MINUTE))


async def test_a_step_is_kept_back_once_and_let_go_once(database: Database) -> None:
    keep = partial(unanchored.keep_back, step="ref", now=NOW)
    assert [await database.write(keep) for _ in range(2)] == [True, False]
    assert await database.read(partial(unanchored.kept_back, limit=9)) == ["ref"]
    let_go = partial(unanchored.let_go, step="ref")
    assert [await database.write(let_go) for _ in range(2)] == [True, False]


def wait_together(connection: Connection, calls: int, people: int) -> None:
    """Have as many people be kept back as members of each of the calls."""
    batch = Batch(
        ref="b", team_id="T", requester="U", source="", state="decided", created_at=NOW
    ).model_dump(exclude={"number"})
    number = batches.insert(connection, batch)
    for one, call in product(range(people), range(calls)):
        row = BatchCall(step=f"{call}:{one}", batch_number=number, vendor="axiom", call=f"c{call}")
        batch_calls.insert(connection, row)
        unanchored.keep_back(connection, row.step, NOW)


async def test_of_what_is_let_go_at_once_is_one_whole_call_or_a_few_steps(
    database: Database,
) -> None:
    await database.write(partial(wait_together, calls=4, people=7))
    for one in range(8):
        await database.write(partial(unanchored.keep_back, step=f"alone:{one}", now=NOW))
    rounds = list[tuple[str, int]]()
    while steps := await database.read(partial(unanchored.kept_back, limit=5)):
        [whose] = {one.partition(":")[0] for one in steps}
        rounds.append((whose, len(steps)))
        for step in steps:
            await database.write(partial(unanchored.let_go, step=step))
    assert sorted(one for one in rounds if one[0] != "alone") == [(str(n), 7) for n in range(4)]
    alone = [steps for whose, steps in rounds if whose == "alone"]
    assert sum(alone) == 8
    assert max(alone) <= 5
