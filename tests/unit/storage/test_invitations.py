"""Invitations that are followed: due in order, taken once, and lost to whoever came meanwhile."""

import pytest
from sqlalchemy.engine import Connection, Engine

from rules.states import StepState
from storage import invitations, requests
from storage.due_models import Invitation
from storage.models import Request, Step
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step

LATER = NOW + 60 * SECOND


def invited(connection: Connection, look_at: int | None = NOW, **request: str | int | None) -> Step:
    """Insert a step that was invited for, and follow it."""
    number = add_request(connection, state="completed", **request)
    step = add_step(connection, number, vendor="ixon", state=StepState.INVITED.value)
    values = {"mailed_at": NOW, "look_at": look_at, "nudge_at": None}
    invitations.follow(connection, step.id or 0, values)
    return step


def row_of(connection: Connection, step: Step) -> Invitation:
    row = invitations.of_step(connection, step.id)
    assert row is not None
    return row


def request_of(connection: Connection, number: int) -> Request:
    request = requests.by_number(connection, number)
    assert request is not None
    return request


def test_what_is_due_comes_in_the_order_of_its_time(engine: Engine) -> None:
    with engine.begin() as connection:
        late, early = invited(connection, NOW - 1), invited(connection, NOW - 2)
        invited(connection, NOW + 1)
        invited(connection, None)
        due = invitations.due(connection, NOW, 10)
        assert [one.step_id for one in due] == [early.id, late.id]
        assert len(invitations.due(connection, NOW, 1)) == 1


def test_of_two_who_take_an_invitation_one_has_it(engine: Engine) -> None:
    with engine.begin() as connection:
        row = row_of(connection, invited(connection))
        assert invitations.change(connection, row, {"look_at": LATER})
        assert not invitations.change(connection, row, {"look_at": LATER + 1})
        assert not invitations.due(connection, NOW, 10)


def test_what_was_found_out_is_lost_where_somebody_asked_for_a_mail_meanwhile(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        step = invited(connection)
        taken = row_of(connection, step)
        assert invitations.ask_for_mail(connection, step.id, "U0LEAD", NOW)
        assert not invitations.change(connection, taken, {"look_at": LATER})
        assert row_of(connection, step).resend_by == "U0LEAD"


def test_a_mail_is_asked_for_once(engine: Engine) -> None:
    with engine.begin() as connection:
        step = invited(connection, LATER)
        assert invitations.ask_for_mail(connection, step.id, "U0LEAD", NOW)
        assert not invitations.ask_for_mail(connection, step.id, "U0OTHER", NOW)
        [due] = invitations.due(connection, NOW, 10)
        assert due.resend_by == "U0LEAD"


def test_an_invitation_that_lives_anew_is_followed_from_the_start(engine: Engine) -> None:
    with engine.begin() as connection:
        step = invited(connection)
        row = row_of(connection, step)
        invitations.change(connection, row, {"looks": 7, "unseen": 1, "tries": 2})
        fresh = {"mailed_at": LATER, "look_at": LATER, "nudge_at": LATER}
        invitations.follow(connection, step.id or 0, fresh)
        row = row_of(connection, step)
        assert (row.looks, row.unseen, row.tries, row.mailed_at) == (0, 0, 0, LATER)


def test_what_is_over_is_looked_up_no_more(engine: Engine) -> None:
    with engine.begin() as connection:
        step = invited(connection)
        invitations.stop(connection, step.id)
        assert not invitations.due(connection, LATER, 10)


@pytest.mark.parametrize("other", [{"subject": "U0OTHER"}, {"team_id": "T0OTHER"}])
def test_the_earlier_invitations_are_those_of_the_same_person(
    engine: Engine, other: dict[str, str]
) -> None:
    with engine.begin() as connection:
        first = invited(connection, subject="U0ADA")
        invited(connection, NOW, **({"subject": "U0ADA"} | other))
        number = add_request(connection, subject="U0ADA")
        later = invited(connection, subject="U0ADA")
        found = invitations.earlier(connection, request_of(connection, number), "ixon")
        assert [one.id for one in found] == [first.id]
        assert later.id not in [one.id for one in found]
        assert not invitations.earlier(connection, request_of(connection, number), "appxite")
