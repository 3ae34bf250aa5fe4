"""Every ruling as a person reads it, with the rule that an auditor finds in the trail."""

from dataclasses import replace

from rules.behalf import may_be_principal, might_ask
from rules.handing import may_be_handed, may_hand_over
from rules.panel import Panel
from rules.people import Actor
from rules.policy import (
    UNDER_WAY,
    Ask,
    Hands,
    Ruling,
    may_approve,
    may_ask,
    may_attest,
    may_decide,
    may_resend,
    may_retry,
    may_stop,
    may_take,
    may_withdraw,
    standing,
)
from rules.states import RequestState
from rules.terms import Circle, Stage

HOME = "T0HOME"
LEAD = Actor("U0LEAD", HOME, "lead@acme.example")
NEXT = Actor("U0NEXT", HOME, "next@acme.example")
ASKS = replace(LEAD, slack_id="U0ASKS")
ELSE = replace(LEAD, slack_id="U0ELSE")
ASK = Ask(
    HOME, RequestState.PENDING, "U0ASKS", "U0COMES", "asks@acme.example", "comes@acme.example"
)
FOR_LEAD = replace(ASK, principal="U0LEAD", principal_email="lead@acme.example")
BY_MAIL = replace(ASK, principal="U0ELSE", principal_email="Lead+x@acme.example")
ABOUT_LEAD = replace(ASK, subject="U0LEAD")
ENDED = replace(ASK, state=RequestState.DENIED)
RUNNING = replace(ASK, state=RequestState.RUNNING)
CIRCLE = Circle("sellers", ("S0SELL",))
MINE = {"U0LEAD"}
HANDS = Hands(
    frozenset({"U0NEXT"}),
    frozenset(MINE),
    frozenset({replace(LEAD, slack_id="U0BOSS", email=None)}),
)
BY_LEAD = replace(HANDS, approved_by=frozenset({LEAD}))


def panel(*people: set[str], approved: tuple[Actor, ...] = ()) -> Panel:
    """Return a panel of one approval a stage."""
    stages = tuple(Stage(f"r{n}", f"Stage {n}", ("S0X",), 1) for n, _ in enumerate(people, 1))
    return Panel(stages, tuple(map(frozenset, people)), approved)


BOTH = panel({"U0LEAD"}, {"U0LEAD", "U0NEXT"})


def said(ruling: Ruling) -> str:
    """Return a ruling in a line."""
    return f"{'yes' if ruling.allowed else 'no'}, {ruling.rule}: {ruling.sentence}"


def test_who_has_standing_is_said() -> None:
    for actor, words in (
        (
            replace(LEAD, team_id="T0AWAY"),
            "no, home-team: People of other workspaces can't do this.",
        ),
        (replace(LEAD, is_deleted=True), "no, active: A deactivated account can't do this."),
        (replace(LEAD, is_bot=True), "no, human: A bot or an app can't do this."),
        (replace(LEAD, is_guest=True), f"no, full-member: {GUESTS}"),
        (LEAD, "yes, full-member: A full, active member."),
    ):
        assert said(standing(actor, HOME)) == words


