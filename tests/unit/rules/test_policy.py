"""Who may do what: all combinations of the facts, against a table written from the rules' prose."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

import pytest

from rules.panel import Panel
from rules.people import Actor
from rules.policy import (
    Ask,
    Ruling,
    eligible,
    enough,
    is_stale,
    may_approve,
    may_ask,
    may_decide,
    may_retry,
    may_take,
    may_withdraw,
    standing,
)
from rules.states import RequestState
from rules.terms import Circle, Stage

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
    assert sum(1 for _ in cases()) == 2**4 * 3 * 6 * 2 * 12 * 2


def test_only_an_independent_listed_full_member_decides_what_is_pending() -> None:
    allowed = 0
    for case in cases():
        ruling = may_approve(case.actor, case.ask, panel_of(case.approvers))
        assert ruling.allowed is _may_decide(case), case
        allowed += ruling.allowed
    assert allowed == 2, "a member with no or with their own mailbox, and nobody else"


def _may_decide(case: Case) -> bool:
    is_member = not case.is_outsider
    is_independent = case.who == SOMEBODY and case.mailbox in {"none", "own"}
    waits = case.state is RequestState.PENDING and not case.is_expired
    return is_member and is_independent and case.listed and waits


def test_the_requester_or_an_approver_whom_it_is_not_about_withdraws_what_has_not_begun() -> None:
    for case in cases():
        is_about_them = case.who == SUBJECT or case.mailbox.startswith("subject")
        approves = case.listed and not is_about_them
        may = not case.is_outsider and (case.who == REQUESTER or approves)
        not_begun = case.state in {"received", "pending", "scheduled"}
        ruling = may_withdraw(case.actor, case.ask, case.approvers)
        assert ruling.allowed is (may and not_begun), case


def test_whoever_may_retry_may_take_it_on_unless_it_is_about_them() -> None:
    for case in cases():
        may = not case.is_outsider and (case.who == REQUESTER or case.listed)
        ruling = may_take(case.actor, case.ask, case.approvers)
        about_them = case.who == SUBJECT or case.mailbox.startswith("subject")
        assert ruling.allowed is (may and not about_them), case


def test_only_the_requester_or_an_approver_retries() -> None:
    for case in cases():
        may = not case.is_outsider and (case.who == REQUESTER or case.listed)
        assert may_retry(case.actor, case.ask, case.approvers).allowed is may, case


def test_every_ruling_names_its_rule_and_says_a_sentence() -> None:
    for case in cases():
        for ruling in rulings(case):
            assert ruling.rule
            assert ruling.sentence.endswith(".")


def rulings(case: Case) -> Iterator[Ruling]:
    """Yield everything that can be said about a case."""
    yield may_decide(case.actor, case.ask, panel_of(case.approvers))
    yield may_approve(case.actor, case.ask, panel_of(case.approvers))
    yield may_withdraw(case.actor, case.ask, case.approvers)
    yield may_retry(case.actor, case.ask, case.approvers)


def panel_of(*people: Collection[str], approved: tuple[Actor, ...] = ()) -> Panel:
    """Return a panel of one person a stage; the last stage is the one named last."""
    stages = tuple(
        Stage(f"rule-{number}", f"Stage {number}", ("S0OPS",), 1)
        for number, _ in enumerate(people, start=1)
    )
    return Panel(stages, tuple(frozenset(one) for one in people), approved)


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
    ruling = may_decide(actor, PENDING, panel_of({actor.slack_id}))
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
    ruling = may_decide(MEMBER, ask, panel_of(approvers))
    assert (ruling.allowed, ruling.rule) == (False, rule)


def test_unknown_mailboxes_are_nobodys() -> None:
    nobody = replace(PENDING, requester_email=None, subject_email="")
    assert may_decide(replace(MEMBER, email=""), nobody, panel_of({SOMEBODY})).allowed
    assert may_decide(replace(MEMBER, email=None), nobody, panel_of({SOMEBODY})).allowed


def test_standing_needs_nothing_but_membership() -> None:
    assert standing(MEMBER, HOME).allowed
    assert not standing(MEMBER, ELSEWHERE).allowed


def test_requester_and_subject_are_not_eligible_however_they_are_listed() -> None:
    assert eligible(PENDING, [REQUESTER, SUBJECT, SOMEBODY, SOMEBODY]) == {SOMEBODY}
    assert eligible(PENDING, [REQUESTER, SUBJECT]) == frozenset()


OTHER = Actor("U0FIRST", HOME, "first@acme.example")


def test_a_decision_counts_under_the_rule_of_the_stage_that_asks() -> None:
    assert may_decide(MEMBER, PENDING, panel_of({SOMEBODY})).rule == "rule-1"
    second = panel_of({OTHER.slack_id}, {SOMEBODY}, approved=(OTHER,))
    assert may_decide(MEMBER, PENDING, second).rule == "rule-2"


def test_nobody_decides_before_or_after_their_stage() -> None:
    later = may_decide(MEMBER, PENDING, panel_of({OTHER.slack_id}, {SOMEBODY}))
    earlier = may_decide(MEMBER, PENDING, panel_of({SOMEBODY}, {"U0X"}, approved=(OTHER,)))
    for ruling, asked in ((later, "Stage 1"), (earlier, "Stage 2")):
        assert (ruling.allowed, ruling.rule) == (False, "stage-order")
        assert ruling.sentence == f"{asked} decides now, and you are not among them."


@pytest.mark.parametrize("alias", [SOMEBODY, "U0SECOND"])
def test_a_person_counts_once_also_with_a_second_account(alias: str) -> None:
    first = Actor(alias, HOME, "Somebody+two@acme.example")
    panel = panel_of({SOMEBODY, alias}, {SOMEBODY, alias}, approved=(first,))
    for ruling in (may_approve(MEMBER, PENDING, panel), may_decide(MEMBER, PENDING, panel)):
        assert (ruling.allowed, ruling.rule) == (False, "counted-once")


def test_the_last_one_left_for_a_later_stage_is_kept_for_it() -> None:
    panel = panel_of({SOMEBODY, OTHER.slack_id}, {SOMEBODY})
    assert may_approve(MEMBER, PENDING, panel).rule == "kept-for-later"
    assert may_decide(MEMBER, PENDING, panel).allowed, "a denial needs nobody later"
    assert may_approve(OTHER, PENDING, panel).allowed


def test_where_a_later_stage_has_nobody_at_all_nobody_is_kept_for_it() -> None:
    assert may_approve(MEMBER, PENDING, panel_of({SOMEBODY}, set())).allowed


def test_enough_are_different_people_in_every_stage() -> None:
    assert enough(PENDING, panel_of({SOMEBODY}, {SOMEBODY, "U0FIRST"}))
    assert not enough(PENDING, panel_of({SOMEBODY}, {SOMEBODY}))
    assert not enough(PENDING, panel_of({SOMEBODY}, {REQUESTER, SUBJECT}))


def test_whoever_asks_is_in_every_circle_that_the_rules_draw() -> None:
    sellers, staff = Circle("sellers", ("S0SELL",)), Circle("staff", ("S0STAFF",))
    inside, outside = {SOMEBODY}, {"U0X"}
    assert may_ask(MEMBER, HOME, []).allowed
    assert may_ask(MEMBER, HOME, [(sellers, inside), (staff, inside)]).allowed
    ruling = may_ask(MEMBER, HOME, [(sellers, inside), (staff, outside)])
    assert (ruling.allowed, ruling.rule) == (False, "staff")
    guest = replace(MEMBER, is_guest=True)
    for circles in ([], [(sellers, inside)]):
        ruling = may_ask(guest, HOME, circles)
        assert (ruling.allowed, ruling.rule) == (False, "full-member")


def test_an_approval_is_too_old_only_after_its_time() -> None:
    day = timedelta(hours=24)
    given, later = 1_800_000_000_000_000, day // timedelta(microseconds=1)
    assert not is_stale(given, given + later, day)
    assert is_stale(given, given + later + 1, day)
