"""Who may ask and who may decide, and if not, why not.

Pure and default-deny: every function returns a ``Ruling`` that names its rule, and the last line
of each is the only one that allows. The same function answers a button, a modal and ``why``.
There is no exception for administrators: nobody decides about themselves or their own request.
What the policy asks of a request, and in which order, stands in its terms (``rules.terms``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from rules.panel import Panel
from rules.people import Actor, same_mailbox, same_person
from rules.seats import Seats, can_be_filled
from rules.states import RequestState
from rules.terms import Circle

APPROVER_RULE = "approver"
"""The rule under which a decision counts."""

BY_HAND_RULE = "by-hand"
"""The rule under which whoever is named for a vendor attests."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The facts of a request that a ruling needs.

    ``principal`` is the person on whose behalf the requester asks, where there is one.
    """

    team_id: str
    state: RequestState
    requester: str
    subject: str
    requester_email: str | None
    subject_email: str | None
    is_expired: bool = False
    principal: str | None = None
    principal_email: str | None = None

    @property
    def askers(self) -> frozenset[str]:
        """The requester, and the one on whose behalf they ask."""
        return frozenset({self.requester, self.principal or self.requester})


@dataclass(frozen=True, slots=True)
class Hands:
    """Who may be heard about work that was done by hand, as they are at this moment.

    ``named`` do the work at the vendor and ``approvers`` may approve the request, by Slack id.
    ``approved_by`` did: whoever has a second account is still the one who approved.
    """

    named: frozenset[str]
    approvers: frozenset[str]
    approved_by: frozenset[Actor]


@dataclass(frozen=True, slots=True)
class Ruling:
    """An answer with the rule that gave it."""

    allowed: bool
    rule: str
    sentence: str


def _no(rule: str, sentence: str) -> Ruling:
    return Ruling(allowed=False, rule=rule, sentence=sentence)


def standing(actor: Actor, home_team: str) -> Ruling:
    """Say whether ``actor`` is a full, active member of the home workspace."""
    if actor.team_id != home_team:
        return _no("home-team", "People of other workspaces can't do this.")
    if actor.is_deleted:
        return _no("active", "A deactivated account can't do this.")
    if actor.is_bot:
        return _no("human", "A bot or an app can't do this.")
    if actor.is_guest:
        return _no("full-member", "Guests can't do this. Please ask a full member.")
    return Ruling(allowed=True, rule="full-member", sentence="A full, active member.")


def _is_subject(actor: Actor, ask: Ask) -> bool:
    return actor.slack_id == ask.subject or same_mailbox(actor.email, ask.subject_email)


def _independence(actor: Actor, ask: Ask) -> Ruling:
    if actor.slack_id == ask.requester or same_mailbox(actor.email, ask.requester_email):
        return _no("not-own-request", "You asked for this, so somebody else has to decide.")
    if actor.slack_id == ask.principal or same_mailbox(actor.email, ask.principal_email):
        return _no("not-own-request", _FOR_YOU)
    if _is_subject(actor, ask):
        return _no("not-about-oneself", "This is about you, so somebody else has to decide.")
    return Ruling(allowed=True, rule="independent", sentence="Neither requester nor subject.")


_FOR_YOU = "This is asked on your behalf, so somebody else has to decide."


def may_ask(
    actor: Actor, home_team: str, circles: Sequence[tuple[Circle, Collection[str]]]
) -> Ruling:
    """Say whether ``actor`` may ask for something.

    ``circles`` are those that the rules let ask, each with its people at this moment: who asks has
    to be in every one of them.
    """
    member = standing(actor, home_team)
    if not member.allowed:
        return member
    for circle, people in circles:
        if actor.slack_id not in people:
            sentence = f"The rule {circle.rule} lets only some people ask for this, and not you."
            return _no(circle.rule, sentence)
    return Ruling(allowed=True, rule="full-member", sentence="You may ask for this.")


def may_decide(actor: Actor, ask: Ask, panel: Panel) -> Ruling:
    """Say whether ``actor`` may deny ``ask`` now, or approve it where it is not kept from them.

    ``panel`` holds the people of every stage at this moment, and who has approved already: nobody
    decides before the stage that asks them, and nobody counts twice.
    """
    fit = _fitness(actor, ask, panel)
    if not fit.allowed:
        return fit
    if actor.slack_id not in panel.everybody:
        return _no(APPROVER_RULE, "You are not an approver of this request.")
    if ask.state is not RequestState.PENDING:
        return _no("pending", "This request no longer waits for a decision.")
    if ask.is_expired:
        return _no("not-expired", "This request has expired.")
    if panel.stage is None or actor.slack_id not in panel.asked:
        return _no("stage-order", f"{panel.title} decides now, and you are not among them.")
    return Ruling(allowed=True, rule=panel.stage.rule, sentence="You are asked to decide this.")


def _fitness(actor: Actor, ask: Ask, panel: Panel) -> Ruling:
    """Say whether ``actor`` is a member, has no part in ``ask``, and has not decided before."""
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if any(same_person(actor, one) for one in panel.approved):
        return _no("counted-once", "You have already decided.")
    return _independence(actor, ask)


def may_approve(actor: Actor, ask: Ask, panel: Panel) -> Ruling:
    """Say whether ``actor`` may approve ``ask`` now.

    Whoever is the last one left for a later stage is kept for it, so that no request gets stuck.
    """
    ruling = may_decide(actor, ask, panel)
    if not ruling.allowed:
        return ruling
    before = can_be_filled(_open_seats(ask, panel))
    after = can_be_filled(_open_seats(ask, panel.with_approval(actor)))
    if before and not after:
        return _no("kept-for-later", "A later stage has nobody but you, so leave this to others.")
    return ruling


def eligible(ask: Ask, approvers: Collection[str]) -> frozenset[str]:
    """Return those of ``approvers`` who neither ask nor are the subject."""
    return frozenset(approvers) - {*ask.askers, ask.subject}


def enough(ask: Ask, panel: Panel) -> bool:
    """Tell whether enough different people are left to approve ``ask`` in every stage."""
    return can_be_filled(_open_seats(ask, panel))


def _open_seats(ask: Ask, panel: Panel) -> list[Seats]:
    away = {*ask.askers, ask.subject, *(one.slack_id for one in panel.approved)}
    return [Seats(missing, people - away) for missing, people in panel.open_stages()]


def is_stale(given_at: int, now: int, valid_for: timedelta) -> bool:
    """Tell whether an approval given at ``given_at`` is too old at ``now`` (both microseconds)."""
    return now - given_at > valid_for // timedelta(microseconds=1)


def may_withdraw(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may cancel ``ask``: its requester may, and so may an approver.

    So may the one on whose behalf it is asked. Never whoever it is about, unless they asked for it:
    nobody calls off their own leaving.
    """
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if actor.slack_id not in ask.askers and actor.slack_id not in approvers:
        return _no("requester-or-approver", "Only the requester or an approver can cancel this.")
    if actor.slack_id not in ask.askers and _is_subject(actor, ask):
        return _no("not-about-oneself", _ANOTHER_CANCELS)
    if ask.state not in _NOT_BEGUN:
        return _no("undecided", "Only a request that has not begun can be cancelled.")
    return Ruling(allowed=True, rule="requester-or-approver", sentence="You may cancel this.")


