"""The daily digest: sent when it is due, and shown to whoever asks with ``/aboard digest``.

A digest that Slack will not take in this place is left out until the next one; any other failure
is tried again. One whose answer was lost is sent again, as a card is.
"""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands import slack_errors
from commands.desk import Desk
from commands.interaction import Interaction, Say
from commands.views import daily
from workflow.clock import MINUTE, SECOND
from workflow.daily import Agenda, DailyDesk, Taken
from workflow.directory import DirectoryError

_log = structlog.get_logger(__name__)

_CALL_SECONDS = 15.0
_LONGEST = 30 * MINUTE


async def show(interaction: Interaction, desk: Desk, _: str) -> Say:
    """Show somebody what their digest would say now."""
    drawing = daily.digest(await desk.daily.of(interaction.actor))
    return Say(drawing.text, drawing.blocks)


class DailyDelivery:
    """Sends digests. ``once`` is called by a loop."""

    def __init__(self, desk: DailyDesk, client: AsyncWebClient) -> None:
        """Send what ``desk`` says, with ``client``."""
        self._desk, self._client = desk, client

    async def once(self) -> float | None:
        """Send what is due."""
        try:
            due = await self._desk.due()
        except DirectoryError as error:
            _log.warning("nobody could be looked up for a digest", error=type(error).__name__)
            return None
        for taken in due:
            await self._see_to(taken)
        return None

    async def _see_to(self, taken: Taken) -> None:
        try:
            agenda = await self._desk.agenda(taken)
            if agenda is not None and not agenda.is_empty:
                await self._send(agenda)
            await self._desk.sent(taken)
        except SlackApiError as error:
            await self._refused(taken, error)
        except slack_errors.UNREACHABLE as error:
            await self._again(taken, type(error).__name__)
        except DirectoryError as error:
            await self._again(taken, type(error).__name__)
        except Exception:  # noqa: BLE001 - one that cannot be drawn holds up no other
            _log.exception("a digest could not be drawn")
            await self._again(taken, "internal")

    async def _send(self, agenda: Agenda) -> None:
        drawing = daily.digest(agenda)
        async with asyncio.timeout(_CALL_SECONDS):
            await self._client.chat_postMessage(
                channel=agenda.place,
                text=drawing.text,
                blocks=drawing.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )

    async def _refused(self, taken: Taken, error: SlackApiError) -> None:
        cure = slack_errors.note(_log, "slack refused a digest", error)
        if cure in {"elsewhere", "gone"}:
            await self._desk.sent(taken)
            return
        await self._again(taken, slack_errors.code_of(error))

    async def _again(self, taken: Taken, why: str) -> None:
        _log.warning("a digest is tried again", error=why)
        wait = min(_LONGEST, 30 * SECOND * 2**taken.tries)
        await self._desk.later(taken, wait)
