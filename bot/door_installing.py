"""The installation: to Slack with a state that this browser alone holds, and back with a code.

The state counts once, for ten minutes, and only in the browser that began: somebody else's code is
never taken for this person's. Which workspace it is, Slack says in exchange for the code; one that
is not listed is let go of at once, and its token is kept nowhere.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.door_pages import page, refusal
from bot.door_settings import REDIRECT_PATH, DoorSettings
from commands.slack_errors import UNREACHABLE, code_of, note
from storage.installations import Installations
from storage.oauth_states import LIFETIME, States
from vendors.refusals import told_date

_log = structlog.get_logger(__name__)

COOKIE = "__Host-aboard-install"
_LONGEST = 512
_AT = "at"
"""When Slack answered, by its own clock: what it says of a removal later is compared with that."""

Learn = Callable[[list[str]], None]


class NotInstalledError(Exception):
    """Why nothing was installed, and the ``token`` that is to be let go of, if there is one."""

    def __init__(self, sentence: str, token: str = "") -> None:
        """Say ``sentence``."""
        super().__init__(sentence)
        self.sentence, self.token = sentence, token


@dataclass(frozen=True, slots=True)
class Installing:
    """The two addresses. ``learn`` has a token masked in the log before it goes anywhere.

    ``scopes`` are what the app asks for, ``now`` tells seconds of the epoch.
    """

    settings: DoorSettings
    scopes: tuple[str, ...]
    installations: Installations
    states: States
    client: AsyncWebClient
    learn: Learn
    now: Callable[[], float]

    async def begin(self, _: Request) -> Response:
        """Send a browser to Slack, and have it remember why."""
        state = await asyncio.to_thread(self.states.issue)
        if state is None:
            sentence = "Too many people are installing at this moment. Try again in ten minutes."
            return refusal(sentence, HTTPStatus.SERVICE_UNAVAILABLE)
        generator = AuthorizeUrlGenerator(
            client_id=self.settings.environment.slack_client_id,
            scopes=self.scopes,
            redirect_uri=self._redirect_uri,
            authorization_url=self.settings.authorize_url,
        )
        answer = RedirectResponse(generator.generate(state), HTTPStatus.FOUND)
        answer.headers["Cache-Control"] = "no-store"
        answer.set_cookie(
            COOKIE, state, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="lax"
        )
        return answer

    async def end(self, request: Request) -> Response:
        """Take a browser that comes back from Slack; tell how it ended.

        Somebody else's state changes nothing: what this browser began, it may still end.
        """
        state = _given(request, "state")
        if not _is_same(state, request.cookies.get(COOKIE, "")):
            return _refused(NotInstalledError("This browser did not begin this installation."))
        try:
            answer = await self._ended(request, state)
        except NotInstalledError as error:
            answer = _refused(error)
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    async def _ended(self, request: Request, state: str) -> Response:
        if not await asyncio.to_thread(self.states.consume, state):
            raise NotInstalledError("This installation took too long, or has ended already.")
        if request.query_params.get("error"):
            raise NotInstalledError("Slack says that the app was not allowed.")
        found = self._checked(await self._exchanged(_given(request, "code")))
        if isinstance(found, NotInstalledError):
            if found.token:
                await self._let_go(found.token)
            raise found
        await asyncio.to_thread(self.installations.save, found)
        _log.info("installed", team=found.team_id, by=found.user_id)
        return page("Aboard is installed", f"It works in {found.team_name} from now on.")

    async def _exchanged(self, code: str) -> Mapping[str, Any]:
        given = {**self._ourselves, "code": code, "redirect_uri": self._redirect_uri}
        try:
            answer = await self.client.api_call("oauth.v2.access", data=given)
        except SlackApiError as error:
            note(_log, "Slack did not agree to an installation", error)
            raise NotInstalledError(f"Slack did not agree ({code_of(error)}).") from error
        except UNREACHABLE as error:
            raise NotInstalledError("Slack could not be asked. Try again.") from error
        told = told_date(answer.headers)
        at = told.timestamp() if told is not None else self.now()
        return {**answer.data, _AT: at} if isinstance(answer.data, dict) else {}

    def _checked(self, answer: Mapping[str, Any]) -> Installation | NotInstalledError:
        """Return what is to be kept, or why nothing is.

        What a listed workspace has already goes on as it is, whatever is refused now.
        """
        token, team = str(answer.get("access_token") or ""), _object(answer, "team")
        self.learn([token])
        if answer.get("is_enterprise_install") or not team.get("id"):
            return NotInstalledError("Install the app in one workspace, not in an org.", token)
        if str(team["id"]) not in self.settings.workspaces:
            return NotInstalledError("This workspace is not on the list. Nobody let it in.", token)
        if answer.get("token_type") != "bot" or answer.get("refresh_token"):
            return NotInstalledError("The app's manifest must not turn on token rotation.")
        granted = str(answer.get("scope") or "").split(",")
        if missing := sorted(set(self.scopes) - set(granted)):
            return NotInstalledError(f"Slack did not grant {', '.join(missing)}.")
        return Installation(
            app_id=answer.get("app_id"),
            team_id=str(team["id"]),
            team_name=str(team.get("name") or "")[:200],
            bot_token=token,
            bot_user_id=answer.get("bot_user_id"),
            bot_scopes=granted,
            user_id=str(_object(answer, "authed_user").get("id") or ""),
            token_type="bot",  # noqa: S106 - the kind, no secret
            installed_at=answer[_AT],
        )

    async def _let_go(self, token: str) -> None:
        """Take the app out of a workspace where it is not kept; what is left there does nothing."""
        client = AsyncWebClient(
            token=token, base_url=self.client.base_url, session=self.client.session
        )
        try:
            await client.api_call("apps.uninstall", data=self._ourselves)
        except SlackApiError as error:
            note(_log, "not let go of", error)
        except UNREACHABLE as error:
            _log.warning("not let go of", error=type(error).__name__)

    @property
    def _ourselves(self) -> dict[str, str]:
        """The app's id and secret, for a form.

        slack_sdk's methods would put the secret into an address, or warn of aiohttp's changes.
        """
        named = self.settings.environment
        secret = named.slack_client_secret.get_secret_value()
        return {"client_id": named.slack_client_id, "client_secret": secret}

    @property
    def _redirect_uri(self) -> str:
        return f"{self.settings.url}{REDIRECT_PATH}"


def _refused(error: NotInstalledError) -> Response:
    _log.warning("not installed", reason=error.sentence)
    return refusal(error.sentence)


def _object(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def _given(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 and len(values[0]) <= _LONGEST else ""


def _is_same(state: str, kept: str) -> bool:
    return bool(state) and hmac.compare_digest(state.encode(), kept.encode())
