"""Values that cross the borders of packages: identifiers, kinds, and what a Slack id looks like.

Slack ids: a person is ``U…`` or ``W…`` (Enterprise Grid), a user group ``S…``, a conversation
``C…``, ``G…`` or ``D…`` (https://api.slack.com/types).
"""

import re
from enum import StrEnum

PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
GROUP_ID = re.compile(r"S[A-Z0-9]{2,20}")
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,20}")


class Kind(StrEnum):
    """What is asked for: give somebody accounts, or take them all away."""

    ONBOARD = "onboard"
    OFFBOARD = "offboard"


class Verdict(StrEnum):
    """What an approver answered."""

    APPROVE = "approve"
    DENY = "deny"


ERASED_PREFIX = "U0ERASED"
"""How the pseudonym begins that stands for somebody who was erased; nobody in Slack has it."""


def is_erased(slack_id: str) -> bool:
    """Tell whether an id is the pseudonym of somebody who was erased."""
    return slack_id.startswith(ERASED_PREFIX)


def is_person_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a Slack person's id."""
    return PERSON_ID.fullmatch(text) is not None


def is_group_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a Slack user group's id."""
    return GROUP_ID.fullmatch(text) is not None


def is_channel_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a Slack conversation's id."""
    return CHANNEL_ID.fullmatch(text) is not None


def normal_email(email: str) -> str:
    """Return the form in which two spellings of one mailbox are equal.

    Case and a ``+tag`` are dropped: a person must not approve for themselves through an alias.
    """
    local, at, domain = email.strip().casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"
