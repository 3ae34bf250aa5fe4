"""IXON's endpoints about the company itself: discovery, companies, groups and roles."""

from aiohttp import web

from sandbox.vendors.ixon_answers import Json, success
from sandbox.vendors.ixon_headers import Endpoint
from sandbox.vendors.ixon_lists import Kind, Quirks, many, one
from sandbox.vendors.ixon_model import Company, IxonGroup
from sandbox.vendors.ixon_records import group_record, group_roles_record, role_record

COMPANY, GROUP, ROLE = Kind("Company"), Kind("Group"), Kind("Role")
GROUP_ROLES = Kind("GroupRoles", "group(publicId),roles(publicId)")

RESOURCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Discovery", "/", ("GET",)),
    ("CompanyList", "/companies", ("GET",)),
    ("MyCompany", "/companies/me", ("GET",)),
    ("GroupList", "/groups", ("GET",)),
    ("GroupRoleList", "/groups/roles", ("GET",)),
    ("RoleList", "/roles", ("GET",)),
    ("InviteList", "/invites", ("GET", "POST", "DELETE")),
    ("Invite", "/invites/{publicId}", ("DELETE",)),
    ("InviteResendList", "/invites/resend", ("POST",)),
    ("InviteResend", "/invites/{publicId}/resend", ("POST",)),
    ("UserList", "/users", ("GET", "DELETE")),
    ("User", "/users/{publicId}", ("GET", "DELETE")),
    ("MyUser", "/users/me", ("GET",)),
    ("UserMembershipList", "/users/memberships", ("GET", "POST", "PATCH", "DELETE")),
    ("UserMembershipUser", "/users/memberships/user/{publicId}", ("PUT",)),
)


class CompanyRoutes:
    """What can be read of the company."""

    def __init__(self, company: Company, quirks: Quirks) -> None:
        self._company = company
        self._quirks = quirks
        self.public_url = ""

    def endpoints(self) -> list[Endpoint]:
        """Return every endpoint here."""
        return [
            Endpoint("GET", "/", self._discovery, company=False, signed_in=False),
            Endpoint("GET", "/companies", self._companies, company=False),
            Endpoint("GET", "/companies/me", self._own),
            Endpoint("GET", "/groups", self._groups),
            Endpoint("GET", "/groups/roles", self._group_roles),
            Endpoint("GET", "/roles", self._roles),
        ]

    async def _discovery(self, request: web.Request) -> web.Response:
        base = self.public_url or str(request.url.with_query(None)).rstrip("/")
        resources = [
            {"rel": rel, "href": f"{base}{path}", "methods": list(methods)}
            for rel, path, methods in RESOURCES
        ]
        return success("Discovery", resources)

    async def _companies(self, request: web.Request) -> web.Response:
        return many(request, COMPANY, [self._company], _written, self._quirks)

    async def _own(self, request: web.Request) -> web.Response:
        return one(request, COMPANY, _written(self._company))

    async def _groups(self, request: web.Request) -> web.Response:
        groups = self._company.groups.values()
        return many(request, GROUP, groups, group_record, self._quirks)

    async def _group_roles(self, request: web.Request) -> web.Response:
        groups = self._company.groups.values()
        return many(request, GROUP_ROLES, groups, self._group_with_roles, self._quirks)

    async def _roles(self, request: web.Request) -> web.Response:
        roles = self._company.roles.values()
        return many(request, ROLE, roles, role_record, self._quirks)

    def _group_with_roles(self, group: IxonGroup) -> Json:
        return group_roles_record(self._company, group)


def _written(company: Company) -> Json:
    return {"publicId": company.public_id, "name": company.name}
