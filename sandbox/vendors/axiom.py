"""Axiom: the users of one organization.

Sources, read 2026-11: https://axiom.co/docs/restapi/endpoints/createUser, getUsers, getUser,
updateUserRole, deleteUser; https://axiom.co/docs/reference/tokens; the vendor's own Go client
(axiom/users.go, error.go, limit.go) for the statuses the pages leave out.

A list is a bare array without paging; creating answers 200, deleting 204 with no body. API
tokens (xaat-) carry capabilities; personal tokens (xapt-) need `x-axiom-org-id` (else 400) and
are the only ones that may change a name, their owner's own. `PUT /v2/users/{id}` is the older
way to do so.
"""

from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock, Ids
from sandbox.faults import Faults
from sandbox.vendors.axiom_answers import TOO_MANY, error_body, headers_of, refusal
from sandbox.vendors.axiom_model import AxiomUser, Organization, Token
from sandbox.vendors.axiom_routes import TOKEN, Routes
from sandbox.vendors.journal import Journal

PREFIX = "/axiom"


class Axiom:
    """The state of one Axiom organization, and its API."""

    title: ClassVar[str] = "Axiom"

    def __init__(self, changes: Changes, clock: Clock, org_id: str, tokens: list[Token]) -> None:
        self.faults = Faults(changes, clock, error_body)
        self.organization = Organization(org_id, self.faults)
        self.tokens = {token.value: token for token in tokens}
        self.journal = Journal(changes, clock, PREFIX)
        self._clock = clock
        self._traces = Ids("trace")

    @property
    def users(self) -> dict[str, AxiomUser]:
        """The users by id."""
        return self.organization.users

    def add(self, name: str, email: str, role: str = "user") -> AxiomUser:
        """Put a user into the organization."""
        return self.organization.add(name, email, role)

    def user(self, email: str) -> AxiomUser | None:
        """Return the user with this address, case folded."""
        return self.organization.user(email)

    def accounts(self) -> list[dict[str, str]]:
        """Return every user as the page shows them."""
        roles = self.organization.roles
        return [
            {"id": one.id, "who": one.name, "access": roles[one.role], "state": "active"}
            for one in self.users.values()
        ]

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/axiom`."""
        app = web.Application(
            middlewares=[self._trace, self.journal.middleware, self.faults.middleware, self._guard]
        )
        Routes(self.organization).add_to(app)
        return app

    @web.middleware
    async def _trace(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if not answer.prepared:
            trace = self._traces.new("", 32).lower()
            usual = headers_of(trace, self._clock(), limited=answer.status == TOO_MANY)
            answer.headers.update(usual | dict(answer.headers))
        return answer

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self.tokens.get(value) if scheme == "Bearer" else None
        if token is None:
            return refusal(401, "not authenticated")
        own = request.path.endswith("/v2/user")
        organization = request.headers.get("x-axiom-org-id")
        if token.is_personal and not own and organization != self.organization.id:
            return refusal(400, "x-axiom-org-id header is required")
        request[TOKEN] = token
        return await handler(request)
