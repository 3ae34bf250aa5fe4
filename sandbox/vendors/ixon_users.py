"""IXON's endpoints about users and their memberships.

Sources: https://developer.ixon.cloud/docs/manage-users (read 2026-11) and the vendor's OpenAPI
document. DELETE /users takes an array of references and removes everybody in it, or nobody where
one of them is unknown; the document gives that refusal no more than the class 4XX.
"""

from aiohttp import web

from sandbox.vendors.ixon_answers import INVALID, Json, RefusalError, success
from sandbox.vendors.ixon_bodies import array, grant, public_id, references, until
from sandbox.vendors.ixon_headers import CALLER, Endpoint
from sandbox.vendors.ixon_lists import Kind, Quirks, many, one
from sandbox.vendors.ixon_model import Company, IxonUser, Membership, listed
from sandbox.vendors.ixon_records import membership_record, user_record

USER, MEMBERSHIP = Kind("User"), Kind("UserMembership", "publicId")


class UserRoutes:
    """What can be done with users and memberships."""

    def __init__(self, company: Company, quirks: Quirks) -> None:
        self._company = company
        self._quirks = quirks

    def endpoints(self) -> list[Endpoint]:
        """Return every endpoint here; what is spelled out comes before what is named."""
        return [
            Endpoint("GET", "/users", self._list),
            Endpoint("DELETE", "/users", self._remove_many),
            Endpoint("GET", "/users/me", self._own, company=False),
            Endpoint("GET", "/users/memberships", self._memberships),
            Endpoint("POST", "/users/memberships", self._give),
            Endpoint("PATCH", "/users/memberships", self._change),
            Endpoint("DELETE", "/users/memberships", self._take),
            Endpoint("PUT", "/users/memberships/user/{publicId}", self._replace),
            Endpoint("GET", "/users/{publicId}", self._get),
            Endpoint("DELETE", "/users/{publicId}", self._remove),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        users = listed(self._company.users.values())
        return many(request, USER, users, self._written, self._quirks)

    async def _own(self, request: web.Request) -> web.Response:
        return one(request, USER, self._written(request[CALLER]))

    async def _get(self, request: web.Request) -> web.Response:
        user = self._user(request.match_info["publicId"])
        return one(request, USER, self._written(user))

    async def _remove(self, request: web.Request) -> web.Response:
        self._company.remove(self._user(request.match_info["publicId"]).public_id)
        return success("User", None)

    async def _remove_many(self, request: web.Request) -> web.Response:
        ids = await references(request)
        for user in [self._user(known, index) for index, known in enumerate(ids)]:
            self._company.remove(user.public_id)
        return success("User", None)

    async def _memberships(self, request: web.Request) -> web.Response:
        held = self._company.memberships()
        return many(request, MEMBERSHIP, held, self._written_membership, self._quirks)

    async def _give(self, request: web.Request) -> web.Response:
        wanted = [
            (self._holder(element, index), grant(self._company, self._quirks, element, index))
            for index, element in enumerate(await array(request))
        ]
        given = [
            self._company.grant(holder, asked.group, asked.role, asked.expires_on)
            for holder, asked in wanted
        ]
        data = [{"publicId": membership.public_id} for membership in given]
        return success("UserMembership", data, status=201)

    async def _change(self, request: web.Request) -> web.Response:
        body = await array(request)
        held = [self._membership(element, index) for index, element in enumerate(body)]
        changes = list(zip(held, body, strict=True))
        roles = [self._role(*change, index) for index, change in enumerate(changes)]
        for index, (membership, element) in enumerate(changes):
            if "expiresOn" in element:
                membership.expires_on = until(self._quirks, element["expiresOn"], index)
            membership.role = roles[index]
        return success("UserMembership", None)

    async def _take(self, request: web.Request) -> web.Response:
        body = await array(request)
        for held in [self._membership(element, index) for index, element in enumerate(body)]:
            self._company.take(held)
        return success("UserMembership", None)

    async def _replace(self, request: web.Request) -> web.Response:
        user = self._user(request.match_info["publicId"])
        wanted = [
            grant(self._company, self._quirks, element, index)
            for index, element in enumerate(await array(request))
        ]
        self._company.strip(user.public_id)
        given = [
            self._company.grant(user.public_id, asked.group, asked.role, asked.expires_on)
            for asked in wanted
        ]
        data = [{"publicId": membership.public_id} for membership in given]
        return success("UserMembership", data)

    def _user(self, known: str, index: int | None = None) -> IxonUser:
        user = self._company.users.get(known)
        if user is None:
            raise RefusalError(404, INVALID, "publicId", index)
        return user

    def _holder(self, element: Json, index: int) -> str:
        name = "user" if "user" in element else "invite"
        holder = public_id(element.get(name), index, name)
        known = self._company.users if name == "user" else self._company.invites
        if holder not in known:
            raise RefusalError(404, INVALID, name, index)
        return holder

    def _membership(self, element: Json, index: int) -> Membership:
        wanted = public_id(element, index)
        held = next((one for one in self._company.memberships() if one.public_id == wanted), None)
        if held is None:
            raise RefusalError(404, INVALID, "publicId", index)
        return held

    def _written(self, user: IxonUser) -> Json:
        return user_record(self._company, user)

    def _written_membership(self, membership: Membership) -> Json:
        return membership_record(self._company, membership)

    def _role(self, held: Membership, element: Json, index: int) -> str:
        role = public_id(element["role"], index, "role") if "role" in element else held.role
        if not self._company.may_give(role, held.group):
            raise RefusalError(400, INVALID, "role", index)
        return role
