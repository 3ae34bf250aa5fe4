"""AppXite: the users of one platform and of the organizations on it.

Source: https://support.appxite.com/hc/en-us/articles/9082247376924-User-Management-via-APIs
(read 2026-11): four calls, to list users, roles and identity providers, and to invite one user
or many. Whoever is invited is New until they confirm by mail, or Active at once; a Blocked user
stays in the list. A conflict answers 500 (/6716870464540 says so of domains), and in an
invitation of many those before the conflict are invited all the same: the documents promise no
more. Nothing public removes a user.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.vendors.appxite_answers import CONFLICT, RefusalError, error_body
from sandbox.vendors.appxite_cache import Cache
from sandbox.vendors.appxite_gateway import KEY, AppxiteTenant, Gateway
from sandbox.vendors.appxite_invites import Invitations, Invited
from sandbox.vendors.appxite_model import (
    ACTIVE,
    BLOCKED,
    NEW,
    PASSWORD,
    AppxiteUser,
    Platform,
    Profile,
    Role,
)
from sandbox.vendors.appxite_shape import Removal, Shape
from sandbox.vendors.appxite_tokens import Tokens
from sandbox.vendors.journal import Journal, json_object

PREFIX = "/appxite"
STATES = {NEW: "new (invited)", ACTIVE: "active", BLOCKED: "blocked"}


class AppXite:
    """The state of one AppXite platform, and its API.

    It begins with two roles (`reader`, `manager`) and two identity providers: `password`, and
    `single_sign_on`, by which somebody can be activated at once.
    """

    title: ClassVar[str] = "AppXite"

    def __init__(
        self, changes: Changes, clock: Clock, tenant: AppxiteTenant, shape: Shape | None = None
    ) -> None:
        self.tenant = tenant
        self.shape = shape or Shape()
        self.faults = Faults(changes, clock, error_body)
        self.journal = Journal(changes, clock, PREFIX)
        self.tokens = Tokens(clock, tenant.client_id, tenant.client_secret)
        self.cache = Cache(clock)
        self.platform = Platform(tenant.organizations, clock, self.faults)
        self.reader = self.platform.add_role("Reader", 10)
        self.manager = self.platform.add_role("Manager", 50)
        self.password = self.platform.add_provider("Account", PASSWORD)
        self.single_sign_on = self.platform.add_provider("Single sign-on", "sso")
        self._invitations = Invitations(self.platform, self.shape)
        self._changes = changes

    def add(self, name: str, email: str, role: Role | None = None) -> AppxiteUser:
        """Put an active user on the platform, in its own organization."""
        first, _, last = name.partition(" ")
        given = (role or self.reader).id
        own = self.tenant.organizations[:1]
        return self.platform.add(Profile(email, first, last, given, self.password.id, own), ACTIVE)

    def user(self, email: str) -> AppxiteUser | None:
        """Return the user with this address, case folded."""
        return self.platform.user(email)

    def accept(self, email: str) -> AppxiteUser:
        """Follow the link in the mail; raises LookupError where nobody is waited for."""
        user = self.user(email)
        if user is None or user.state != NEW:
            raise LookupError(f"Nobody waits for {email} to confirm.")
        return self._change(user, ACTIVE)

    def block(self, email: str) -> AppxiteUser:
        """Block somebody, as a person does in the portal; raises LookupError without a user."""
        user = self.user(email)
        if user is None:
            raise LookupError(f"There is no user {email}.")
        return self._change(user, BLOCKED)

    def throttle(self, seconds: int, times: int | None = 1, *, only: str = "") -> None:
        """Refuse calls as the gateway does to whoever calls too often."""
        body = error_body(429, f"Rate limit is exceeded. Try again in {seconds} seconds.")
        headers = {"Retry-After": str(seconds)}
        self.faults.status(429, times, headers=headers, body=body, only=only)

    def accounts(self) -> list[dict[str, str]]:
        """Return everybody as the page shows them."""
        return [self._row(user) for user in self.platform.users.values()]

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/appxite`."""
        gateway = Gateway(self.tenant, self.shape, self.tokens)
        app = web.Application(
            middlewares=[
                self._discreet,
                self.journal.middleware,
                self.faults.middleware,
                gateway.middleware,
            ]
        )
        paths = self.shape.paths
        app.router.add_post(paths.token, self.tokens.endpoint)
        app.router.add_get(paths.users, self._users)
        app.router.add_get(paths.roles, self._roles)
        app.router.add_get(paths.providers, self._providers)
        app.router.add_post(paths.invite, self._invite)
        if self.shape.removal is not None:
            app.router.add_route(
                self.shape.removal.method,
                self.shape.removal.path,
                self._removing(self.shape.removal),
            )
        return app

    @web.middleware
    async def _discreet(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep the subscription key and the client's secret out of the journal."""
        try:
            return await handler(request)
        finally:
            self._cover()

    def _cover(self) -> None:
        if not self.journal.calls:
            return
        last = self.journal.calls[-1]
        headers = {name: value for name, value in last.headers.items() if name != KEY.lower()}
        body = None if last.path == self.shape.paths.token else last.body
        self.journal.calls[-1] = replace(last, headers=headers, body=body)

    async def _users(self, request: web.Request) -> web.Response:
        organization = request.headers["X-On-Behalf-Of"]

        def fresh() -> object:
            return [self._written(user) for user in self.platform.listed(organization)]

        return web.json_response(self.cache.answer(request, fresh))

    async def _roles(self, request: web.Request) -> web.Response:
        def fresh() -> object:
            roles = self.platform.roles.values()
            return [{"Id": one.id, "Name": one.name, "Weight": one.weight} for one in roles]

        return web.json_response(self.cache.answer(request, fresh))

    async def _providers(self, request: web.Request) -> web.Response:
        def fresh() -> object:
            return [
                {"Id": one.id, "Name": one.name, "Prefix": one.prefix, "Enabled": one.enabled}
                for one in self.platform.providers.values()
            ]

        return web.json_response(self.cache.answer(request, fresh))

    async def _invite(self, request: web.Request) -> web.Response:
        body = await json_object(request)
        if body is None:
            raise RefusalError(400, "The body must be a JSON object.")
        users = [self._place(wanted) for wanted in self._invitations.read(body)]
        return web.json_response([self._written(user) for user in users])

    def _place(self, wanted: Invited) -> AppxiteUser:
        if self.user(wanted.profile.email):
            raise RefusalError(500, CONFLICT)
        return self.platform.add(wanted.profile, wanted.state)

    def _removing(self, removal: Removal) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            user = self.platform.users.get(request.match_info["id"])
            if user is None:
                raise RefusalError(404, "User not found")
            if removal.blocks:
                self._change(user, BLOCKED)
            else:
                del self.platform.users[user.id]
            return web.Response(status=204)

        return handler

    def _change(self, user: AppxiteUser, state: str) -> AppxiteUser:
        user.state = state
        self._changes.happened()
        return user

    def _written(self, user: AppxiteUser) -> dict[str, object]:
        names = self.shape.user
        created = datetime.fromtimestamp(user.created, UTC)
        return {
            names.id: user.id,
            names.email: user.profile.email,
            names.created: created.isoformat(timespec="seconds"),
            names.accessible: user.state != BLOCKED,
            names.state: user.state,
        }

    def _name(self, organization: str) -> str:
        return self.tenant.names.get(organization, organization)

    def _row(self, user: AppxiteUser) -> dict[str, str]:
        role = self.platform.roles[user.profile.role].name
        return {
            "id": user.id,
            "who": f"{user.profile.first_name} {user.profile.last_name}".strip(),
            "access": f"{role} in {', '.join(map(self._name, user.profile.organizations))}",
            "state": STATES[user.state],
        }
