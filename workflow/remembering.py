"""What is remembered of a person between requests: what was approved, and nothing less.

A request that nobody has decided says who its requester believes somebody is. That stands in the
request alone, which is carried out for whom it names; it gets into the memory with its approval, so
that a later removal looks for the accounts that were really given.
"""

from sqlalchemy.engine import Connection

from storage import people
from storage.models import Person as Remembered
from storage.models import Request
from vendors.contract import Person


def identity(request: Request) -> Person | None:
    """Return whom a request is carried out for; None where it was never put to anybody."""
    if request.email is None:
        return None
    given, family = request.given_name or "", request.family_name or ""
    login, number = request.github_login, request.github_id
    return Person(request.subject, request.email, given, family, login, number)


def meet(connection: Connection, request: Request, person: Person, now: int) -> int:
    """Return the key of somebody; whoever is new is known by what Slack says of them."""
    known = people.find(connection, request.team_id, request.subject)
    if known is not None and known.id is not None:
        return known.id
    return _write(connection, request, person, (None, None), now)


def keep(connection: Connection, request: Request, now: int) -> None:
    """Remember whom a request that was approved is about."""
    person = identity(request)
    if person is not None:
        known = people.find(connection, request.team_id, request.subject)
        _write(connection, request, person, _at_github(person, known), now)


def _at_github(person: Person, known: Remembered | None) -> tuple[str | None, int | None]:
    """Return login and number: a login that was not named is as before, and so is its number."""
    if known is None or person.github_id is not None:
        return person.github_login, person.github_id
    if person.github_login in {None, known.github_login}:
        return known.github_login, known.github_id
    return person.github_login, None


def _write(
    connection: Connection,
    request: Request,
    person: Person,
    github: tuple[str | None, int | None],
    now: int,
) -> int:
    login, number = github
    return people.remember(
        connection,
        {
            "team_id": request.team_id,
            "slack_id": request.subject,
            "email": person.email,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "github_login": login,
            "github_id": number,
            "updated_at": now,
        },
    )
