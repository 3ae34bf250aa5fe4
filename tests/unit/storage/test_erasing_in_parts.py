"""Erasing looks before it writes, in transactions that are short, and leaves what is held."""

from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.values import ERASED_PREFIX
from storage import erasure, holds, sweeping
from storage.database import Database
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_request, add_step
from workflow import erasing
from workflow.erasing import Erased, Order

TEAM, ADA, BEA = "T0HOME", "U0ADA", "U0BEA"
EMAIL, NAME = "ada@acme.example", "Ada Moreno"
PERSON = "56c560a2ca7fbd593078b83a6fb2d33333cee17721973afad5665e432b2d6089"
REASON = "65b94b2367e09991bbd7339febcf4df803e488a80823124d5154f08759657682"
ORDER = Order(NOW, "by an operator")
OVER: dict[str, str | int | None] = {"state": "completed", "ended_at": NOW}


def gone(connection: Connection, slack_id: str = ADA) -> int:
    """Keep somebody who was here, and whose accounts are gone."""
    return add_request(
        connection, subject=slack_id, email=EMAIL, given_name="Ada", family_name="Moreno", **OVER
    )


def every(connection: Connection, table: str, column: str) -> list[str]:
    found = METADATA.tables[table]
    return list(connection.scalars(sa.select(found.c[column]).order_by(*found.primary_key.columns)))


def facts(connection: Connection) -> list[tuple[str, int | None, str]]:
    events = METADATA.tables["auditevent"].c
    query = sa.select(events.code, events.request_number, events.detail).order_by(events.seq)
    return [tuple(row) for row in connection.execute(query)]


async def test_what_is_looked_for_is_never_looked_for_in_a_transaction_that_writes(
    database: Database,
) -> None:
    def prepare(connection: Connection) -> None:
        gone(connection)
        for _ in range(50):
            add_step(connection, add_request(connection, reason=f"After {NAME}"), detail=NAME)

    await database.write(prepare)
    searches: dict[bool, int] = {True: 0, False: 0}
    updates: list[int] = []

    def note(connection: Connection, *statement: object) -> None:
        reading = bool(connection.get_execution_options().get("reading"))
        searches[reading] += "LIKE" in str(statement[1])
        if not reading and str(statement[1]).startswith("UPDATE"):
            updates[-1] += 1

    sa.event.listen(database.engine, "begin", lambda _: updates.append(0))
    sa.event.listen(database.engine, "before_cursor_execute", note)
    ends = await erasing.erase(database, TEAM, [ADA], ORDER)
    assert ends == {ADA: Erased(1, is_rest_held=False)}
    assert searches[True] > 0
    assert searches[False] == 0
    assert sum(updates) > 100
    assert max(updates) < 30
    for table, column in (("request", "reason"), ("step", "detail")):
        left = await database.read(partial(every, table=table, column=column))
        assert NAME not in "".join(left)


async def test_several_people_are_looked_for_at_once(database: Database) -> None:
    def prepare(connection: Connection) -> None:
        for slack_id, family in ((ADA, "Moreno"), (BEA, "Stone"), ("U0CEM", "Kaya")):
            add_request(connection, subject=slack_id, given_name="Li", family_name=family, **OVER)
        add_request(connection, reason="For Li Moreno, Li Stone and Li Kaya")
        add_request(connection, requester="U0CEM")

    await database.write(prepare)
    ends = await erasing.erase(database, TEAM, [ADA, BEA, "U0CEM", "U0NOBODY"], ORDER)
    assert ends[ADA] == ends[BEA] == Erased(1, is_rest_held=False)
    assert "Something is still to come of #5" in str(ends["U0CEM"])
    assert "U0NOBODY" not in ends
    reasons = await database.read(partial(every, table="request", column="reason"))
    assert reasons[3] == "For (erased), (erased) and Li Kaya"


@pytest.mark.parametrize(
    ("between", "left"),
    [
        (lambda c, number: edit(c, number, f"Now for {NAME} as well"), "Now for (erased) as well"),
        (lambda c, number: edit(c, number, "For nobody"), "For nobody"),
        (lambda c, _: holds.put(c, TEAM, BEA, "Case 7", NOW), f"For {NAME}"),
    ],
    ids=["another text", "no word any more", "a hold"],
)
async def test_a_row_that_changed_after_it_was_found_is_compared_again(
    database: Database, between: Callable[[Connection, int], None], left: str
) -> None:
    number = await database.write(partial(add_request, subject=BEA, reason=f"For {NAME}"))
    search = partial(sweeping.search, team_id=TEAM, words={ADA: {NAME}})
    [place] = (await database.read(search))[ADA]
    await database.write(lambda connection: between(connection, number))
    words = sweeping.pattern({NAME})
    await database.write(partial(sweeping.take_out, team_id=TEAM, place=place, words=words))
    assert await database.read(partial(every, table="request", column="reason")) == [left]