def may_stop(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may cancel what has not started of ``ask``: who may withdraw, may.

    Never whoever it is about: nobody keeps their own accounts from being removed.
    """
    if _is_subject(actor, ask):
        return _no("not-about-oneself", _ANOTHER_CANCELS)
    ruling = may_withdraw(actor, replace(ask, state=RequestState.PENDING), approvers)
    if ruling.allowed and ask.state not in UNDER_WAY:
        return _no("under-way", "This request is not under way any more.")
    return ruling


UNDER_WAY = frozenset({RequestState.APPROVED, RequestState.RUNNING})
"""The states of a request whose parts are carried out one after the other."""

_ANOTHER_CANCELS = "This is about you, so somebody else has to cancel it."

_NOT_BEGUN = {RequestState.RECEIVED, RequestState.PENDING, RequestState.SCHEDULED}


def may_retry(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may have a failed step of ``ask`` tried again.

    The approval stands, so that no second one is asked for: the requester and the approvers may.
    """
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if actor.slack_id not in ask.askers and actor.slack_id not in approvers:
        return _no("requester-or-approver", "Only the requester or an approver can retry this.")
    return Ruling(allowed=True, rule="requester-or-approver", sentence="You may retry this.")


def may_resend(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may have an invitation of ``ask`` mailed again: who may retry, may."""
    ruling = may_retry(actor, ask, approvers)
    if not ruling.allowed and ruling.rule == "requester-or-approver":
        sentence = "Only the requester or an approver can have an invitation mailed again."
        return _no(ruling.rule, sentence)
    return ruling


def may_take(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may see to what is left of ``ask``: as a retry, never the subject."""
    if _is_subject(actor, ask):
        return _no("not-about-oneself", "This is about you, so somebody else has to see to it.")
    return may_retry(actor, ask, approvers)


def may_attest(actor: Actor, ask: Ask, hands: Hands) -> Ruling:
    """Say whether ``actor`` may attest that a part of ``ask`` was done by hand.

    An approver may, and whoever is named for the vendor. Never the person concerned, and never the
    only one who approved: nobody both allows a thing and vouches for it alone.
    """
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if _is_subject(actor, ask):
        return _no("not-about-oneself", "This is about you, so somebody else has to attest it.")
    if hands.approved_by and all(same_person(actor, one) for one in hands.approved_by):
        sentence = "You alone approved this, so somebody else has to attest it."
        return _no("not-the-only-approver", sentence)
    if actor.slack_id in hands.named:
        return Ruling(allowed=True, rule=BY_HAND_RULE, sentence="You are named for this.")
    if actor.slack_id in hands.approvers:
        return Ruling(allowed=True, rule=APPROVER_RULE, sentence="You are an approver.")
    return _no(BY_HAND_RULE, "Only an approver, or whoever is named for this, can attest it.")
