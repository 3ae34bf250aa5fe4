"""Ambition: the accounts of one instance, and the groups they are in.

Sources, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 (the User
Provisioning API, "being phased out in Fall/Winter 2020"), /360052104531 and /360052104611 (its
successor, the User API integration), /360004946232 (deactivation). One POST creates or updates
by username; `is_active: false` deactivates and true brings back. Nothing is accepted above
15 MB. Where the pages are silent this simulator has chosen; `quirks` holds the choices that can
be turned around.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.vendors.ambition_accounts import AccountViews
from sandbox.vendors.ambition_answers import RefusalError, error_body, not_found, refusal
from sandbox.vendors.ambition_groups import GroupViews
from sandbox.vendors.ambition_model import AmbitionAccount, Instance
from sandbox.vendors.ambition_quirks import Quirks
from sandbox.vendors.ambition_user_api import UserApi, UserApiView
from sandbox.vendors.journal import Journal

PREFIX = "/ambition"
LIMIT = 15_000_000


@dataclass(frozen=True)
class AmbitionTenant:
    """A customer: its token, its User API integration, and how many bytes a body may have."""

    token: str
    user_api: UserApi = field(default_factory=UserApi)
    limit: int = LIMIT


class Ambition:
    """The state of one Ambition instance, and its API."""

    title: ClassVar[str] = "Ambition"

    def __init__(self, changes: Changes, clock: Clock, tenant: AmbitionTenant) -> None:
        self.tenant = tenant
        self.quirks = Quirks()
        self.faults = Faults(changes, clock, error_body)
        self.journal = Journal(changes, clock, PREFIX)
        self.instance = Instance(self.faults)

    def add(self, name: str, email: str, *, is_active: bool = True) -> AmbitionAccount:
        """Put an account into the instance, named by its address."""
        first, _, last = name.partition(" ")
        row = {"username": email, "email": email, "first_name": first, "last_name": last}
        if errors := self.instance.upsert(row | {"is_active": is_active}):
            raise ValueError(f"{email}: {errors}")
        return self.instance.accounts[email]

    def assign(self, username: str, kind: str, group: str) -> None:
        """Put an account into a group of this type."""
        self.instance.assign(username, kind, group)

    def account(self, username: str) -> AmbitionAccount | None:
        """Return the account with exactly this username, as it is now."""
        return self.instance.accounts.get(username)

    def report_errors(
        self, errors: Sequence[object], times: int | None = 1, *, only: str = "POST"
    ) -> None:
        """Answer 201 with errors inside, and do nothing."""
        self.faults.status(201, times, body={"errors": list(errors)}, only=only)

    def accounts(self) -> list[dict[str, str]]:
        """Return every account as the page shows it."""
        return [_row(account) for account in self.instance.accounts.values()]

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under `/ambition`."""
        app = web.Application(
            middlewares=[
                self._bounded,
                self.journal.middleware,
                self.faults.middleware,
                _refusals,
            ]
        )
        accounts = AccountViews(self.instance, self.quirks).views()
        groups = GroupViews(self.instance, self.quirks).views()
        integration = UserApiView(self.instance, self.tenant.user_api).view()
        for view in (*accounts, *groups, integration):
            view.add_to(app, self.tenant.token)
        return app

    @web.middleware
    async def _bounded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Read up to this vendor's limit, whatever the server's is; refuse what is larger."""
        roomy = request.clone(client_max_size=self.tenant.limit)
        try:
            await roomy.read()
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "Request body is too large.").answer()
        return await handler(roomy)


def _row(account: AmbitionAccount) -> dict[str, str]:
    return {
        "id": str(account.id),
        "who": f"{account.first_name} {account.last_name}".strip(),
        "access": ", ".join(f"{kind}: {group}" for kind, group in account.groups.items()),
        "state": "active" if account.is_active else "inactive",
    }


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusalError as error:
        return error.answer()
    except web.HTTPNotFound:
        return not_found()
