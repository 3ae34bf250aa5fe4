"""What Aboard would send to AppXite, for an operator to hold against AppXite's reference.

It is made from the very calls that are sent, needs no secret and no confirmation, and sends
nothing. Where an id is looked up by a name before sending, the name stands in angle brackets.
"""

import json
from collections.abc import Iterator
from urllib.parse import quote_plus

from vendors.appxite_access import AppxiteAccess, external_id_of
from vendors.appxite_calls import AppxiteCalls, Invitation
from vendors.appxite_settings import AppxiteWiring
from vendors.appxite_tokens import FORM, form_of
from vendors.call import Call
from vendors.contract import Person
from vendors.transport import ALWAYS

HIDDEN = "•••"
SOMEBODY = Person("U0EXAMPLE", "ada@example.com", "Ada", "Lovelace", "ada")


def preview(wiring: AppxiteWiring, access: AppxiteAccess, person: Person = SOMEBODY) -> str:
    """Return every request that giving ``access`` to ``person`` and removing them may send."""
    sections = [f"# {title}\n{text}" for title, text in requests(wiring, access, person)]
    return "\n\n".join(sections)


def requests(
    wiring: AppxiteWiring, access: AppxiteAccess, person: Person = SOMEBODY
) -> Iterator[tuple[str, str]]:
    """Yield each of these requests with what AppXite's page calls it."""
    calls = AppxiteCalls(wiring)
    if wiring.token_url is not None:
        yield "Fetch a token", _token_request(wiring, wiring.token_url)
    yield "List All Users", shown(wiring, calls.users())
    yield "List All Roles", shown(wiring, calls.roles())
    yield "List Identity Providers", shown(wiring, calls.identity_providers())
    yield "Invite a User", shown(wiring, calls.invite([_invitation(wiring, access, person)]))
    removal = calls.remove("ID-OF-THE-USER")
    if removal is not None:
        yield "Remove a user", shown(wiring, removal)


def shown(wiring: AppxiteWiring, call: Call) -> str:
    """Return a call as it goes over the wire: line, headers, body; secrets are hidden."""
    content = {} if call.body is None else {"content-type": "application/json"}
    secret = {wiring.headers.subscription_key: HIDDEN, "authorization": f"Bearer {HIDDEN}"}
    headers = {**ALWAYS, **secret, **call.headers, **content}
    lines = [f"{call.method} {wiring.base_url}{call.filled_path()}"]
    lines += [f"{name.lower()}: {value}" for name, value in headers.items()]
    if call.body is not None:
        lines += ["", json.dumps(call.body, indent=2, ensure_ascii=False)]
    return "\n".join(lines)


def _token_request(wiring: AppxiteWiring, url: str) -> str:
    basic = wiring.token_auth == "basic"  # noqa: S105 - a way to send it, not the secret
    secret = {"authorization": f"Basic {HIDDEN}"} if basic else {}
    headers = {**ALWAYS, **secret, **FORM}
    lines = [f"POST {url}", *(f"{name}: {value}" for name, value in headers.items())]
    form = form_of(wiring, (HIDDEN, HIDDEN)).replace(quote_plus(HIDDEN), HIDDEN)
    return "\n".join([*lines, "", form])


def _invitation(wiring: AppxiteWiring, access: AppxiteAccess, person: Person) -> Invitation:
    provider = access.identity_provider
    return Invitation(
        person=person,
        role_id=f"<id of {access.role or 'a role'}>",
        organization_ids=wiring.organization_ids(access.organizations),
        identity_provider_id=f"<id of {provider}>" if provider else None,
        external_id=external_id_of(person, access),
        by_email=access.activate_by_email,
    )
