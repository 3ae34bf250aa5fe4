"""What callers send to IXON: arrays of objects, references, and who gets which role where.

Source: the vendor's OpenAPI document (v0.1.294). A body is an array even for one element; an
address has 6 to 254 characters, a message 1 to 1024, a language 2. `expiresOn` needs the
licence "Temporary Access".
"""

import json
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sandbox.vendors.ixon_answers import INVALID, Json, RefusalError
from sandbox.vendors.ixon_lists import Quirks
from sandbox.vendors.ixon_model import Company

ADDRESS = range(6, 255)
MESSAGE = range(1, 1025)
LANGUAGE = range(2, 3)


@dataclass(frozen=True)
class Grant:
    """A role in a group, until a moment or for good."""

    group: str
    role: str
    expires_on: float | None


@dataclass(frozen=True)
class Invitation:
    """Somebody to invite, and what they shall get."""

    email: str
    grants: list[Grant]
    message: str | None
    language: str | None


async def array(request: web.Request) -> list[Json]:
    """Return the array of objects that the body is; raises RefusalError where it is none."""
    if request.content_type != "application/json":
        raise RefusalError(400, "Invalid content type", "Content-Type")
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise RefusalError(400, "Invalid JSON") from error
    if not isinstance(body, list) or not body:
        raise RefusalError(400, "Must be a list with at least one element")
    for index, element in enumerate(body):
        if not isinstance(element, dict):
            raise RefusalError(400, INVALID, index=index)
    return body


async def references(request: web.Request) -> list[str]:
    """Return the public ids of an array of `{"publicId"}`."""
    return [public_id(element, index) for index, element in enumerate(await array(request))]


def public_id(value: object, index: int, name: str = "publicId") -> str:
    """Return the public id in a reference."""
    found = value.get("publicId") if isinstance(value, dict) else None
    if not isinstance(found, str) or not found:
        raise RefusalError(400, INVALID, name, index)
    return found


def grant(company: Company, quirks: Quirks, element: Json, index: int) -> Grant:
    """Return the role and the group that an element names, where they go together."""
    group = public_id(element.get("group"), index, "group")
    role = public_id(element.get("role"), index, "role")
    if group not in company.groups:
        raise RefusalError(400, INVALID, "group", index)
    if not company.may_give(role, group):
        raise RefusalError(400, INVALID, "role", index)
    return Grant(group, role, until(quirks, element.get("expiresOn"), index))


def until(quirks: Quirks, value: object, index: int) -> float | None:
    """Return the moment an access ends, as seconds since 1970; None is never."""
    if value is None:
        return None
    if not quirks.temporary_access:
        raise RefusalError(403, "Module required", "expiresOn", index)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise RefusalError(400, INVALID, "expiresOn", index) from error
    if moment.tzinfo is None:
        raise RefusalError(400, INVALID, "expiresOn", index)
    return moment.timestamp()


def invitation(company: Company, quirks: Quirks, element: Json, index: int) -> Invitation:
    """Return whom an element invites."""
    email = _text(element, "emailAddress", ADDRESS, index)
    if email is None or email.count("@") != 1:
        raise RefusalError(400, INVALID, "emailAddress", index)
    pairs = element.get("groupRoles")
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        raise RefusalError(400, INVALID, "groupRoles", index)
    if not pairs:
        raise RefusalError(400, INVALID, "groupRoles", index)
    grants = [grant(company, quirks, pair, index) for pair in pairs]
    message = _text(element, "message", MESSAGE, index)
    return Invitation(email, grants, message, _text(element, "language", LANGUAGE, index))


def _text(element: Json, name: str, lengths: range, index: int) -> str | None:
    value = element.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) not in lengths:
        raise RefusalError(400, INVALID, name, index)
    return value
