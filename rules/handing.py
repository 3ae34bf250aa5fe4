"""Who may hand over what has to be done by hand, and to whom."""

from dataclasses import replace

from rules.people import Actor
from rules.policy import Ask, Hands, Ruling, may_attest, standing

_GIVING = {
    "not-about-oneself": "This is about you, so somebody else has to hand it over.",
    "by-hand": "Only an approver, or whoever is named for this, can hand it over.",
}
_TAKING = {
    "not-about-oneself": "This is about that person, so somebody else has to do it.",
    "not-the-only-approver": "That person alone approved this, so somebody else has to do it.",
}
_NOT_FIT = "Only a full, active member of this workspace can be asked to do it."


def may_hand_over(actor: Actor, ask: Ask, hands: Hands) -> Ruling:
    """Say whether ``actor`` may hand over a part of ``ask`` that has to be done by hand.

    Whoever may attest it may; so may the only one who approved, since another one vouches then.
    """
    member = standing(actor, ask.team_id)
    if not member.allowed:
        return member
    ruling = may_attest(actor, ask, replace(hands, approved_by=frozenset()))
    return ruling if ruling.allowed else replace(ruling, sentence=_GIVING[ruling.rule])


def may_be_handed(receiver: Actor, ask: Ask, hands: Hands) -> Ruling:
    """Say whether ``receiver`` may be handed it: once named for it, they have to be able to attest.

    The sentence speaks to whoever hands it over.
    """
    named = replace(hands, named=hands.named | {receiver.slack_id})
    ruling = may_attest(receiver, ask, named)
    if ruling.allowed:
        return replace(ruling, sentence="This person may do it.")
    return replace(ruling, sentence=_TAKING.get(ruling.rule, _NOT_FIT))
