"""IXON Cloud: one company, its users and the invites to it.

Sources, read 2026-11: https://developer.ixon.cloud/docs/manage-users, common-errors,
api-rate-limits, ixon-api-authentication-headers, how-to-use-the-apiv2; the vendor's OpenAPI
document (v0.1.294). Whoever is invited is in no list of users until they accept, and an invite
expires. Beside people there are service accounts and IXON's own support staff. Who calls too
often is locked out for ten minutes, by source address, and no header says so.

Where the documents are silent this simulator has chosen; `quirks` holds the choices that can be
turned around.
"""

from dataclasses import dataclass
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.vendors.ixon_answers import RefusalError, error_body
from sandbox.vendors.ixon_company import CompanyRoutes
from sandbox.vendors.ixon_headers import Credential, Headers
from sandbox.vendors.ixon_invites import InviteRoutes
from sandbox.vendors.ixon_lists import Quirks
from sandbox.vendors.ixon_model import (
    PERSON,
    SERVICE_ACCOUNT,
    Company,
    InviteLife,
    IxonGroup,
    IxonInvite,
    IxonRole,
    IxonUser,
)
from sandbox.vendors.ixon_users import UserRoutes
from sandbox.vendors.journal import Journal

PREFIX = "/ixon"
LOCK_OUT = 600.0
FORTNIGHT = 14 * 24 * 3600.0


@dataclass(frozen=True)
class IxonTenant:
    """Whose company it is: its id, the application and the token of the service account.

    `group` is what the group for the whole company is called, by its name if nothing else is
    said. `invites_last` is how many seconds a link in a mail works.
    """

    company_id: str
    application: str
    token: str
    name: str = "Acme"
    invites_last: float = FORTNIGHT
    group: str | None = None


class Ixon:
    """The state of one IXON company, and its API.

    It begins with a company group, a role that may be given only there (`administrator`), one
    for every group (`operator`), and the tenant's service account.
    """

    title: ClassVar[str] = "IXON"

    def __init__(self, changes: Changes, clock: Clock, tenant: IxonTenant) -> None:
        self.faults = Faults(changes, clock, error_body)
        self.journal = Journal(changes, clock, PREFIX)
        self.quirks = Quirks()
        life = InviteLife(clock, tenant.invites_last)
        self.company = Company(tenant.company_id, tenant.name, life, self.faults)
        self.headers = Headers(self.company)
        self.company_group = self.company.add_group(
            tenant.group or tenant.name, is_company_group=True
        )
        self.administrator = self.company.add_role("Administrator", [self.company_group])
        self.operator = self.company.add_role("Operator")
        self.about = CompanyRoutes(self.company, self.quirks)
        self._changes = changes
        self._clock = clock
        self.give_out(tenant.application, tenant.token)

    def give_out(self, application: str, token: str, name: str = "Aboard") -> IxonUser:
        """Create an API service account with this application and this token."""
        owner = self.company.add_user(name, None, SERVICE_ACCOUNT)
        credential = Credential(token, application, owner.public_id)
        self.headers.credentials[token] = credential
        return owner

    def add(self, name: str, email: str, role: IxonRole | None = None) -> IxonUser:
        """Put a person into the company, with a role in the company group."""
        user = self.company.add_user(name, email, PERSON)
        given = role or self.operator
        self.company.grant(user.public_id, self.company_group.public_id, given.public_id)
        return user

    def add_support(self, name: str, email: str) -> IxonUser:
        """Put one of IXON's support staff into the company."""
        return self.company.add_user(name, email, PERSON, support=True)

    def user(self, email: str) -> IxonUser | None:
        """Return the person in the company with this address, case folded."""
        return self.company.user(email)

    def invites(self, email: str) -> list[IxonInvite]:
        """Return every invite to this address, oldest first, expired ones too."""
        return self.company.invites_to(email)

    def roles_of(self, email: str) -> list[tuple[IxonGroup, IxonRole]]:
        """Return the groups and roles of a person or of the invites to them."""
        user = self.user(email)
        holders = [user] if user else self.invites(email)
        return [
            (self.company.groups[held.group], self.company.roles[held.role])
            for holder in holders
            for held in self.company.held_by(holder.public_id)
        ]

    def accept(self, email: str, name: str = "") -> IxonUser:
        """Follow the oldest link in the mail that still works; raises LookupError without one."""
        invite = next((one for one in self.invites(email) if self.company.is_live(one)), None)
        if invite is None:
            raise LookupError(f"There is no invite to {email} that could be accepted.")
        user = self.user(email) or self.company.add_user(name or email, invite.email)
        for held in self.company.held_by(invite.public_id):
            self.company.grant(user.public_id, held.group, held.role, held.expires_on)
        self.company.remove(invite.public_id)
        self._changes.happened()
        return user

    def expire(self, email: str) -> None:
        """Let the links in every mail to this address stop working; raises LookupError without."""
        live = [one for one in self.invites(email) if self.company.is_live(one)]
        if not live:
            raise LookupError(f"There is no invite to {email} that could expire.")
        for invite in live:
            invite.expires_on = self._clock()
        self._changes.happened()

    def lock_out(self, name: str = "lock_out") -> None:
        """Refuse every call for ten minutes of the clock, from now on."""
        until = self._clock() + LOCK_OUT
        body = error_body(429, "Too Many Requests")

        async def locked(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self._clock() < until:
                return web.json_response(body, status=429)
            self.faults.clear(name)
            return await handler(request)

        self.faults.plant(name, locked, None)

    def accounts(self) -> list[dict[str, str | float]]:
        """Return the people and the invited as the page shows them; `until` is when a link ends."""
        people = [one for one in self.company.users.values() if one.email and not one.support]
        return [self._row(one.public_id, one.name, "active") for one in people] + [
            self._row(one.public_id, one.email, self._state(one)) | {"until": one.expires_on}
            for one in self.company.invites.values()
        ]

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/ixon`."""
        app = web.Application(
            middlewares=[self.journal.middleware, self.faults.middleware, _refusals]
        )
        invites, users = (kind(self.company, self.quirks) for kind in (InviteRoutes, UserRoutes))
        for one in self.about.endpoints() + invites.endpoints() + users.endpoints():
            app.router.add_route(one.method, one.path, self.headers.behind(one))
        return app

    def _state(self, invite: IxonInvite) -> str:
        return "invited" if self.company.is_live(invite) else "expired"

    def _row(self, public_id: str, who: str, state: str) -> dict[str, str | float]:
        held = self.company.held_by(public_id)
        access = ", ".join(
            f"{self.company.roles[one.role].name} in {self.company.groups[one.group].name}"
            for one in held
        )
        return {"id": public_id, "who": who, "access": access, "state": state}


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusalError as error:
        return error.answer()
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return RefusalError(error.status, error.reason).answer()
