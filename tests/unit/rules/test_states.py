"""The moves of requests and steps, against a list of their own: every one of them and no other."""

from itertools import combinations_with_replacement, product

import pytest

from rules.states import (
    ALIVE,
    FOLLOWED,
    GOOD,
    OPEN,
    REQUEST_MOVES,
    RETRYABLE,
    STATE_WORDS,
    STEP_MOVES,
    UNDONE,
    RequestState,
    StepState,
    before,
    is_tried_with_all,
    settled,
    step_before,
)

REQUEST_PATHS = {
    "received": "pending refused cancelled",
    "pending": "approved scheduled denied cancelled expired",
    "scheduled": "approved cancelled expired",
    "approved": "running cancelled",
    "running": "completed completed_with_errors partly_done cancelled",
    "completed_with_errors": "running completed partly_done",
}
STEP_PATHS = {
    "waiting": "running cancelled unknown",
    "running": ("done unchanged invited unverified action_required unknown failed waiting running"),
    "unknown": "running waiting attested unknown",
    "failed": "waiting attested",
    "action_required": "waiting attested",
    "invited": "done expired withdrawn",
    "expired": "invited done withdrawn",
}
FINAL_REQUESTS = {"refused", "completed", "partly_done", "denied", "cancelled", "expired"}
WELL = {"done", "unchanged", "unverified", "attested", "withdrawn"}
FINAL_STEPS = WELL | {"cancelled"}
FOLLOWED_STEPS = {"invited", "expired"}


@pytest.mark.parametrize(("now", "to"), list(product(RequestState, RequestState)))
def test_a_request_moves_only_along_the_listed_paths(now: RequestState, to: RequestState) -> None:
    assert (to in REQUEST_MOVES[now]) is (to.value in REQUEST_PATHS.get(now.value, "").split())


@pytest.mark.parametrize(("now", "to"), list(product(StepState, StepState)))
def test_a_step_moves_only_along_the_listed_paths(now: StepState, to: StepState) -> None:
    assert (to in STEP_MOVES[now]) is (to.value in STEP_PATHS.get(now.value, "").split())


def test_every_state_has_its_moves_written_down() -> None:
    assert set(REQUEST_MOVES) == set(RequestState)
    assert set(STEP_MOVES) == set(StepState)


def test_nothing_leaves_a_final_state() -> None:
    assert {state.value for state in RequestState if not REQUEST_MOVES[state]} == FINAL_REQUESTS
    assert {state.value for state in StepState if not STEP_MOVES[state]} == FINAL_STEPS


@pytest.mark.parametrize("to", RequestState)
def test_before_names_exactly_the_states_that_lead_there(to: RequestState) -> None:
    leading = {now for now, ends in REQUEST_PATHS.items() if to.value in ends.split()}
    assert {state.value for state in before(to)} == leading


@pytest.mark.parametrize("to", StepState)
def test_step_before_names_exactly_the_states_that_lead_there(to: StepState) -> None:
    leading = {now for now, ends in STEP_PATHS.items() if to.value in ends.split()}
    assert {state.value for state in step_before(to)} == leading


def test_every_state_can_be_reached_from_the_first_one() -> None:
    assert _reached(REQUEST_PATHS, "received") == {state.value for state in RequestState}
    assert _reached(STEP_PATHS, "waiting") == {state.value for state in StepState}


def test_what_is_open_still_wants_something() -> None:
    assert {state.value for state in OPEN} == {"received", "pending", "approved", "running"}


def test_what_is_scheduled_is_alive_and_keeps_nobody_from_asking_for_something_else() -> None:
    assert {RequestState.SCHEDULED} | OPEN == ALIVE
    assert RequestState.SCHEDULED not in OPEN


def test_a_person_may_retry_what_went_wrong_and_nothing_that_went_well() -> None:
    assert {state.value for state in RETRYABLE} == {"failed", "unknown", "action_required"}
    assert not RETRYABLE & GOOD
    assert all(StepState.WAITING in STEP_MOVES[state] for state in RETRYABLE)


@pytest.mark.parametrize(("state", "can_look_up"), list(product(StepState, [True, False])))
def test_all_that_failed_holds_nothing_that_might_be_done_twice(
    state: StepState,
    can_look_up: bool,  # noqa: FBT001 - parametrized
) -> None:
    expected = state.value == "failed" or (state.value == "unknown" and can_look_up)
    assert is_tried_with_all(state, can_look_up=can_look_up) is expected


def test_what_is_undone_may_be_retried() -> None:
    assert {state.value for state in UNDONE} == {"failed", "unknown"}
    assert UNDONE < RETRYABLE


def test_what_is_followed_can_be_accepted_or_taken_back() -> None:
    assert {state.value for state in FOLLOWED} == FOLLOWED_STEPS
    ends = {StepState.DONE, StepState.WITHDRAWN}
    assert all(ends <= STEP_MOVES[state] for state in FOLLOWED)


STEP_SETS = [
    steps for size in (1, 2, 3) for steps in combinations_with_replacement(StepState, size)
]


@pytest.mark.parametrize("looking", [False, True])
def test_a_request_ends_with_its_last_step(looking: bool) -> None:  # noqa: FBT001 - parametrized
    for steps in STEP_SETS:
        assert settled(steps, looking=looking) == _expected(steps, looking=looking), steps


def test_nobody_is_taken_to_be_looking_unless_it_is_said() -> None:
    assert settled([StepState.UNKNOWN]) is RequestState.COMPLETED_WITH_ERRORS


def _expected(steps: tuple[StepState, ...], *, looking: bool) -> RequestState | None:
    names = {step.value for step in steps}
    moving = {"waiting", "running", "unknown"} if looking else {"waiting", "running"}
    if names & moving:
        return None
    if names == {"cancelled"}:
        return RequestState.CANCELLED
    if names <= WELL | {"invited"}:
        return RequestState.COMPLETED
    if names <= WELL | {"invited", "cancelled"}:
        return RequestState.PARTLY_DONE
    return RequestState.COMPLETED_WITH_ERRORS


def _reached(paths: dict[str, str], first: str) -> set[str]:
    seen, ahead = {first}, [first]
    while ahead:
        found = set(paths.get(ahead.pop(), "").split()) - seen
        seen |= found
        ahead += found
    return seen


def test_a_sentence_has_words_of_its_own_for_every_state() -> None:
    assert {*STATE_WORDS} == {*RequestState}
    assert len({*STATE_WORDS.values()}) == len(STATE_WORDS)
    assert not [said for said in STATE_WORDS.values() if "_" in said]
