"""On whose behalf somebody may ask, and what that takes from the one who is named."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rules.behalf import may_be_principal, might_ask
from rules.panel import Panel
from rules.people import Actor
from rules.policy import (
    Ask,
    eligible,
    enough,
    may_decide,
    may_retry,
    may_stop,
    may_withdraw,
)
from rules.states import RequestState
from rules.terms import Circle, Stage

HOME = "T0HOME"
WANTS = Actor("U0WANTS", HOME, "wants@acme.example")
SOMEBODY = Actor("U0OTHER", HOME, "other@acme.example")
ASK = Ask(
    HOME, RequestState.PENDING, "U0ASKS", "U0COMES", "asks@acme.example", "comes@acme.example"
)
FOR_WANTS = replace(ASK, principal=WANTS.slack_id, principal_email=WANTS.email)


def panel_of(people: Sequence[str]) -> Panel:
    """Return one stage that any of these people can fill."""
    return Panel((Stage("rule", "Stage", tuple(people), 1),), (frozenset(people),))


def test_a_full_member_who_has_no_part_in_it_may_be_asked_for() -> None:
    assert may_be_principal(WANTS, ASK).allowed
    unknown = replace(ASK, requester_email=None, subject_email=None)
    assert may_be_principal(replace(WANTS, email=None), unknown).allowed


@pytest.mark.parametrize(
    ("principal", "rule"),
    [
        (replace(WANTS, team_id="T0AWAY"), "home-team"),
        (replace(WANTS, is_deleted=True), "active"),
        (replace(WANTS, is_bot=True), "human"),
        (replace(WANTS, is_guest=True), "full-member"),
        (replace(WANTS, slack_id="U0ASKS"), "on-behalf"),
        (replace(WANTS, email="Asks+two@acme.example"), "on-behalf"),
        (replace(WANTS, slack_id="U0COMES"), "on-behalf"),
        (replace(WANTS, email="comes+x@acme.example"), "on-behalf"),
    ],
)
def test_nobody_else_may(principal: Actor, rule: str) -> None:
    ruling = may_be_principal(principal, ASK)
    assert (ruling.allowed, ruling.rule) == (False, rule)


def test_whoever_is_asked_for_is_in_every_circle_that_the_rules_draw() -> None:
    sellers = Circle("sellers", ("S0SELL",))
    assert might_ask(WANTS, HOME, []).allowed
    assert might_ask(WANTS, HOME, [(sellers, {WANTS.slack_id})]).allowed
    ruling = might_ask(WANTS, HOME, [(sellers, {"U0ASKS"})])
    assert (ruling.allowed, ruling.rule) == (False, "sellers")
    assert "on whose behalf" in ruling.sentence


@pytest.mark.parametrize(
    "actor", [WANTS, replace(WANTS, slack_id="U0SECOND"), replace(WANTS, email=None)]
)
def test_whoever_is_asked_for_decides_nothing_by_any_account(actor: Actor) -> None:
    panel = panel_of([actor.slack_id, SOMEBODY.slack_id])
    ruling = may_decide(actor, FOR_WANTS, panel)
    assert (ruling.allowed, ruling.rule) == (False, "not-own-request")
    assert may_decide(actor, ASK, panel).allowed, "the control: they may where they are not named"
    assert may_decide(SOMEBODY, FOR_WANTS, panel).allowed


def test_whoever_is_asked_for_fills_no_seat() -> None:
    alone = panel_of([WANTS.slack_id])
    assert enough(ASK, alone)
    assert not enough(FOR_WANTS, alone)
    assert eligible(FOR_WANTS, [WANTS.slack_id, SOMEBODY.slack_id]) == {SOMEBODY.slack_id}


def test_whoever_asks_for_somebody_asks_as_well() -> None:
    assert ASK.askers == {ASK.requester}
    assert FOR_WANTS.askers == {ASK.requester, WANTS.slack_id}


def test_whoever_is_asked_for_may_withdraw_and_retry_it_as_its_requester_may() -> None:
    assert may_withdraw(WANTS, FOR_WANTS, ()).allowed
    assert may_retry(WANTS, FOR_WANTS, ()).allowed
    assert may_stop(WANTS, replace(FOR_WANTS, state=RequestState.RUNNING), ()).allowed
    for ruling in (may_withdraw(WANTS, ASK, ()), may_retry(WANTS, ASK, ())):
        assert (ruling.allowed, ruling.rule) == (False, "requester-or-approver")
