"""Who may ask and who may decide, and if not, why not.

Pure and default-deny: every function returns a ``Ruling`` that names its rule, and the last line
of each is the only one that allows. The same function answers a button, a modal and ``why``.
There is no exception for administrators: nobody decides about themselves or their own request.
"""

from collections.abc import Collection
from dataclasses import dataclass

from rules.states import RequestState
from rules.values import normal_email

APPROVER_RULE = "approver"
"""The rule under which a decision counts."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as Slack knows them at this moment."""

    slack_id: str
    team_id: str
    email: str | None = None
    is_deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The facts of a request that a ruling needs."""

    team_id: str
    state: RequestState
    requester: str
    subject: str
    requester_email: str | None
    subject_email: str | None
    is_expired: bool = False


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


def _same_mailbox(one: str | None, other: str | None) -> bool:
    return bool(one and other) and normal_email(one or "") == normal_email(other or "")


def _independence(actor: Actor, ask: Ask) -> Ruling:
    if actor.slack_id == ask.requester or _same_mailbox(actor.email, ask.requester_email):
        return _no("not-own-request", "You asked for this, so somebody else has to decide.")
    if actor.slack_id == ask.subject or _same_mailbox(actor.email, ask.subject_email):
        return _no("not-about-oneself", "This is about you, so somebody else has to decide.")
    return Ruling(allowed=True, rule="independent", sentence="Neither requester nor subject.")


def may_decide(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may approve or deny ``ask`` now.

    ``approvers`` are the Slack ids that the policy's users and groups hold at this moment.
    """
    first = standing(actor, ask.team_id)
    independent = _independence(actor, ask)
    if not (first.allowed and independent.allowed):
        return independent if first.allowed else first
    if actor.slack_id not in approvers:
        return _no(APPROVER_RULE, "You are not an approver of this request.")
    if ask.state is not RequestState.PENDING:
        return _no("pending", "This request no longer waits for a decision.")
    if ask.is_expired:
        return _no("not-expired", "This request has expired.")
    return Ruling(allowed=True, rule=APPROVER_RULE, sentence="You are an approver of this request.")


def eligible(ask: Ask, approvers: Collection[str]) -> frozenset[str]:
    """Return those of ``approvers`` who are neither requester nor subject."""
    return frozenset(approvers) - {ask.requester, ask.subject}


def may_withdraw(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may cancel ``ask``: its requester may, and so may an approver."""
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if actor.slack_id != ask.requester and actor.slack_id not in approvers:
        return _no("requester-or-approver", "Only the requester or an approver can cancel this.")
    if ask.state not in {RequestState.RECEIVED, RequestState.PENDING}:
        return _no("undecided", "Only a request that waits for a decision can be cancelled.")
    return Ruling(allowed=True, rule="requester-or-approver", sentence="You may cancel this.")


def may_retry(actor: Actor, ask: Ask, approvers: Collection[str]) -> Ruling:
    """Say whether ``actor`` may have a failed step of ``ask`` tried again.

    The approval stands, so that no second one is asked for: the requester and the approvers may.
    """
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    if actor.slack_id != ask.requester and actor.slack_id not in approvers:
        return _no("requester-or-approver", "Only the requester or an approver can retry this.")
    return Ruling(allowed=True, rule="requester-or-approver", sentence="You may retry this.")
