"""Every id that Slack sends back to us, once: commands, events, actions, forms and their fields."""

from enum import StrEnum
from typing import Final

ONBOARD_COMMAND: Final = "/onboard"
OFFBOARD_COMMAND: Final = "/offboard"
ABOARD_COMMAND: Final = "/aboard"

COMMANDS: Final = (ONBOARD_COMMAND, OFFBOARD_COMMAND, ABOARD_COMMAND)
"""The slash commands that the manifest declares."""

EVENTS: Final = ("app_home_opened",)
"""The events that the manifest subscribes to."""


class Action(StrEnum):
    """What a button does. Its value is an opaque reference; that of MORE is a question in words.

    That of APPROVE_BATCH says besides what was shown: ``approval``.
    """

    APPROVE = "request.approve"
    DENY = "request.deny"
    DETAILS = "request.details"
    EVIDENCE = "request.evidence"
    MORE = "history.more"
    RETRY = "step.retry"
    RETRY_ALL = "request.retry_all"
    BY_HAND = "step.by_hand"
    HAND_OVER = "step.hand_over"
    RESEND = "step.resend"
    CANCEL = "request.cancel"
    TAKE = "request.take"
    EXTEND = "end.extend"
    PAGE = "home.page"
    SEARCH = "home.search"
    EVERYTHING = "home.everything"
    ASK_AGAIN = "ask.again"
    ASK_ONBOARD = "ask.onboard"
    ASK_OFFBOARD = "ask.offboard"
    ASK_SEVERAL = "ask.several"
    APPROVE_BATCH = "batch.approve"
    DENY_BATCH = "batch.deny"
    CANCEL_BATCH = "batch.cancel"
    LIST_BATCH = "batch.list"
    TEMPLATE = "batch.template"


def approval(ref: str, digest: str) -> str:
    """Return the value of a button that approves a batch as it is shown beside it."""
    return f"{ref}:{digest}"


class Form(StrEnum):
    """The forms that people submit."""

    ONBOARD = "onboard"
    OFFBOARD = "offboard"
    EXTEND = "extend"
    DENY = "deny"
    BY_HAND = "by_hand"
    HAND_OVER = "hand_over"
    SEVERAL = "several"
    DENY_BATCH = "deny_batch"


class Block(StrEnum):
    """The fields of the forms; each holds one element, called ``value``."""

    SUBJECT = "subject"
    PRINCIPAL = "principal"
    GITHUB = "github"
    PROFILE = "profile"
    REASON = "reason"
    EVIDENCE = "evidence"
    RECEIVER = "receiver"
    STARTS = "starts"
    STARTS_TIME = "starts_time"
    UNTIL = "until"
    UNTIL_TIME = "until_time"
    ROWS = "rows"
    FILE = "file"


ACCESS: Final = "access"
"""How the block ids of a vendor's fields begin: ``access:profile:vendor:field``."""

VALUE: Final = "value"
"""The action id of every form field."""