def edit(connection: Connection, number: int, reason: str) -> None:
    requests = METADATA.tables["request"]
    mine = requests.c.number == number
    connection.execute(sa.update(requests).where(mine).values(reason=reason))


def held_with_ada(connection: Connection) -> list[str]:
    """Have Bea's data held, with Ada all over it; return the tables that must stay as they are."""
    tables = METADATA.tables
    holds.put(connection, TEAM, BEA, f"Case 7 about {NAME}", NOW)
    number = add_request(
        connection, subject=BEA, requester=ADA, requester_email=EMAIL, batch=1,
        reason=f"Takes over from {NAME}", **OVER,
    )  # fmt: skip
    step = add_step(connection, number, detail=f"Instead of {NAME}")
    connection.execute(
        sa.insert(tables["attestation"]).values(
            step_id=step.id, by="U0X", evidence=f"Seen by {NAME}", rule="", at=NOW
        )
    )
    connection.execute(
        sa.insert(tables["batch"]).values(
            number=1, ref="b", team_id=TEAM, requester=ADA, requester_email=EMAIL, state="ended",
            created_at=NOW, source=f"{EMAIL}\nU0BEA", reason=f"{NAME} and Bea",
        )
    )  # fmt: skip
    row = {"batch_number": 1, "profile": "", "github_login": "", "request_number": None}
    rows = [row | {"line": 1, "person": "U0BEA", "subject": BEA, "request_number": number}]
    connection.execute(sa.insert(tables["batchrow"]), rows)
    return ["request", "step", "attestation", "batch", "batchrow", "hold"]


def contents(connection: Connection, names: list[str]) -> dict[str, list[str]]:
    tables = [METADATA.tables[name] for name in names]
    found = {one.name: connection.execute(one.select()).all() for one in tables}
    return {name: sorted(map(str, rows)) for name, rows in found.items()}


async def test_what_is_about_somebody_held_stays_as_it_is(database: Database) -> None:
    names = await database.write(held_with_ada)
    before = await database.read(partial(contents, names=names))
    await database.write(gone)
    ends = await erasing.erase(database, TEAM, [ADA], ORDER)
    assert ends == {ADA: Erased(1, is_rest_held=True)}
    after = await database.read(partial(contents, names=names))
    others = [one for one in after.pop("request") if ERASED_PREFIX not in one]
    assert others == before.pop("request")
    assert after == before


async def test_what_a_hold_left_goes_after_the_release(database: Database) -> None:
    await database.write(held_with_ada)
    await database.write(gone)
    await erasing.erase(database, TEAM, [ADA], ORDER)
    release = partial(erasing.release, team_id=TEAM, slack_id=BEA, now=NOW)
    assert await database.write(release)
    ends = await erasing.erase(database, TEAM, [ADA], ORDER)
    assert ends == {ADA: Erased(0, is_rest_held=False)}
    for table in ("request", "batch"):
        kept = await database.read(partial(contents, names=[table]))
        assert EMAIL not in str(kept)
    assert await database.read(partial(erasure.traces, team_id=TEAM, slack_id=ADA)) is None


async def test_a_fact_says_whose_hold_it_is_and_why_and_on_whose_word_somebody_was_erased(
    database: Database,
) -> None:
    number = await database.write(gone)
    put = partial(erasing.hold, team_id=TEAM, slack_id=ADA, reason="Case 7", now=NOW)
    await database.write(put)
    assert await database.write(partial(erasing.release, team_id=TEAM, slack_id=ADA, now=NOW))
    assert not await database.write(partial(erasing.release, team_id=TEAM, slack_id=ADA, now=NOW))
    await erasing.erase(database, TEAM, [ADA], ORDER)
    held, released, erased = await database.read(facts)
    # echo -n U0ADA | sha256sum; echo -n "Case 7" | sha256sum
    detail = f"person sha256 {PERSON}, reason sha256 {REASON}, requests #{number}"
    assert held == ("PER002I", None, detail)
    assert released == ("PER003I", None, detail)
    assert erased == ("PER001I", number, "by an operator")
