"""IXON's endpoints about invites: listing, inviting, sending again, taking back.

Sources: https://developer.ixon.cloud/docs/manage-users (read 2026-11) and the vendor's OpenAPI
document. An address that is already in the company gets memberships and no invite, so that the
answer's two lists say what happened. A body with one bad element does nothing at all.
"""

from aiohttp import web

from sandbox.vendors.ixon_answers import INVALID, Json, RefusalError, success
from sandbox.vendors.ixon_bodies import Invitation, array, invitation, references
from sandbox.vendors.ixon_headers import Endpoint
from sandbox.vendors.ixon_lists import Kind, Quirks, many
from sandbox.vendors.ixon_model import Company, IxonInvite, listed
from sandbox.vendors.ixon_records import invite_record

INVITE = Kind("Invite", "publicId")


class InviteRoutes:
    """What can be done with invites."""

    def __init__(self, company: Company, quirks: Quirks) -> None:
        self._company = company
        self._quirks = quirks

    def endpoints(self) -> list[Endpoint]:
        """Return every endpoint here."""
        return [
            Endpoint("GET", "/invites", self._list),
            Endpoint("POST", "/invites", self._invite, branding=True),
            Endpoint("DELETE", "/invites", self._remove_many),
            Endpoint("POST", "/invites/resend", self._resend_many, branding=True),
            Endpoint("POST", "/invites/{publicId}/resend", self._resend, branding=True),
            Endpoint("DELETE", "/invites/{publicId}", self._remove),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        invites = [
            one
            for one in listed(self._company.invites.values())
            if self._company.is_live(one) or not self._quirks.forgets_expired
        ]
        return many(request, INVITE, invites, self._written, self._quirks)

    async def _invite(self, request: web.Request) -> web.Response:
        wanted = [
            invitation(self._company, self._quirks, element, index)
            for index, element in enumerate(await array(request))
        ]
        for index, one in enumerate(wanted):
            if self._quirks.refuses_repeats and self._company.invites_to(one.email):
                raise RefusalError(409, "Already invited", "emailAddress", index)
        invites: list[Json] = []
        memberships: list[Json] = []
        for one in wanted:
            if not self._company.user(one.email):
                invites.append(self._send(one))
            else:
                memberships.extend(self._add(one))
        data = {"invites": invites, "userMemberships": memberships}
        return success("InviteResponse", data, status=201)

    def _send(self, wanted: Invitation) -> Json:
        invite = self._company.add_invite(wanted.email, wanted.message, wanted.language)
        self._give(invite.public_id, wanted)
        return {"publicId": invite.public_id}

    def _add(self, wanted: Invitation) -> list[Json]:
        user = self._company.user(wanted.email)
        return self._give(user.public_id, wanted) if user else []

    def _give(self, holder: str, wanted: Invitation) -> list[Json]:
        given = [
            self._company.grant(holder, one.group, one.role, one.expires_on)
            for one in wanted.grants
        ]
        return [{"publicId": one.public_id} for one in given]

    async def _resend_many(self, request: web.Request) -> web.Response:
        ids = await references(request)
        for invite in [self._known(one, index) for index, one in enumerate(ids)]:
            self._company.resend(invite)
        return success("Invite", [{"publicId": one} for one in ids], status=201)

    async def _resend(self, request: web.Request) -> web.Response:
        invite = self._known(request.match_info["publicId"])
        self._company.resend(invite)
        return success("Invite", {"publicId": invite.public_id}, status=201)

    async def _remove_many(self, request: web.Request) -> web.Response:
        ids = await references(request)
        for invite in [self._known(one, index) for index, one in enumerate(ids)]:
            self._company.remove(invite.public_id)
        return success("Invite", None)

    async def _remove(self, request: web.Request) -> web.Response:
        self._company.remove(self._known(request.match_info["publicId"]).public_id)
        return success("Invite", None)

    def _known(self, public_id: str, index: int | None = None) -> IxonInvite:
        invite = self._company.invites.get(public_id)
        if invite is None:
            raise RefusalError(404, INVALID, "publicId", index)
        return invite

    def _written(self, invite: IxonInvite) -> Json:
        return invite_record(self._company, invite)
