"""What somebody has asked for is counted from the rows, and at the same cost among many."""

import re

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from rules.limits import Limits
from rules.states import RequestState
from rules.values import Kind
from storage import asked, batches, requests
from storage.asked import Asked, Asker
from storage.models import METADATA
from tests.unit.storage.planned import planned
from tests.unit.storage.rows import NOW, SECOND, add_request, fact, request_row

ME, TEAM = "U0ASKS", "T0HOME"
FEW = Limits(pending_at_most=3, asks_an_hour=4)
MANY = 5_000
PLANNED = {
    "sqlite": re.compile(r"SEARCH|SCAN (anon|CONSTANT)|MERGE|COMPOUND|UNION|SUBQ|LEFT|RIGHT|CO-R"),
    "postgresql": re.compile(r"^(?!.*Seq Scan)"),
}


def ask(connection: Connection, at: int = NOW, **values: str | int | None) -> int:
    """Have somebody ask at a moment."""
    given: dict[str, str | int | None] = {"requester": ME, "created_at": at, "counted_at": at}
    return add_request(connection, **{**given, **values})


def ask_for_many(connection: Connection, at: int = NOW, state: str = "pending") -> int:
    row: requests.Row = {
        "ref": f"batch-{at}-{state}", "team_id": TEAM, "requester": ME, "reason": "", "source": "",
        "state": state, "verdict": "", "terms": "", "created_at": at, "expires_at": 0, "look_at": 0,
    }  # fmt: skip
    return batches.insert(connection, row)


def found(
    connection: Connection, since: int = NOW - 1, limits: Limits = FEW, kind: Kind = Kind.ONBOARD
) -> Asked:
    return asked.by(connection, Asker(TEAM, ME, kind), since, limits)


def test_what_nobody_has_decided_waits_until_somebody_does(engine: Engine) -> None:
    with engine.begin() as connection:
        assert found(connection) == Asked(0, None)
        first = ask(connection, state="received")
        ask(connection)
        assert found(connection).waiting == 2
        assert requests.move(connection, RequestState.CANCELLED, fact(first))
        assert found(connection).waiting == 1
        for state in set(RequestState) - {RequestState.RECEIVED, RequestState.PENDING}:
            ask(connection, state=state.value)
        assert found(connection).waiting == 1


def test_what_waits_is_counted_to_the_limit(engine: Engine) -> None:
    with engine.begin() as connection:
        for _ in range(5):
            ask(connection)
        assert found(connection).waiting == FEW.pending_at_most
        assert found(connection, limits=Limits(10, 4)).waiting == 5


def test_a_batch_is_one_ask_and_its_people_are_none(engine: Engine) -> None:
    with engine.begin() as connection:
        batch = ask_for_many(connection, NOW + 1)
        for _ in range(5):
            ask(connection, counted_at=None, batch=batch)
        assert found(connection) == Asked(1, None)
        ask_for_many(connection, NOW + 2, "reading")
        ask_for_many(connection, NOW + 3, "received")
        ask_for_many(connection, NOW + 4, "decided")
        assert found(connection) == Asked(3, NOW + 1)


def test_offboardings_wait_in_a_count_of_their_own_and_batches_in_the_other(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        ask(connection)
        ask(connection)
        ask(connection, kind="offboard")
        ask_for_many(connection)
        assert found(connection) == Asked(3, NOW)
        assert found(connection, kind=Kind.OFFBOARD) == Asked(1, NOW)


def test_what_others_ask_and_what_aboard_asks_by_itself_is_not_counted(engine: Engine) -> None:
    with engine.begin() as connection:
        for _ in range(5):
            ask(connection, requester="U0OTHER")
            ask(connection, team_id="T0AWAY")
            ask(connection, counted_at=None)
        assert found(connection) == Asked(0, None)


def test_the_first_of_as_many_as_an_hour_may_have_is_found(engine: Engine) -> None:
    with engine.begin() as connection:
        for second in range(3):
            ask(connection, NOW + second * SECOND, state="denied")
        assert found(connection).first is None
        ask_for_many(connection, NOW + 3 * SECOND, "ended")
        assert found(connection).first == NOW
        ask(connection, NOW + 4 * SECOND, state="denied")
        assert found(connection).first == NOW + SECOND
        assert found(connection, since=NOW + SECOND).first is None


def test_the_indexes_know_what_is_asked_for(engine: Engine) -> None:
    with engine.begin() as connection:
        made = [
            {**request_row(requester=f"U0R{one % 20}", state="denied"), "counted_at": NOW + one}
            for one in range(MANY)
        ]
        connection.execute(sa.insert(METADATA.tables["request"]), made)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))
        plan = _plan(connection)
    allowed = PLANNED[engine.dialect.name]
    assert [line for line in plan if not allowed.search(line)] == []
    assert any("request_undecided" in line for line in plan), plan
    assert any("request_counted" in line for line in plan), plan


def _plan(connection: Connection) -> list[str]:
    words = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[connection.dialect.name]
    given = {
        "team": TEAM,
        "who": "U0R3",
        "kind": "onboard",
        "since": NOW + MANY - 60,
        "most": 10,
        "before": 29,
    }
    query = asked.STATEMENT.params(given).compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    lines = connection.exec_driver_sql(f"{words} {query}".replace("%", "%%")).all()
    return [str(line[-1]) for line in lines if "on batch" not in str(line[-1])]


def test_it_is_planned_once(engine: Engine) -> None:
    with engine.begin() as connection:
        plans = planned(connection)
        assert found(connection) == Asked(0, None)
        assert plans
        plans.clear()
        assert asked.by(connection, Asker(TEAM, "U0EVE", Kind.ONBOARD), NOW, Limits()) == Asked(
            0, None
        )
        assert not plans
