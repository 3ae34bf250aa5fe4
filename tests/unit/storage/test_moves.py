"""A move is a compare-and-set with its fact: of two who move, one wins, and nothing else moves."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from threading import Barrier

import pytest
from sqlalchemy.engine import Connection, Engine

from rules.states import REQUEST_MOVES, STEP_MOVES, RequestState, StepState
from storage import audit, requests
from storage.models import Step
from tests.unit.storage.rows import NOW, add_request, add_step, fact

ROUNDS = 25


def state_of(connection: Connection, number: int) -> tuple[str, int]:
    request = requests.by_number(connection, number)
    assert request is not None
    return request.state, request.version


@pytest.mark.parametrize("now", RequestState)
def test_a_request_moves_where_the_rules_say_and_nowhere_else(
    engine: Engine, now: RequestState
) -> None:
    for to in RequestState:
        with engine.begin() as connection:
            number = add_request(connection, state=now.value)
            moved = requests.move(connection, to, fact(number), {"ended_at": NOW})
            expected = (to.value, 1) if to in REQUEST_MOVES[now] else (now.value, 0)
            assert moved is (to in REQUEST_MOVES[now])
            assert state_of(connection, number) == expected
            assert len(audit.of_request(connection, number)) == int(moved)


def test_a_step_moves_where_the_rules_say_and_nowhere_else(engine: Engine) -> None:
    with engine.begin() as connection:
        for now, to in product(StepState, StepState):
            number = add_request(connection)
            step = add_step(connection, number, state=now.value)
            moved = requests.move_step(connection, step, to, fact(number), {"updated_at": NOW + 1})
            (after,) = requests.steps_of(connection, number)
            assert moved is (to in STEP_MOVES[now])
            assert after.state == (to.value if moved else now.value)
            assert (after.updated_at == NOW + 1) is moved
            assert len(audit.of_request(connection, number)) == int(moved)


def test_a_step_that_went_on_since_it_was_read_stays_as_it_is(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        old = add_step(connection, number, state="running", attempts=1)
        assert requests.move_step(connection, old, StepState.WAITING, fact(number, "STP005I"))
        (waiting,) = requests.steps_of(connection, number)
        again = {"attempts": 2}
        begun = fact(number, "STP001I")
        assert requests.move_step(connection, waiting, StepState.RUNNING, begun, again)
        assert not requests.move_step(connection, old, StepState.DONE, fact(number, "STP002I"))
        assert requests.steps_of(connection, number)[0].state == "running"
        told = [one.code for one in audit.of_request(connection, number)]
        assert told == ["STP005I", "STP001I"]


def test_of_two_who_move_a_request_at_once_one_wins(engine: Engine) -> None:
    for _ in range(ROUNDS):
        with engine.begin() as connection:
            number = add_request(connection)
        ends = (RequestState.APPROVED, RequestState.DENIED)
        won = at_once(engine, [partial(_move, number=number, to=to) for to in ends])
        assert sorted(won) == [False, True]
        with engine.begin() as connection:
            assert state_of(connection, number) == (ends[won.index(True)].value, 1)
            assert len(audit.of_request(connection, number)) == 1


def test_of_two_who_move_a_step_at_once_one_wins(engine: Engine) -> None:
    for _ in range(ROUNDS):
        with engine.begin() as connection:
            number = add_request(connection)
            step = add_step(connection, number)
        won = at_once(engine, [partial(_claim, step=step) for _ in range(2)])
        assert sorted(won) == [False, True]


def test_a_move_of_no_request_is_none(engine: Engine) -> None:
    with engine.begin() as connection:
        assert not requests.move(connection, RequestState.DENIED, fact(999))
        assert audit.last_of(connection, 999) == 0


def test_who_holds_the_lock_of_a_request_is_waited_for(engine: Engine) -> None:
    """Both read, then write what they read: the lock makes them do so one after the other."""
    with engine.begin() as connection:
        number = add_request(connection, look_at=0)
    at_once(engine, [partial(_count_up, number=number) for _ in range(8)])
    with engine.begin() as connection:
        request = requests.by_number(connection, number)
        assert request is not None
        assert request.look_at == 8


def test_a_request_is_reserved_by_one_of_those_who_saw_it(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        seen = requests.by_number(connection, number)
    assert seen is not None
    until = NOW + 1
    work = [partial(requests.reserve, request=seen, until=until) for _ in range(4)]
    assert sorted(at_once(engine, work)) == [False, False, False, True]


def at_once(engine: Engine, work: Sequence[Callable[[Connection], bool]]) -> list[bool]:
    """Do all the work at the same moment, each in a transaction of its own."""
    barrier = Barrier(len(work))

    def run(one: Callable[[Connection], bool]) -> bool:
        barrier.wait()
        with engine.begin() as connection:
            return one(connection)

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def _move(connection: Connection, number: int, to: RequestState) -> bool:
    return requests.move(connection, to, fact(number))


def _claim(connection: Connection, step: Step) -> bool:
    begun = fact(step.request_number, "STP001I")
    return requests.move_step(connection, step, StepState.RUNNING, begun, {"attempts": 1})


def _count_up(connection: Connection, number: int) -> bool:
    held = requests.lock(connection, number)
    assert held is not None
    requests.amend(connection, number, {"look_at": held.look_at + 1})
    return True
