"""What a message says: drawn from rows, whoever draws it and however often."""

from dataclasses import dataclass

from commands.slack_errors import CURES
from commands.views import answers, greetings, reminders
from commands.views.card import Drawing, card
from commands.views.notice import notice
from rules.values import is_person_id
from workflow.outbox import Outdated
from workflow.readmodels import RequestView
from workflow.reads import Reads


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing and whom it is for: ``asked`` are the people and user groups who decide now.

    ``kept_from`` is the mailbox of somebody who is not told, under no account of theirs.
    """

    drawing: Drawing
    requester: str
    asked: tuple[str, ...]
    kept_from: str | None = None


_TOO_LATE = 20
"""After so many refusals, more than an hour, nobody is welcomed any more, and nothing is said in a
thread that takes no reply: the card says it as well. All else is tried for ever, and an outage
counts as none (``commands.delivery``)."""


class Notifier:
    """Draws messages from rows."""

    def __init__(self, reads: Reads) -> None:
        """Draw what ``reads`` says."""
        self._reads = reads

    async def draw(self, message: Outdated) -> Sheet | None:
        """Draw a message as it should look now; None where there is nothing to say."""
        view = await self._reads.request(message.request_number)
        if view is None or (message.tries > _TOO_LATE and _is_given_up(message)):
            return None
        if message.kind == "thread":
            facts = await self._reads.lines(view.number, message.shown, message.wanted)
            drawing = answers.thread(facts) if facts else None
        elif message.kind == "task":
            drawing = answers.task(view, message.channel)
        else:
            drawing = _DRAWERS[message.kind.partition(".")[0]](view)
        if drawing is None:
            return None
        return Sheet(drawing, view.requester, view.asked, _kept_from(message, view))


def _is_given_up(message: Outdated) -> bool:
    closed = CURES.get(message.problem or "") in {"elsewhere", "gone"}
    return message.kind == "welcome" or (message.kind == "thread" and closed)


def _kept_from(message: Outdated, view: RequestView) -> str | None:
    """Return the mailbox of whom a request is about, where those are told who are to see to it."""
    is_asked = message.kind.partition(".")[0] in _ASKING and is_person_id(message.channel)
    return view.email if is_asked and message.channel not in view.askers else None


_ASKING = {"card", "task", "reminder", "ending", "overdue"}
"""The kinds of message that go to people because they may do something about a request."""


_DRAWERS = {
    "card": card,
    "answer": answers.plan,
    "outcome": answers.outcome,
    "notice": notice,
    "nudge": greetings.nudge,
    "welcome": greetings.welcome,
    "reminder": reminders.reminder,
    "ending": reminders.ending,
    "overdue": reminders.overdue,
}
