"""``aboard check``, how Slack reaches us: by Socket Mode, by HTTP, or not at all.

An app-level token is proven by asking for an address to connect to, which opens no connection and
ends by itself. A signing secret shows only with the first request that Slack signs.

https://docs.slack.dev/reference/methods/apps.connections.open
"""

from collections.abc import AsyncIterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.findings import Finding, Mark
from bot.settings import Environment
from commands.slack_errors import UNREACHABLE, code_of, cure_of

_SOCKET, _HTTP = "Socket Mode", "HTTP"
_NOBODY = (
    "nothing of Slack would be heard: set SLACK_APP_TOKEN for `aboard serve --socket-mode`, or "
    "SLACK_SIGNING_SECRET for `aboard serve`."
)
_REFUSED = (
    "make one under Basic Information, App-Level Tokens, of the same app, with connections:write."
)
_UNPROVEN = (
    "SLACK_SIGNING_SECRET is set; whether it is that of this app shows with the first command. "
    "Where it is not, the log says `refused`."
)


async def findings(client: AsyncWebClient, environment: Environment) -> AsyncIterator[Finding]:
    """Yield how each way stands by which Slack can reach us."""
    if environment.slack_app_token is not None:
        yield await _socket(client, environment.slack_app_token.get_secret_value())
    if environment.slack_signing_secret is not None:
        yield Finding("Slack", _HTTP, Mark.UNKNOWN, _UNPROVEN)
    if environment.slack_app_token is None and environment.slack_signing_secret is None:
        yield Finding("Slack", "the way to us", Mark.WRONG, _NOBODY)


async def _socket(client: AsyncWebClient, token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return _not_taken(error)
    except UNREACHABLE as error:
        detail = f"Slack could not be asked ({type(error).__name__})."
        return Finding("Slack", _SOCKET, Mark.UNKNOWN, detail)
    return Finding("Slack", _SOCKET, Mark.OK, "the app-level token is accepted.")


def _not_taken(error: SlackApiError) -> Finding:
    """Tell what passes by itself apart from a token that has to be made anew."""
    if cure_of(error) == "later":
        detail = f"Slack could not say whether it takes SLACK_APP_TOKEN ({code_of(error)})."
        return Finding("Slack", _SOCKET, Mark.UNKNOWN, detail)
    detail = f"SLACK_APP_TOKEN is refused by Slack ({code_of(error)}): {_REFUSED}"
    return Finding("Slack", _SOCKET, Mark.WRONG, detail)
