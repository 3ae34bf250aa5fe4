"""Reminders and dates: harmless whatever they hold, and read back as they were filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import InputBlock

from commands.ids import VALUE, Action
from commands.views import forms, reminders, times
from commands.views.card import Drawing
from rules.states import RETRYABLE, RequestState
from rules.values import Kind
from tests.unit.commands.hostile import FEWER, requests
from tests.unit.commands.reading import problems_of, problems_of_view
from workflow.readmodels import RequestView

REQUESTS = requests()
WALLS = st.datetimes().map(lambda one: f"{max(one.year, 1970):04}-{one:%m-%d}T{one:%H:%M}")
DRAWERS = (reminders.reminder, reminders.ending, reminders.overdue)


@FEWER
@given(REQUESTS)
def test_a_reminder_is_harmless_and_within_slacks_limits(view: RequestView) -> None:
    for draw in DRAWERS:
        assert problems_of(draw(view)) == []


@FEWER
@given(REQUESTS)
def test_the_form_for_a_later_end_is_taken_by_slack(view: RequestView) -> None:
    assert problems_of_view(forms.extension(view)) == []


def _actions(drawing: Drawing) -> set[str]:
    blocks = [block.to_dict() for block in drawing.blocks]
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {one["action_id"].partition(":")[0] for row in rows for one in row}


@FEWER
@given(REQUESTS)
def test_a_reminder_asks_for_nothing_that_is_over(view: RequestView) -> None:
    waits = view.state is RequestState.PENDING
    assert (Action.APPROVE in _actions(reminders.reminder(view))) is waits
    stands = view.standing is not None and view.standing.number == view.number
    assert (Action.EXTEND in _actions(reminders.ending(view))) is stands


@FEWER
@given(REQUESTS)
def test_what_is_overdue_is_offered_until_somebody_takes_it(view: RequestView) -> None:
    offered = Action.TAKE in _actions(reminders.overdue(view))
    assert offered is (view.taken_by is None and _is_to_be_done(view))


def _is_to_be_done(view: RequestView) -> bool:
    """Tell whether a removal is under way, or a part of it is left that no later one has done."""
    if view.state is RequestState.COMPLETED_WITH_ERRORS:
        return any(one.state in RETRYABLE and not one.is_made_good for one in view.steps)
    over = {"completed", "denied", "cancelled", "expired", "refused", "partly_done"}
    return view.state.value not in over


@FEWER
@given(REQUESTS)
def test_what_starts_later_can_be_cancelled_and_what_expired_asked_again(view: RequestView) -> None:
    offered = {button.action_id for button in times.buttons(view)}
    assert (Action.CANCEL in offered) is (view.state is RequestState.SCHEDULED)
    assert (Action.ASK_AGAIN in offered) is (view.state is RequestState.EXPIRED)
    if view.kind is Kind.ONBOARD:
        assert Action.TAKE not in offered


@FEWER
@given(st.none() | WALLS, st.none() | WALLS)
def test_dates_come_back_as_they_were_filled_in(starts: str | None, until: str | None) -> None:
    values = _state([*times.starts(starts), *times.until(until)])
    assert times.parse_starts(values) == starts
    assert times.parse_until(values) == until


def test_a_date_without_a_time_of_day_takes_the_usual_one() -> None:
    values = _state([*times.starts("2026-03-01T07:15"), *times.until("2026-03-31T07:15")])
    for field in ("starts_time", "until_time"):
        values[field][VALUE]["selected_time"] = None
    assert times.parse_starts(values) == "2026-03-01T09:00"
    assert times.parse_until(values) == "2026-03-31T18:00"


@pytest.mark.parametrize("junk", [None, [], "x", {"value": None}, {"value": {"selected_date": 7}}])
def test_whatever_else_comes_back_is_no_date(junk: object) -> None:
    assert times.parse_starts({"starts": junk}) is None


def _state(blocks: list[object]) -> dict[str, dict[str, dict[str, str | None]]]:
    """Return what Slack sends back of a form that nobody changed."""
    values = {}
    for block in blocks:
        assert isinstance(block, InputBlock)
        element = block.to_dict()["element"]
        kind = "date" if element["type"] == "datepicker" else "time"
        chosen = {f"selected_{kind}": element.get(f"initial_{kind}")}
        values[str(block.block_id)] = {VALUE: chosen}
    return values
