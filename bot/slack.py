"""Who we are in Slack: asked once, before anything begins."""

import aiohttp
import stamina
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reader import ConfigurationError
from commands.slack_errors import code_of, cure_of

_log = structlog.get_logger(__name__)


def _passing(error: Exception) -> bool:
    if isinstance(error, SlackApiError):
        return cure_of(error) == "later"
    return isinstance(error, SlackClientError | aiohttp.ClientError | OSError | TimeoutError)


async def home_team(client: AsyncWebClient) -> str:
    """Return the id of the workspace that the bot token belongs to.

    Waits up to five minutes for a Slack that does not answer. Raises ``ConfigurationError`` where
    Slack refuses the token.
    """
    try:
        async for attempt in stamina.retry_context(on=_passing, attempts=None, timeout=300.0):
            with attempt:
                return str((await client.auth_test()).get("team_id"))
    except SlackApiError as error:
        code = code_of(error)
        sentence = f"SLACK_BOT_TOKEN is refused by Slack ({code}). Install the app, take its token."
        raise ConfigurationError([sentence]) from error
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConfigurationError(["Slack did not answer for five minutes."]) from error
    raise AssertionError("a retry ends by returning or raising")
