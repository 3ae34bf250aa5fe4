"""Who may vouch for work that was done by hand: all combinations, against the rule's prose."""

from itertools import product

import pytest

from rules.people import Actor
from rules.policy import Ask, Hands, may_attest
from rules.states import RequestState

HOME, AWAY = "T0HOME", "T0AWAY"
REQUESTER, SUBJECT, NAMED, APPROVER, OTHER = "U0ASKS", "U0LEAVES", "U0KEEPS", "U0LEADS", "U0OTHER"
APPROVALS = ((), (APPROVER,), (NAMED,), (APPROVER, OTHER), (APPROVER, NAMED))
EMAILS = {None: False, "someone@acme.example": False, "Leaves+x@ACME.example": True}


def ask(state: RequestState = RequestState.COMPLETED_WITH_ERRORS) -> Ask:
    return Ask(HOME, state, REQUESTER, SUBJECT, "asks@acme.example", "leaves@acme.example")


def hands(approved_by: tuple[str, ...] = (APPROVER,)) -> Hands:
    everybody = frozenset({APPROVER, OTHER, SUBJECT})
    given = frozenset(Actor(one, HOME, f"{one}@acme.example") for one in approved_by)
    return Hands(frozenset({NAMED, SUBJECT}), everybody, given)


@pytest.mark.parametrize("approved_by", APPROVALS)
@pytest.mark.parametrize("who", [REQUESTER, SUBJECT, NAMED, APPROVER, OTHER, "U0NOBODY"])
def test_an_independent_approver_or_whoever_is_named_may_vouch(
    who: str, approved_by: tuple[str, ...]
) -> None:
    flags = (False, True)
    for team, email, gone, bot, guest in product((HOME, AWAY), EMAILS, flags, flags, flags):
        member = team == HOME and not (gone or bot or guest)
        concerned = who == SUBJECT or EMAILS[email]
        alone = approved_by == (who,)
        fit = who in {NAMED, APPROVER, OTHER}
        actor = Actor(who, team, email, is_deleted=gone, is_bot=bot, is_guest=guest)
        ruling = may_attest(actor, ask(), hands(approved_by))
        assert ruling.allowed is (member and fit and not concerned and not alone), ruling


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (NAMED, "by-hand"),
        (OTHER, "approver"),
        (APPROVER, "not-the-only-approver"),
        (SUBJECT, "not-about-oneself"),
        (REQUESTER, "by-hand"),
    ],
)
def test_the_ruling_names_its_rule(who: str, rule: str) -> None:
    assert may_attest(Actor(who, HOME), ask(), hands()).rule == rule


def test_of_two_who_approved_each_may_vouch() -> None:
    both = hands((APPROVER, OTHER))
    assert may_attest(Actor(APPROVER, HOME), ask(), both).allowed
    assert may_attest(Actor(OTHER, HOME), ask(), both).allowed


@pytest.mark.parametrize("who", [OTHER, NAMED])
def test_a_second_account_of_the_only_one_who_approved_vouches_for_nothing(who: str) -> None:
    alias = Actor(who, HOME, f"{APPROVER}+x@ACME.example")
    assert may_attest(alias, ask(), hands()).rule == "not-the-only-approver"
    assert may_attest(alias, ask(), hands((APPROVER, "U0THIRD"))).allowed
