"""Installing the app: Slack's page with Allow and Cancel, codes, and what they are exchanged for.

Source: https://docs.slack.dev/authentication/installing-with-oauth and
https://docs.slack.dev/reference/methods/oauth.v2.access (read 2026-11): a code counts once, for
ten minutes, with the same `redirect_uri`; the client's id and secret come by HTTP Basic or in the
form. Whoever installs the app again gets the token there is; one that was removed gets another.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from html import escape
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web

from sandbox.slack.model import Json, SlackError
from sandbox.slack.state import State

CLIENT_ID = "1042.2084"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - opens nothing but this sandbox
LIFETIME = 10 * 60

_ASKED = ("client_id", "scope", "state", "redirect_uri")
_PAGE = """\
<!doctype html><title>Install {app}</title>
<form method="post" action="answer">{fields}
<button name="answer" value="allow">Allow</button>
<button name="answer" value="cancel">Cancel</button></form>
"""


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    team: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    born: float


class OAuth:
    """Slack's side of an installation, for one workspace and others that it is told of."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._teams = {state.team.id: state}
        self._grants: dict[str, Grant] = {}
        self.is_of_an_org = False
        """Whether somebody installs the app in a whole organization."""
        self.rotates = False
        """Whether the app's tokens live for twelve hours only."""

    def know(self, other: State) -> None:
        """Let the app be installed in another workspace, too."""
        self._teams[other.team.id] = other

    async def page(self, request: web.Request) -> web.Response:
        """Ask a person, in the workspace that they are signed in to, `team`."""
        fields = {name: request.query.get(name, "") for name in (*_ASKED, "team", "user")}
        if fields["client_id"] != CLIENT_ID:
            return web.Response(text="invalid_client_id", status=HTTPStatus.BAD_REQUEST)
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        text = _PAGE.format(app=escape(self._state.app.name), fields=hidden)
        return web.Response(text=text, content_type="text/html")

    async def answer(self, request: web.Request) -> web.Response:
        """Take the press on Allow or Cancel, and send the browser back."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        back = {"state": form["state"]}
        if form.get("answer") == "allow":
            back["code"] = self._granted(form)
        else:
            back["error"] = "access_denied"
        raise web.HTTPFound(f"{form['redirect_uri']}?{urlencode(back)}")

    def _granted(self, form: dict[str, str]) -> str:
        team = form.get("team") or self._state.team.id
        code = self._state.ids.new("code-", 30)
        scopes = tuple(form["scope"].split(","))
        self._grants[code] = Grant(
            team, form.get("user", ""), scopes, form["redirect_uri"], self._state.clock()
        )
        return code

    def access(self, authorization: str, given: Json) -> Json:
        """Exchange a code for a token."""
        form = (given.get("client_id"), given.get("client_secret"))
        if (CLIENT_ID, CLIENT_SECRET) not in (_pair(authorization), form):
            raise SlackError("bad_client_secret")
        grant = self._grants.pop(str(given.get("code")), None)
        if grant is None or self._state.clock() - grant.born > LIFETIME:
            raise SlackError("invalid_code")
        if given.get("redirect_uri") != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return self._installed(grant)

    def _installed(self, grant: Grant) -> Json:
        state = self._teams[grant.team]
        if not state.is_installed:
            token = f"xoxb-{state.ids.new('', 40).lower()}"
            state.app, state.is_installed = replace(state.app, bot_token=token), True
        state.scopes = set(grant.scopes)
        return {
            "access_token": state.app.bot_token,
            "token_type": "bot",
            "scope": ",".join(grant.scopes),
            "bot_user_id": state.app.bot_user_id,
            "app_id": state.app.id,
            "team": {"id": state.team.id, "name": state.team.name},
            "enterprise": {"id": "E0SANDBOX1", "name": "Org"} if self.is_of_an_org else None,
            "authed_user": {"id": grant.user},
            "is_enterprise_install": self.is_of_an_org,
            **({"refresh_token": "xoxe-1-next", "expires_in": 43200} if self.rotates else {}),
        }

    def uninstall(self, token: str, given: Json) -> Json:
        """Remove the app from the workspace of a token."""
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise SlackError("bad_client_secret")
        for state in self._teams.values():
            if state.is_installed and state.app.bot_token == token:
                state.is_installed = False
                return {}
        raise SlackError("invalid_auth")


def _pair(authorization: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    name, _, secret = text.partition(":")
    return name, secret
