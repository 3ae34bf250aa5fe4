"""The way to Slack, and who we are there: asked once, before anything begins."""

from ssl import SSLContext
from types import SimpleNamespace
from typing import NoReturn

import aiohttp
import stamina
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reader import ConfigurationError
from commands.slack_errors import code_of, cure_of

_log = structlog.get_logger(__name__)

SECONDS = 10


async def _refuse(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestRedirectParams,
) -> NoReturn:
    raise aiohttp.ClientError("Slack redirected a call, which is never followed")


def session(
    trust: SSLContext, *traces: aiohttp.TraceConfig, seconds: float | None = SECONDS
) -> aiohttp.ClientSession:
    """Return a session for calls of Slack, each with so many seconds; None sets no limit.

    No redirect is followed. slack_sdk has no option for that, and aiohttp tells before it follows.
    """
    staying = aiohttp.TraceConfig()
    staying.on_request_redirect.append(_refuse)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trust),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trace_configs=[staying, *traces],
        trust_env=False,
    )


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
