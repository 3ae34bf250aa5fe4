"""Handing over a file in a direct message, once Slack has been answered.

https://docs.slack.dev/messaging/working-with-files: the text goes first, since it opens the
conversation that the file is then shared in. Nothing here is repeated by itself: a file that did
not arrive is taken back in words, which say how it can be had.
"""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands import slack_errors
from workflow.archive import Paper

_log = structlog.get_logger(__name__)

_SECONDS = 60.0


SORRY = ":warning: Slack did not take the file. Please ask for it once more."


async def tell(client: AsyncWebClient, to: str, words: str) -> None:
    """Say something to somebody in a direct message, where Slack lets us."""
    try:
        await client.chat_postMessage(channel=to, text=words)
    except slack_errors.UNREACHABLE as error:
        _log.warning("a message about a file was lost", error=type(error).__name__)


async def hand_over(
    client: AsyncWebClient, to: str, paper: Paper, words: str, sorry: str = SORRY
) -> bool:
    """Send ``paper`` to somebody, introduced by ``words``; tell whether it arrived.

    Where it did not, ``sorry`` is said below them.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            said = await client.chat_postMessage(channel=to, text=words)
            channel, ts = str(said.get("channel")), str(said.get("ts"))
            if await _upload(client, channel, paper):
                return True
            await client.chat_update(channel=channel, ts=ts, text=f"{words}\n{sorry}")
    except slack_errors.UNREACHABLE as error:
        _log.warning("a file was lost", error=type(error).__name__)
    return False


async def _upload(client: AsyncWebClient, channel: str, paper: Paper) -> bool:
    try:
        await client.files_upload_v2(
            channel=channel, content=paper.content, filename=paper.filename, title=paper.title
        )
    except SlackApiError as error:
        slack_errors.note(_log, "slack refused a file", error)
        return False
    except slack_errors.UNREACHABLE as error:
        _log.warning("a file could not be sent", error=type(error).__name__)
        return False
    return True
