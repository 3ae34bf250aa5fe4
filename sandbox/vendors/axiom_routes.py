"""The endpoints of Axiom's API: users, their roles, one's own name."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.vendors.axiom_answers import refusal
from sandbox.vendors.axiom_model import AxiomUser, Organization, Token
from sandbox.vendors.journal import json_object

TOKEN = web.RequestKey("token", Token)
Endpoint = Callable[[web.Request], Awaitable[web.Response]]


def _behind(capability: str, endpoint: Endpoint) -> Endpoint:
    async def handler(request: web.Request) -> web.Response:
        if capability and capability not in request[TOKEN].capabilities:
            return refusal(403, f"token lacks {capability}")
        return await endpoint(request)

    return handler


class Routes:
    """Every endpoint, behind the capability it needs."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization

    def add_to(self, app: web.Application) -> None:
        """Put every endpoint on the router."""
        endpoints: list[tuple[str, str, str, Endpoint]] = [
            ("GET", "/v2/users", "users|read", self._list),
            ("POST", "/v2/users", "users|create", self._create),
            ("GET", "/v2/users/{id}", "users|read", self._get),
            ("DELETE", "/v2/users/{id}", "users|delete", self._delete),
            ("PUT", "/v2/users/{id}/role", "users|update", self._change_role),
            ("PUT", "/v2/users/{id}", "", self._change_own_name),
            ("GET", "/v2/user", "", self._get_own),
            ("PUT", "/v2/user", "", self._change_own_name),
            ("GET", "/v2/rbac/roles", "rbac|read", self._roles),
        ]
        for method, path, capability, endpoint in endpoints:
            app.router.add_route(method, path, _behind(capability, endpoint))

    def _written(self, user: AxiomUser) -> dict[str, object]:
        role = {"id": user.role, "name": self._organization.roles[user.role]}
        return {"id": user.id, "name": user.name, "email": user.email, "role": role}

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([self._written(user) for user in self._organization.listed()])

    async def _create(self, request: web.Request) -> web.Response:
        body = await json_object(request) or {}
        name, email, role = (str(body.get(field) or "") for field in ("name", "email", "role"))
        if not (name and email and role):
            return refusal(400, "name, email and role are required")
        if role not in self._organization.roles:
            return refusal(400, f"role {role} does not exist")
        if self._organization.user(email):
            return refusal(409, "user already exists")
        return web.json_response(self._written(self._organization.add(name, email, role)))

    async def _get(self, request: web.Request) -> web.Response:
        user = self._organization.users.get(request.match_info["id"])
        return web.json_response(self._written(user)) if user else refusal(404, "user not found")

    async def _delete(self, request: web.Request) -> web.Response:
        user = self._organization.users.pop(request.match_info["id"], None)
        return web.Response(status=204) if user else refusal(404, "user not found")

    async def _change_role(self, request: web.Request) -> web.Response:
        role = str((await json_object(request) or {}).get("role") or "")
        user = self._organization.users.get(request.match_info["id"])
        if user is None:
            return refusal(404, "user not found")
        if role not in self._organization.roles:
            return refusal(400, f"role {role} does not exist")
        user.role = role
        return web.json_response(self._written(user))

    async def _get_own(self, request: web.Request) -> web.Response:
        owner = self._organization.users.get(request[TOKEN].owner or "")
        return web.json_response(self._written(owner)) if owner else refusal(403, "not a user")

    async def _change_own_name(self, request: web.Request) -> web.Response:
        owner = self._organization.users.get(request[TOKEN].owner or "")
        if owner is None or request.match_info.get("id", owner.id) != owner.id:
            return refusal(403, "only your own name, with a personal token")
        body = await json_object(request) or {}
        if body.keys() != {"name"} or not body["name"]:
            return refusal(400, "only name can be changed")
        owner.name = str(body["name"])
        return web.json_response(self._written(owner))

    async def _roles(self, _request: web.Request) -> web.Response:
        roles = [
            {
                "id": role,
                "name": name,
                "description": "",
                "members": [
                    user.id for user in self._organization.users.values() if user.role == role
                ],
            }
            for role, name in self._organization.roles.items()
        ]
        return web.json_response(roles)
