"""The way to Slack, and who we are there: asked before anything begins, and of every new token."""

from dataclasses import dataclass
from ssl import SSLContext
from types import SimpleNamespace
from typing import NoReturn

import aiohttp
import stamina
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reader import ConfigurationError
from commands.slack_errors import code_of, cure_of

_log = structlog.get_logger(__name__)

TOKEN = ("SLACK_BOT_TOKEN", "SLACK_CLI_XOXB")
"""The variables that the bot token comes from."""

SECONDS = 10


async def _refuse(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestRedirectParams,
) -> NoReturn:
    raise aiohttp.ClientError("Slack redirected a call, which is never followed")


def session(
    trust: SSLContext, *traces: aiohttp.TraceConfig, seconds: float = SECONDS
) -> aiohttp.ClientSession:
    """Return a session for calls of Slack, each with so many seconds.

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


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a token is: the workspace's id, and that of the user which the app is there."""

    team: str
    user: str


async def home_team(client: AsyncWebClient) -> str:
    """Return the id of the workspace that the bot token belongs to, as ``identity`` does."""
    return (await identity(client)).team


async def identity(client: AsyncWebClient) -> Identity:
    """Return who we are with the bot token.

    Waits up to five minutes for a Slack that does not answer. Raises ``ConfigurationError`` where
    Slack refuses the token.
    """
    try:
        async for attempt in stamina.retry_context(on=_passing, attempts=None, timeout=300.0):
            with attempt:
                return await _asked(client)
    except SlackApiError as error:
        code = code_of(error)
        sentence = f"SLACK_BOT_TOKEN is refused by Slack ({code}). Install the app, take its token."
        raise ConfigurationError([sentence]) from error
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConfigurationError(["Slack did not answer for five minutes."]) from error
    raise AssertionError("a retry ends by returning or raising")


async def _asked(client: AsyncWebClient) -> Identity:
    answer = await client.auth_test()
    return Identity(str(answer.get("team_id")), str(answer.get("user_id")))


def carry(bolt: AsyncApp, token: str) -> None:
    """Have every call from now on carry ``token``."""
    bolt.client.token = token
    bolt._token = token  # noqa: SLF001 - Bolt makes a client for each request with it, and offers no option


async def objection(client: AsyncWebClient, ours: Identity, token: str) -> str:
    """Say why ``token`` is not to be used in place of the one that ``client`` carries.

    Empty where Slack takes it, and it is one of ``ours``.
    """
    other = AsyncWebClient(
        token=token, base_url=client.base_url, session=client.session, timeout=client.timeout
    )
    try:
        found = await _asked(other)
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        if isinstance(error, SlackApiError) and not _passing(error):
            return f"Slack refuses what its file holds ({code_of(error)})"
        return "Slack could not be asked about what its file holds"
    if found.team != ours.team:
        return "its file holds the token of another workspace"
    return "" if found == ours else "its file holds the token of another app"