def test_why_somebody_may_not_decide_is_said() -> None:
    yourself, later = "This is asked on your behalf", "Stage 1 decides now"
    for actor, ask, words in (
        (ASKS, ASK, "not-own-request: You asked for this, so somebody else has to decide."),
        (
            replace(LEAD, email="Asks+2@acme.example"),
            ASK,
            "not-own-request: You asked for this, so somebody else has to decide.",
        ),
        (
            replace(LEAD, email="Comes@ACME.example"),
            ASK,
            "not-about-oneself: This is about you, so somebody else has to decide.",
        ),
        (
            replace(LEAD, email=None),
            FOR_LEAD,
            f"not-own-request: {yourself}, so somebody else has to decide.",
        ),
        (replace(LEAD, is_guest=True), ASK, f"full-member: {GUESTS}"),
        (LEAD, FOR_LEAD, f"not-own-request: {yourself}, so somebody else has to decide."),
        (LEAD, BY_MAIL, f"not-own-request: {yourself}, so somebody else has to decide."),
        (LEAD, ABOUT_LEAD, "not-about-oneself: This is about you, so somebody else has to decide."),
        (ELSE, ASK, "approver: You are not an approver of this request."),
        (LEAD, ENDED, "pending: This request no longer waits for a decision."),
        (LEAD, replace(ASK, is_expired=True), "not-expired: This request has expired."),
        (NEXT, ASK, f"stage-order: {later}, and you are not among them."),
    ):
        people = panel({"U0LEAD", "U0ASKS"}, {"U0NEXT"})
        assert said(may_decide(actor, ask, people)) == f"no, {words}"


def test_who_decides_in_which_stage_is_said() -> None:
    assert said(may_decide(LEAD, ASK, BOTH)) == "yes, r1: You are asked to decide this."
    filled = panel({"U0LEAD", "U0NEXT"}, approved=(LEAD,))
    nobody = "no, stage-order: Nobody decides now, and you are not among them."
    assert said(may_decide(NEXT, ASK, filled)) == nobody
    for one in (LEAD, replace(LEAD, email=None)):
        twice = panel(MINE, MINE, approved=(one,))
        assert said(may_decide(one, ASK, twice)) == "no, counted-once: You have already decided."


def test_who_approves_and_who_is_kept_is_said() -> None:
    assert (
        said(may_approve(NEXT, ASK, panel({"U0NEXT"}))) == "yes, r1: You are asked to decide this."
    )
    kept = "no, kept-for-later: A later stage has nobody but you, so leave this to others."
    assert said(may_approve(LEAD, ASK, panel({"U0LEAD", "U0NEXT"}, MINE))) == kept
    stuck = panel(MINE, set())
    assert said(may_approve(LEAD, ASK, stuck)) == "yes, r1: You are asked to decide this."
    early = "no, stage-order: Stage 1 decides now, and you are not among them."
    assert said(may_approve(LEAD, ASK, panel({"U0NEXT"}, MINE))) == early


def test_who_may_ask_is_said() -> None:
    circles = [(CIRCLE, MINE)]
    assert said(may_ask(LEAD, HOME, circles)) == "yes, full-member: You may ask for this."
    refused = "The rule sellers lets only some people ask for this, and not you."
    assert said(may_ask(NEXT, HOME, circles)) == f"no, sellers: {refused}"
    refused = "The rule sellers does not let the person ask for this on whose behalf you do."
    assert said(might_ask(NEXT, HOME, circles)) == f"no, sellers: {refused}"


def test_who_may_cancel_is_said() -> None:
    only = "no, requester-or-approver: Only the requester or an approver can cancel this."
    oneself = "no, not-about-oneself: This is about you, so somebody else has to cancel it."
    begun = "no, undecided: Only a request that has not begun can be cancelled."
    for ask in (ASK, replace(ASK, requester="U0LEAD"), FOR_LEAD):
        assert said(may_withdraw(LEAD, ask, MINE)) == YOU_MAY.format("cancel this")
    assert said(may_withdraw(ELSE, ASK, MINE)) == only
    assert said(may_withdraw(LEAD, ABOUT_LEAD, MINE)) == oneself
    assert said(may_withdraw(LEAD, ENDED, MINE)) == begun
    assert said(may_stop(LEAD, RUNNING, MINE)) == YOU_MAY.format("cancel this")
    assert said(may_stop(LEAD, replace(ABOUT_LEAD, requester="U0LEAD"), MINE)) == oneself
    assert said(may_stop(ELSE, ENDED, MINE)) == only
    ended = "no, under-way: This request is not under way any more."
    assert said(may_stop(LEAD, ENDED, MINE)) == ended


