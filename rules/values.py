"""Values that cross the borders of packages: identifiers, kinds, and what a Slack id looks like.

Slack ids: a person is ``U…`` or ``W…`` (Enterprise Grid), a user group ``S…``, a conversation
``C…``, ``G…`` or ``D…``, a workspace ``T…`` (https://api.slack.com/types).
"""

import re
from collections.abc import Collection
from enum import StrEnum

PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
GROUP_ID = re.compile(r"S[A-Z0-9]{2,20}")
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,20}")
TEAM_ID = re.compile(r"T[A-Z0-9]{2,20}")


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


def is_team_id(text: str) -> bool:
    """Tell whether ``text`` has the form of a Slack workspace's id."""
    return TEAM_ID.fullmatch(text) is not None


def in_ascii(email: str) -> str:
    """Return an address as it is spelled: a domain in Punycode, any other odd sign by its number.

    https://www.rfc-editor.org/rfc/rfc3492
    """
    local, at, domain = email.rpartition("@")
    labels = [_label_in_ascii(one) for one in domain.split(".")]
    return f"{_by_number(local)}{at}{'.'.join(labels)}"


def _label_in_ascii(label: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:  # too long, empty, or with signs that no domain has
        return _by_number(label)


def _by_number(text: str) -> str:
    return text.encode("unicode_escape").decode()


def is_at(email: str, domains: Collection[str]) -> bool:
    """Tell whether an address is at one of ``domains``, however it is cased."""
    return email.rpartition("@")[2].casefold() in {one.casefold() for one in domains}


def normal_email(email: str) -> str:
    """Return the form in which two spellings of one mailbox are equal.

    Case and a ``+tag`` are dropped: a person must not approve for themselves through an alias.
    """
    local, at, domain = email.strip().casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"
