"""Axolo: engineers onboarded to a GitHub organization, by two POSTs and nothing else.

Source: https://axolo.co/docs/application-settings/provisioning (read 2026-11). The page says:
`x-api-key`; the organization's name is case sensitive; onboard takes organization, githubLogin
and slackId, offboard the first two. There is no way to look anything up. It says nothing of
statuses, error bodies, a second onboard or an offboard of nobody, so those answers are chosen
here and can be switched (`refuses_repeats`).
"""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.vendors.journal import Journal, json_object

PREFIX = "/axolo"


def error_body(_status: int, message: str) -> object:
    """Return the error body chosen for this vendor."""
    return {"error": message}


@dataclass(frozen=True)
class Engineer:
    """Somebody Axolo opens pull request channels for."""

    organization: str
    login: str
    slack_id: str


class Axolo:
    """The state of one Axolo customer, and its API."""

    title: ClassVar[str] = "Axolo"

    def __init__(self, changes: Changes, clock: Clock, organization: str, api_key: str) -> None:
        self.organization = organization
        self.api_key = api_key
        self.engineers: dict[str, Engineer] = {}
        self.refuses_repeats = False
        self.faults = Faults(changes, clock, error_body)
        self.journal = Journal(changes, clock, PREFIX)

    def engineer(self, login: str) -> Engineer | None:
        """Return the engineer with this GitHub login, whatever its case."""
        return self.engineers.get(login.casefold())

    def accounts(self) -> list[dict[str, str]]:
        """Return every engineer as the page shows them."""
        return [
            {
                "id": one.login,
                "who": one.login,
                "slack_id": one.slack_id,
                "access": f"{one.organization}/{one.login}",
                "state": "active",
            }
            for one in self.engineers.values()
        ]

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/axolo`."""
        app = web.Application(middlewares=[self.journal.middleware, self.faults.middleware])
        app.router.add_post("/v1/engineer/onboard", self._onboard)
        app.router.add_post("/v1/engineer/offboard", self._offboard)
        return app

    async def _onboard(self, request: web.Request) -> web.Response:
        names = ("organization", "githubLogin", "slackId")
        body = await self._read(request, names)
        if isinstance(body, web.Response):
            return body
        login = body["githubLogin"]
        if self.refuses_repeats and self.engineer(login):
            return refusal(409, "Engineer already onboarded")
        self.engineers[login.casefold()] = Engineer(self.organization, login, body["slackId"])
        return web.json_response({"success": True, "githubLogin": login})

    async def _offboard(self, request: web.Request) -> web.Response:
        body = await self._read(request, ("organization", "githubLogin"))
        if isinstance(body, web.Response):
            return body
        login = body["githubLogin"]
        gone = self.engineers.pop(login.casefold(), None)
        if self.refuses_repeats and gone is None:
            return refusal(404, "Engineer not found")
        return web.json_response({"success": True, "githubLogin": login})

    async def _read(
        self, request: web.Request, names: tuple[str, ...]
    ) -> dict[str, str] | web.Response:
        if request.headers.get("x-api-key") != self.api_key:
            return refusal(401, "Invalid API key")
        body = await json_object(request)
        if body is None:
            return refusal(400, "Request body must be a JSON object")
        fields = {name: str(body.get(name) or "") for name in names}
        if missing := [name for name, value in fields.items() if not value]:
            return refusal(400, f"Missing {', '.join(missing)}")
        if fields["organization"] != self.organization:
            return refusal(404, "Organization not found")
        return fields


def refusal(status: int, message: str) -> web.Response:
    """Answer with an error."""
    return web.json_response(error_body(status, message), status=status)
