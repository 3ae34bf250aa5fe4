"""One AppXite platform for the tests: its tenant, its headers, and what is sent to it."""

from sandbox.vendors.appxite import AppXite
from sandbox.vendors.appxite_gateway import AppxiteTenant

OWN, CUSTOMER = "org-acme", "org-northwind"
KEY, CLIENT, SECRET, BEARER = "appxite-key", "appxite-client", "appxite-secret", "made-by-hand"
TENANT = AppxiteTenant(KEY, CLIENT, SECRET, "https://portal.acme.example/", (OWN, CUSTOMER))
ADA = "ada@acme.example"
HEADERS = {
    "Ocp-Apim-Subscription-Key": KEY,
    "Authorization": f"Bearer {BEARER}",
    "api-version": "3.1",
    "Referer": "https://portal.acme.example",
    "X-On-Behalf-Of": OWN,
    "X-Use-Cache": "false",
}


def person(appxite: AppXite, email: str = ADA, **more: object) -> dict[str, object]:
    """Return one element of `Users`."""
    return {
        "Email": email,
        "FirstName": "Ada",
        "LastName": "Moreno",
        "GroupId": appxite.reader.id,
        **more,
    }


def invitation(*people: dict[str, object], organizations: object = (OWN,)) -> dict[str, object]:
    """Return the body of an invitation."""
    return {"Users": list(people), "OrganizationIds": organizations}
