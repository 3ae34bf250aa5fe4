"""Who may do what: all combinations of the facts, against a table written from the rules' prose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest

from rules.policy import Actor, Ask, eligible, may_decide, may_retry, may_withdraw, standing
from rules.states import RequestState

HOME, ELSEWHERE = "T0HOME", "T0AWAY"
REQUESTER, SUBJECT, SOMEBODY = "U0ASKS", "U0COMES", "U0OTHER"
MAILBOXES = {
    "none": None,
    "own": "somebody@acme.example",
    "requester": "Asks@acme.example",
    "requester-alias": "asks+approver@ACME.example",
    "subject": "comes@acme.example",
    "subject-alias": "COMES+x@acme.example",
}


@dataclass(frozen=True)
class Case:
    """One combination of everything that a ruling can depend on."""

    team: str
    is_deleted: bool
    is_bot: bool
    is_guest: bool
    who: str
    mailbox: str
    listed: bool
    state: RequestState
    is_expired: bool

    @property
    def actor(self) -> Actor:
        email = MAILBOXES[self.mailbox]
        return Actor(self.who, self.team, email, self.is_deleted, self.is_bot, self.is_guest)

    @property
    def ask(self) -> Ask:
        return Ask(
            team_id=HOME,
            state=self.state,
            requester=REQUESTER,
            subject=SUBJECT,
            requester_email="asks@acme.example",
            subject_email="comes@acme.example",
            is_expired=self.is_expired,
        )

    @property
    def approvers(self) -> set[str]:
        return {"U0BOSS", self.who} if self.listed else {"U0BOSS"}

    @property
    def is_outsider(self) -> bool:
        return self.team != HOME or self.is_deleted or self.is_bot or self.is_guest


def cases() -> Iterator[Case]:
    """Yield every combination."""
    yes_or_no = (False, True)
    for values in product(
        (HOME, ELSEWHERE), yes_or_no, yes_or_no, yes_or_no, (REQUESTER, SUBJECT, SOMEBODY),
        MAILBOXES, yes_or_no, RequestState, yes_or_no,
    ):  # fmt: skip
        yield Case(*values)


def test_the_matrix_holds_every_combination() -> None:
    assert sum(1 for _ in cases()) == 2**4 * 3 * 6 * 2 * 10 * 2


def test_only_an_independent_listed_full_member_decides_what_is_pending() -> None:
    allowed = 0
    for case in cases():
        ruling = may_decide(case.actor, case.ask, case.approvers)
        assert ruling.allowed is _may_decide(case), case
        allowed += ruling.allowed
    assert allowed == 2, "a member with no or with their own mailbox, and nobody else"


def _may_decide(case: Case) -> bool:
    is_member = not case.is_outsider
    is_independent = case.who == SOMEBODY and case.mailbox in {"none", "own"}
    waits = case.state is RequestState.PENDING and not case.is_expired
    return is_member and is_independent and case.listed and waits


def test_only_the_requester_or_an_approver_withdraws_what_is_undecided() -> None:
    for case in cases():
        may = not case.is_outsider and (case.who == REQUESTER or case.listed)
        undecided = case.state in {RequestState.RECEIVED, RequestState.PENDING}
        ruling = may_withdraw(case.actor, case.ask, case.approvers)
        assert ruling.allowed is (may and undecided), case


def test_only_the_requester_or_an_approver_retries() -> None:
    for case in cases():
        may = not case.is_outsider and (case.who == REQUESTER or case.listed)
        assert may_retry(case.actor, case.ask, case.approvers).allowed is may, case


def test_every_ruling_names_its_rule_and_says_a_sentence() -> None:
    for case in cases():
        for function in (may_decide, may_withdraw, may_retry):
            ruling = function(case.actor, case.ask, case.approvers)
            assert ruling.rule
            assert ruling.sentence.endswith(".")


MEMBER = Actor(SOMEBODY, HOME, "somebody@acme.example")
PENDING = Ask(HOME, RequestState.PENDING, REQUESTER, SUBJECT, "asks@a.example", "comes@a.example")


@pytest.mark.parametrize(
    ("actor", "rule"),
    [
        (replace(MEMBER, team_id=ELSEWHERE), "home-team"),
        (replace(MEMBER, team_id=""), "home-team"),
        (replace(MEMBER, is_deleted=True), "active"),
        (replace(MEMBER, is_bot=True), "human"),
        (replace(MEMBER, is_guest=True), "full-member"),
        (replace(MEMBER, slack_id=REQUESTER), "not-own-request"),
        (replace(MEMBER, email="ASKS+1@a.example"), "not-own-request"),
        (replace(MEMBER, slack_id=SUBJECT), "not-about-oneself"),
        (replace(MEMBER, email="comes@a.example"), "not-about-oneself"),
    ],
)
def test_a_refused_decision_names_the_rule_that_refused_it(actor: Actor, rule: str) -> None:
    ruling = may_decide(actor, PENDING, {actor.slack_id})
    assert (ruling.allowed, ruling.rule) == (False, rule)


@pytest.mark.parametrize(
    ("ask", "approvers", "rule"),
    [
        (PENDING, set(), "approver"),
        (replace(PENDING, state=RequestState.APPROVED), {SOMEBODY}, "pending"),
        (replace(PENDING, is_expired=True), {SOMEBODY}, "not-expired"),
    ],
)
def test_a_member_is_told_what_else_is_missing(ask: Ask, approvers: set[str], rule: str) -> None:
    ruling = may_decide(MEMBER, ask, approvers)
    assert (ruling.allowed, ruling.rule) == (False, rule)


def test_unknown_mailboxes_are_nobodys() -> None:
    nobody = replace(PENDING, requester_email=None, subject_email="")
    assert may_decide(replace(MEMBER, email=""), nobody, {SOMEBODY}).allowed
    assert may_decide(replace(MEMBER, email=None), nobody, {SOMEBODY}).allowed


def test_standing_needs_nothing_but_membership() -> None:
    assert standing(MEMBER, HOME).allowed
    assert not standing(MEMBER, ELSEWHERE).allowed


def test_requester_and_subject_are_not_eligible_however_they_are_listed() -> None:
    assert eligible(PENDING, [REQUESTER, SUBJECT, SOMEBODY, SOMEBODY]) == {SOMEBODY}
    assert eligible(PENDING, [REQUESTER, SUBJECT]) == frozenset()
