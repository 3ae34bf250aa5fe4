"""What the bot does about anchors outside: has them written down, and tells where none arrives."""

from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import audit_desk
from bot.settings import Settings
from bot.work import Round
from commands.slack_errors import UNREACHABLE
from workflow.clock import as_micros
from workflow.events import Bell
from workflow.means import Means
from workflow.unanchored import Sentry

_log = structlog.get_logger(__name__)

STOPPED = (
    "Nothing is given at the moment: the audit trail cannot be written down outside the database. "
    "Requests are recorded, decisions count and removals are carried out; whatever gives an access "
    "waits. `aboard check` says what to mend, and then it goes on by itself."
)
GOES_ON = "Access is given again: what waited for the audit trail goes on by itself."


def grace(settings: Settings) -> int | None:
    """Return for how many microseconds access is given although no anchor arrives anywhere.

    None where the settings name no place for anchors: none is missing there.
    """
    section = settings.audit
    is_named = section.file is not None or section.channel is not None
    return as_micros(section.grace) if is_named else None


@dataclass(frozen=True, slots=True)
class Crier:
    """Tells the channel of the cards that nothing is given, and that it goes on."""

    channel: str
    client: AsyncWebClient

    async def tell(self, stopped: bool) -> bool:  # noqa: FBT001 - the one thing there is to tell
        """Tell people; return whether Slack took it."""
        text = STOPPED if stopped else GOES_ON
        try:
            await self.client.chat_postMessage(channel=self.channel, text=text)
        except UNREACHABLE as error:
            kind = type(error).__name__
            _log.warning("the stop could not be told in Slack", stopped=stopped, error=kind)
            return False
        return True


def rounds(settings: Settings, means: Means, client: AsyncWebClient) -> list[Round]:
    """Return the loops that take anchors, and that look whether they arrive, in this order."""
    taking = audit_desk.anchoring(settings, means.database, client, means.clock)
    sentry = Sentry(means, Crier(means.channel, client).tell)
    return [
        Round("anchor", Bell(), 60.0, taking.once, first=True),
        Round("unanchored", Bell(), 15.0, sentry.once, first=True),
    ]