def test_who_may_try_again_is_said() -> None:
    only = "no, requester-or-approver: Only the requester or an approver can "
    for may in (may_retry, may_resend, may_take):
        assert said(may(LEAD, ENDED, MINE)) == YOU_MAY.format("retry this")
        bot = replace(LEAD, is_bot=True)
        assert said(may(bot, ASK, MINE)) == "no, human: A bot or an app can't do this."
    assert said(may_retry(ELSE, ENDED, MINE)) == f"{only}retry this."
    assert said(may_resend(ELSE, ASK, MINE)) == f"{only}have an invitation mailed again."
    oneself = "no, not-about-oneself: This is about you, so somebody else has to see to it."
    assert said(may_take(LEAD, ABOUT_LEAD, MINE)) == oneself


def test_who_may_attest_is_said() -> None:
    named = "Only an approver, or whoever is named for this, can attest it."
    for actor, ask, hands, words in (
        (NEXT, ASK, HANDS, "yes, by-hand: You are named for this."),
        (LEAD, ASK, HANDS, "yes, approver: You are an approver."),
        (LEAD, ABOUT_LEAD, HANDS, f"no, not-about-oneself: {ABOUT_YOU} attest it."),
        (LEAD, ASK, BY_LEAD, f"no, not-the-only-approver: {ALONE} attest it."),
        (ELSE, ASK, HANDS, f"no, by-hand: {named}"),
    ):
        assert said(may_attest(actor, ask, hands)) == words


def test_who_may_hand_over_is_said() -> None:
    named = "Only an approver, or whoever is named for this, can hand it over."
    assert said(may_hand_over(LEAD, ASK, BY_LEAD)) == "yes, approver: You are an approver."
    oneself = f"no, not-about-oneself: {ABOUT_YOU} hand it over."
    assert said(may_hand_over(LEAD, ABOUT_LEAD, HANDS)) == oneself
    assert said(may_hand_over(ELSE, ASK, HANDS)) == f"no, by-hand: {named}"


def test_who_may_be_handed_it_is_said_to_whoever_hands_it_over() -> None:
    for actor, ask, hands, words in (
        (ELSE, ASK, HANDS, "yes, by-hand: This person may do it."),
        (LEAD, ABOUT_LEAD, HANDS, f"no, not-about-oneself: {ABOUT_THEM}"),
        (LEAD, ASK, BY_LEAD, f"no, not-the-only-approver: {THEY_ALONE}"),
        (replace(LEAD, is_guest=True), ASK, HANDS, f"no, full-member: {NOT_FIT}"),
    ):
        assert said(may_be_handed(actor, ask, hands)) == words


def test_on_whose_behalf_is_said() -> None:
    member = "You can ask on behalf of a full, active member of this workspace only."
    for actor, ask, words in (
        (LEAD, ASK, "yes, on-behalf: You may ask on behalf of this person."),
        (replace(LEAD, is_bot=True), ASK, f"no, human: {member}"),
        (ASKS, ASK, "no, on-behalf: That is you. Leave this empty to ask for yourself."),
        (LEAD, ABOUT_LEAD, f"no, on-behalf: {SUBJECT}"),
    ):
        assert said(may_be_principal(actor, ask)) == words


GUESTS = "Guests can't do this. Please ask a full member."
YOU_MAY = "yes, requester-or-approver: You may {}."
ABOUT_YOU = "This is about you, so somebody else has to"
ALONE = "You alone approved this, so somebody else has to"
ABOUT_THEM = "This is about that person, so somebody else has to do it."
THEY_ALONE = "That person alone approved this, so somebody else has to do it."
NOT_FIT = "Only a full, active member of this workspace can be asked to do it."
SUBJECT = "That is the person concerned. Name somebody else, or nobody."


def test_under_way_is_what_is_carried_out() -> None:
    assert {state.value for state in UNDER_WAY} == {"approved", "running"}
