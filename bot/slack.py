"""Who we are in Slack: asked once, before anything begins."""

import aiohttp
import stamina
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.reader import ConfigurationError

_log = structlog.get_logger(__name__)

_REFUSED = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "no_permission",
    "org_login_required",
    "ekm_access_denied",
    "missing_scope",
    "not_allowed_token_type",
}


def _passing(error: Exception) -> bool:
    if isinstance(error, SlackApiError):
        return error.response.get("error") not in _REFUSED
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
        code = error.response.get("error")
        sentence = f"SLACK_BOT_TOKEN is refused by Slack ({code}). Install the app, take its token."
        raise ConfigurationError([sentence]) from error
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConfigurationError(["Slack did not answer for five minutes."]) from error
    raise AssertionError("a retry ends by returning or raising")
