"""On whose behalf somebody may ask: a person who might have asked, and who has no part in it.

The sentences speak to whoever asks. Nothing here widens what the requester may do: the rules that
let only some people ask hold for both of them.
"""

from collections.abc import Collection, Sequence

from rules.people import Actor, same_mailbox
from rules.policy import Ask, Ruling, may_ask, standing
from rules.terms import Circle

RULE = "on-behalf"
"""The rule that keeps requester and subject from being the one on whose behalf it is asked."""


def may_be_principal(principal: Actor, ask: Ask) -> Ruling:
    """Say whether ``ask`` may be made on behalf of ``principal``, as far as people tell it.

    A full, active member of the home workspace, who is neither the requester nor the subject, by
    id or by mailbox.
    """
    member = standing(principal, ask.team_id)
    if not member.allowed:
        return Ruling(allowed=False, rule=member.rule, sentence=_NO_MEMBER)
    if _is(principal, ask.requester, ask.requester_email):
        return Ruling(allowed=False, rule=RULE, sentence=_YOURSELF)
    if _is(principal, ask.subject, ask.subject_email):
        return Ruling(allowed=False, rule=RULE, sentence=_THE_SUBJECT)
    return Ruling(allowed=True, rule=RULE, sentence="You may ask on behalf of this person.")


_NO_MEMBER = "You can ask on behalf of a full, active member of this workspace only."
_YOURSELF = "That is you. Leave this empty to ask for yourself."
_THE_SUBJECT = "That is the person concerned. Name somebody else, or nobody."


def _is(actor: Actor, slack_id: str, email: str | None) -> bool:
    return actor.slack_id == slack_id or same_mailbox(actor.email, email)


def might_ask(
    principal: Actor, home_team: str, circles: Sequence[tuple[Circle, Collection[str]]]
) -> Ruling:
    """Say whether ``principal`` might have asked themselves; ``circles`` as for ``may_ask``."""
    ruling = may_ask(principal, home_team, circles)
    if ruling.allowed:
        return ruling
    sentence = (
        f"The rule {ruling.rule} does not let the person ask for this on whose behalf you do."
    )
    return Ruling(allowed=False, rule=ruling.rule, sentence=sentence)
