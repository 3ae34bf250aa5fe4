"""What everybody may read of a confidential request: nothing of it, until it has happened."""

from slack_sdk.models.blocks import SectionBlock

from commands.views import words
from commands.views.card import Drawing
from commands.views.text import markup, moment
from rules.states import RequestState
from workflow.readmodels import RequestView

_NOTICES = {
    RequestState.PENDING: ":lock: A confidential request waits for its approvers.",
    RequestState.SCHEDULED: ":lock: A confidential request is approved and starts later.",
    RequestState.APPROVED: ":lock: A confidential request is under way.",
    RequestState.RUNNING: ":lock: A confidential request is under way.",
    RequestState.PARTLY_DONE: ":lock: A confidential request is partly done.",
    RequestState.COMPLETED_WITH_ERRORS: ":lock: A confidential request needs attention.",
}
_SEEN_TO = ":lock: A confidential request ended with errors, seen to otherwise since."


def notice(view: RequestView) -> Drawing:
    """Draw what everybody may read of a confidential request: who it was about once it happened."""
    if view.state is RequestState.COMPLETED:
        ended = f", {moment(view.ended_at)}" if view.ended_at else ""
        text = f"#{view.number} {words.title(view)}{ended}"
    elif view.is_seen_to:
        text = f"#{view.number} {_SEEN_TO}"
    else:
        text = f"#{view.number} {_NOTICES.get(view.state, ':lock: A confidential request ended.')}"
    return Drawing(text, (SectionBlock(text=markup(text)),))
