"""The way to Slack, and who we are there: asked before anything begins, and of every new token."""

from dataclasses import dataclass
from ssl import SSLContext
from types import SimpleNamespace
from typing import Any, NoReturn

import aiohttp
import stamina
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.reader import ConfigurationError, UnavailableError
from commands.slack_errors import UNREACHABLE, code_of, cure_of

_log = structlog.get_logger(__name__)

TOKEN = ("SLACK_BOT_TOKEN", "SLACK_CLI_XOXB")
"""The variables that the bot token comes from."""

SECONDS = 10

AT_THE_START = 300.0
"""Seconds that a bot waits for a Slack that does not answer."""

AT_A_TERMINAL = 12.0
"""Seconds that a command does: whoever typed it reads the answer."""


async def _refuse(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestRedirectParams,
) -> NoReturn:
    raise aiohttp.ClientError("Slack redirected a call, which is never followed")


class _Straight(aiohttp.ClientRequest):
    """Goes to whom it is for.

    slack_sdk hands in the proxy of the environment, and has no option against it.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - aiohttp's own
        """Take what aiohttp gives, but for the proxy."""
        super().__init__(*given, **{**named, "proxy": None, "proxy_headers": None})


def session(
    trust: SSLContext, *traces: aiohttp.TraceConfig, seconds: float = SECONDS
) -> aiohttp.ClientSession:
    """Return a session for calls of Slack, each with so many seconds.

    No redirect is followed. slack_sdk has no option for that, and aiohttp tells before it follows.
    No proxy is asked.
    """
    staying = aiohttp.TraceConfig()
    staying.on_request_redirect.append(_refuse)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trust),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trace_configs=[staying, *traces],
        request_class=_Straight,
        trust_env=False,
    )


class Client(AsyncWebClient):
    """Calls Slack, and once more where the token was replaced while a call was under way.

    Slack refuses a token before it does anything else: what it refused so was not done.
    """

    async def _send(
        self, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> AsyncSlackResponse:
        ours = f"Bearer {self.token}"
        try:
            return await super()._send(http_verb, api_url, dict(req_args))
        except SlackApiError as error:
            headers, now = req_args["headers"], f"Bearer {self.token}"
            if headers.get("Authorization") != ours or now == ours or cure_of(error) != "operator":
                raise
            anew = {**req_args, "headers": {**headers, "Authorization": now}}
            return await super()._send(http_verb, api_url, anew)


def _passing(error: Exception) -> bool:
    if isinstance(error, SlackApiError):
        return cure_of(error) == "later"
    return isinstance(error, UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a token is: the workspace's id, and that of the user which the app is there."""

    team: str
    user: str


async def home_team(client: AsyncWebClient) -> str:
    """Return the id of the workspace that the bot token belongs to, as ``identity`` does.

    Somebody sits and waits for it: a Slack that does not answer has ``AT_A_TERMINAL``.
    """
    return (await identity(client, AT_A_TERMINAL)).team


async def identity(client: AsyncWebClient, patience: float = AT_THE_START) -> Identity:
    """Return who we are with the bot token.

    Waits so many seconds for a Slack that does not answer, or has an error that passes. Raises
    ``UnavailableError`` where that did not end, and ``ConfigurationError`` where the token is
    refused.
    """
    try:
        async for attempt in stamina.retry_context(on=_passing, attempts=None, timeout=patience):
            with attempt:
                return await _asked(client)
    except SlackApiError as error:
        raise _refusal(error, patience) from error
    except UNREACHABLE as error:
        sentence = f"Slack did not answer for {patience:.0f} seconds ({type(error).__name__}). "
        address = f"Can this machine reach {client.base_url}?"
        raise UnavailableError([sentence + address]) from error
    raise AssertionError("a retry ends by returning or raising")


def _refusal(error: SlackApiError, patience: float) -> ConfigurationError:
    """Tell what passes by itself apart from a token that somebody has to replace."""
    code = code_of(error)
    if _passing(error):
        sentence = (
            f"For {patience:.0f} seconds Slack could not say whether it takes SLACK_BOT_TOKEN "
            f"({code}). Try again later: https://slack-status.com tells whether it has trouble."
        )
        return UnavailableError([sentence])
    sentence = f"SLACK_BOT_TOKEN is refused by Slack ({code}). Install the app, take its token."
    return ConfigurationError([sentence])


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
    except UNREACHABLE as error:
        if isinstance(error, SlackApiError) and not _passing(error):
            return f"Slack refuses the new one ({code_of(error)})"
        return "Slack could not be asked about the new one"
    if found.team != ours.team:
        return "the new one is the token of another workspace"
    return "" if found == ours else "the new one is the token of another app"
