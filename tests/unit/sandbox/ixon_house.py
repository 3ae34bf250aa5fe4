"""One IXON company for the tests: its tenant, its headers, and what is sent to it."""

from sandbox.vendors.ixon import Ixon, IxonTenant

COMPANY = "1111-2222-3333-4444-5555"
APPLICATION = "appAboard001"
TOKEN = "ixon-token"
TENANT = IxonTenant(COMPANY, APPLICATION, TOKEN)
ADA = "ada@acme.example"
HEADERS = {
    "Api-Version": "2",
    "Api-Application": APPLICATION,
    "Api-Company": COMPANY,
    "Api-Branding": "portal.ixon.cloud",
    "Authorization": f"Bearer {TOKEN}",
}
EVERYTHING = "publicId,type,name,emailAddress,support,memberships(group.publicId,role(name))"


def pair(ixon: Ixon) -> dict[str, object]:
    """Return the plain role in the company group."""
    return {
        "group": {"publicId": ixon.company_group.public_id},
        "role": {"publicId": ixon.operator.public_id},
    }


def invitation(ixon: Ixon, email: str = ADA, **more: object) -> dict[str, object]:
    """Return one element of the body of POST /invites."""
    return {"emailAddress": email, "groupRoles": [pair(ixon)], **more}


def problem(message: str, name: str, index: int | None = None) -> dict[str, object]:
    """Return the vendor's error body."""
    said: dict[str, object] = {"message": message, "propertyName": name}
    where = {} if index is None else {"listIndex": index}
    return {"data": [said | where], "moreAfter": None, "status": "error", "type": "Error"}
