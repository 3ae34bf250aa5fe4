"""The one place where a failure becomes a sentence: what happened, what was kept, what to do."""

import secrets

import structlog

from commands.interaction import PayloadError
from workflow.directory import DirectoryError

_log = structlog.get_logger(__name__)

_SILENT = (
    ":warning: Slack could not tell me who is who just now, so I did nothing. "
    "Please try again in a moment."
)
_LATE = (
    ":warning: I could not record this in time. Please look at `/aboard status` "
    "before you try again."
)
_UNREADABLE = ":warning: Slack sent something that I cannot read, so I did nothing."


def explain(error: Exception) -> str:
    """Return what somebody is told about ``error``, and log it with a reference they can quote."""
    match error:
        case DirectoryError():
            _log.warning("slack was silent", error=str(error))
            return _SILENT
        case TimeoutError():
            _log.error("not recorded in time")
            return _LATE
        case PayloadError():
            _log.warning("unreadable payload", error=str(error))
            return _UNREADABLE
        case _:
            reference = secrets.token_hex(4)
            _log.error("a handler failed", reference=reference, exc_info=error)
            return (
                f":warning: Something went wrong inside Aboard (reference `{reference}`). "
                "Please look at `/aboard status` before you try again."
            )
