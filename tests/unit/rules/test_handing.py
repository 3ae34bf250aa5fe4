"""Who may hand over what needs a person, and to whom: all combinations, against the prose."""

from itertools import product

import pytest

from rules.handing import may_be_handed, may_hand_over
from rules.people import Actor
from rules.policy import may_stop
from rules.states import RequestState
from tests.unit.rules.test_attesting import (
    APPROVALS,
    APPROVER,
    AWAY,
    EMAILS,
    HOME,
    NAMED,
    OTHER,
    REQUESTER,
    SUBJECT,
    ask,
    hands,
)

EVERYBODY = [REQUESTER, SUBJECT, NAMED, APPROVER, OTHER, "U0NOBODY"]


def actors(who: str) -> list[tuple[Actor, bool]]:
    """Return somebody as Slack may know them, and whether that is a full member not concerned."""
    flags, found = (False, True), []
    for team, email, gone, bot, guest in product((HOME, AWAY), EMAILS, flags, flags, flags):
        member = team == HOME and not (gone or bot or guest)
        concerned = who == SUBJECT or EMAILS[email]
        actor = Actor(who, team, email, is_deleted=gone, is_bot=bot, is_guest=guest)
        found.append((actor, member and not concerned))
    return found


@pytest.mark.parametrize("approved_by", APPROVALS)
@pytest.mark.parametrize("who", EVERYBODY)
def test_an_approver_or_whoever_is_named_hands_over(who: str, approved_by: tuple[str, ...]) -> None:
    for actor, fit in actors(who):
        ruling = may_hand_over(actor, ask(), hands(approved_by))
        assert ruling.allowed is (fit and who in {NAMED, APPROVER, OTHER}), ruling


@pytest.mark.parametrize("approved_by", APPROVALS)
@pytest.mark.parametrize("who", EVERYBODY)
def test_anybody_may_be_handed_it_who_could_attest_it(
    who: str, approved_by: tuple[str, ...]
) -> None:
    for actor, fit in actors(who):
        ruling = may_be_handed(actor, ask(), hands(approved_by))
        assert ruling.allowed is (fit and approved_by != (who,)), ruling


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("who", EVERYBODY)
def test_requester_and_approvers_stop_what_is_under_way_unless_it_is_about_them(
    who: str, state: RequestState
) -> None:
    approvers = {APPROVER, OTHER, SUBJECT}
    going = state.value in {"approved", "running"}
    for actor, fit in actors(who):
        ruling = may_stop(actor, ask(state), approvers)
        assert ruling.allowed is (fit and going and who in {REQUESTER, APPROVER, OTHER}), ruling
