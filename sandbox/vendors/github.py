"""GitHub: people by login and by number, one organization and its members. Read only.

Source: https://docs.github.com/rest/users/users, /rest/orgs/orgs, /rest/orgs/members (API
version 2022-11-28, read 2026-11). Logins are found whatever their case and answered in their
own; a login can change, its number cannot. Every request needs a User-Agent.
"""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock, Ids
from sandbox.faults import Faults
from sandbox.vendors.journal import Journal

PREFIX = "/github"
DOCUMENTATION = "https://docs.github.com/rest"


def error_body(status: int, message: str) -> object:
    """Return GitHub's error body."""
    return {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}


def refusal(status: int, message: str) -> web.Response:
    """Answer with an error."""
    return web.json_response(error_body(status, message), status=status)


@dataclass
class GitHubUser:
    """An account; `membership` in the organization is active, pending or None."""

    id: int
    login: str
    name: str
    membership: str | None = None
    kind: str = "User"


class GitHub:
    """The accounts of the world, one organization, and the API that shows them."""

    def __init__(self, changes: Changes, clock: Clock, organization: str, token: str) -> None:
        self.organization = organization
        self.token = token
        self.users: dict[int, GitHubUser] = {}
        self.faults = Faults(changes, clock, error_body)
        self.journal = Journal(changes, clock, PREFIX)
        self._clock = clock
        self._ids = Ids("github")

    def add(self, login: str, name: str = "", membership: str | None = "active") -> GitHubUser:
        """Create an account."""
        user = GitHubUser(500_100 + len(self.users), login, name, membership)
        self.users[user.id] = user
        return user

    def user(self, login: str) -> GitHubUser | None:
        """Return an account by login, whatever its case."""
        wanted = login.casefold()
        return next((one for one in self.users.values() if one.login.casefold() == wanted), None)

    def rename(self, login: str, new: str) -> None:
        """Change a login; the number stays."""
        user = self.user(login)
        if user is None:
            raise LookupError(login)
        user.login = new

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/github`."""
        app = web.Application(
            middlewares=[
                self._limits,
                self.journal.middleware,
                self.faults.middleware,
                self._guard,
            ]
        )
        app.router.add_get("/users/{login}", self._by_login)
        app.router.add_get("/user/{number}", self._by_number)
        app.router.add_get("/orgs/{org}", self._org)
        app.router.add_get("/orgs/{org}/members/{login}", self._is_member)
        app.router.add_get("/orgs/{org}/memberships/{login}", self._membership)
        return app

    @web.middleware
    async def _limits(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if not answer.prepared:
            limits = {
                "X-GitHub-Request-Id": self._ids.new("", 20),
                "X-GitHub-Media-Type": "github.v3; format=json",
                "X-RateLimit-Limit": "5000",
                "X-RateLimit-Remaining": "4999",
                "X-RateLimit-Reset": str(int(self._clock()) + 3600),
            }
            answer.headers.update(limits | dict(answer.headers))
        return answer

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.headers.get("User-Agent"):
            return web.Response(status=403, text="Request forbidden by administrative rules.")
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme and (scheme.casefold() not in ("bearer", "token") or value != self.token):
            return refusal(401, "Bad credentials")
        return await handler(request)

    def _written(self, user: GitHubUser) -> dict[str, object]:
        page = f"https://github.com/{user.login}"
        return {
            "login": user.login,
            "id": user.id,
            "type": user.kind,
            "name": user.name or None,
            "html_url": page,
            "site_admin": False,
        }

    def _shown(self, user: GitHubUser | None) -> web.Response:
        return web.json_response(self._written(user)) if user else refusal(404, "Not Found")

    async def _by_login(self, request: web.Request) -> web.Response:
        return self._shown(self.user(request.match_info["login"]))

    async def _by_number(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        return self._shown(self.users.get(int(number)) if number.isdigit() else None)

    def _is_ours(self, request: web.Request) -> bool:
        return request.match_info["org"].casefold() == self.organization.casefold()

    async def _org(self, request: web.Request) -> web.Response:
        if not self._is_ours(request):
            return refusal(404, "Not Found")
        return web.json_response({"login": self.organization, "id": 9001, "type": "Organization"})

    async def _is_member(self, request: web.Request) -> web.Response:
        user = self.user(request.match_info["login"])
        inside = self._is_ours(request) and user is not None and user.membership == "active"
        return web.Response(status=204) if inside else refusal(404, "Not Found")

    async def _membership(self, request: web.Request) -> web.Response:
        user = self.user(request.match_info["login"])
        if not self._is_ours(request) or user is None or user.membership is None:
            return refusal(404, "Not Found")
        who = {"login": user.login, "id": user.id, "type": user.kind}
        where = {"login": self.organization}
        return web.json_response(
            {"state": user.membership, "role": "member", "organization": where, "user": who}
        )
