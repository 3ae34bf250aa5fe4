"""Users, invites, memberships, groups and roles as IXON writes them, whole.

Property names come from the vendor's OpenAPI document (v0.1.294). What a caller gets of a
record is decided by `fields`; what this simulator does not keep is empty.
"""

from datetime import UTC, datetime

from sandbox.vendors.ixon_answers import Json
from sandbox.vendors.ixon_model import (
    Company,
    IxonGroup,
    IxonInvite,
    IxonRole,
    IxonUser,
    Membership,
)


def stamp(seconds: float | None) -> str | None:
    """Return a moment as ISO 8601 in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def user_record(company: Company, user: IxonUser) -> Json:
    """Return a user with their memberships."""
    return {
        "publicId": user.public_id,
        "type": user.kind,
        "name": user.name,
        "emailAddress": user.email,
        "support": user.support,
        "registeredOn": stamp(user.registered_on),
        "lastSeenOn": None,
        "registeredBy": None,
        "memberships": _memberships(company, user.public_id),
        "apiApplications": [],
        "custom": {},
        "otpauthRequired": False,
    }


def invite_record(company: Company, invite: IxonInvite) -> Json:
    """Return an invite with what it will give."""
    return {
        "publicId": invite.public_id,
        "emailAddress": invite.email,
        "expiresOn": stamp(invite.expires_on),
        "memberships": _memberships(company, invite.public_id),
    }


def membership_record(company: Company, membership: Membership) -> Json:
    """Return a membership with who holds it, where and as what."""
    user = company.users.get(membership.holder)
    invite = company.invites.get(membership.holder)
    group, role = company.groups[membership.group], company.roles[membership.role]
    return {
        "publicId": membership.public_id,
        "user": {"publicId": user.public_id, "name": user.name} if user else None,
        "invite": {"publicId": invite.public_id} if invite else None,
        "group": {"publicId": group.public_id, "name": group.name},
        "role": {"publicId": role.public_id, "name": role.name},
        "expiresOn": stamp(membership.expires_on),
    }


def group_record(group: IxonGroup) -> Json:
    """Return a group."""
    return {
        "publicId": group.public_id,
        "name": group.name,
        "isCompanyGroup": group.is_company_group,
        "agent": {"publicId": group.agent} if group.agent else None,
        "asset": None,
        "parent": None,
        "managedBy": None,
        "type": None,
    }


def role_record(role: IxonRole) -> Json:
    """Return a role."""
    return {
        "publicId": role.public_id,
        "name": role.name,
        "description": "",
        "enforce2fa": False,
        "enforceSso": False,
        "permissions": [],
        "audiences": [],
    }


def group_roles_record(company: Company, group: IxonGroup) -> Json:
    """Return which roles may be given in a group."""
    allowed = [
        role_record(role)
        for role in company.roles.values()
        if company.may_give(role.public_id, group.public_id)
    ]
    return {"group": group_record(group), "roles": allowed}


def _memberships(company: Company, holder: str) -> list[Json]:
    return [membership_record(company, one) for one in company.held_by(holder)]
