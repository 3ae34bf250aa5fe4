"""Where to look for an account that is to be removed: also under the addresses of before.

Slack may know somebody by another address by now than the one under which Aboard gave them an
account; a look under the new one alone would call that account absent. An address that another
person was given access under since is theirs, and nobody is looked for under it.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.values import Kind, in_ascii, is_at
from storage import earlier, people
from storage.models import Request
from vendors.contract import Account, AnyVendor, Person
from vendors.errors import RejectedError

OTHER_LOGIN = (
    "Another GitHub login was given access at {title} for this person: see to that one, too."
)

Former = Mapping[str, tuple[str, ...]]
"""The addresses of before, the latest first, by the vendors where somebody holds an account."""

FOUND_THERE = (
    "The account at {title} has an address that the person had before: see that it is theirs."
)


ELSEWHERE = "The address is at none of the company's domains."
ALIKE = "The address has signs that may look like others: {signs}. Spelled out, it is “{spelled}”."

_NAMED = 3
"""How many of the signs are called by their names."""


def strange(email: str, domains: Collection[str]) -> tuple[str, ...]:
    """Return what is odd about the address of somebody who is to be given access."""
    alike = () if email.isascii() else (_alike(email),)
    ours = not domains or is_at(email, domains)
    return alike if ours else (*alike, ELSEWHERE)


def _alike(email: str) -> str:
    odd = dict.fromkeys(one for one in email if not one.isascii())
    names = [unicodedata.name(one, f"U+{ord(one):04X}").capitalize() for one in odd]
    more = ["and others"] if len(names) > _NAMED else []
    return ALIKE.format(signs=", ".join([*names[:_NAMED], *more]), spelled=in_ascii(email))


SHARED = "Somebody else was given access at {title} under this address: see whose account it is."


def shared(connection: Connection, team_id: str, subject: str, email: str) -> frozenset[str]:
    """Return the vendors where somebody else holds what was given under the address ``email``."""
    named = people.with_email(connection, team_id, email)
    others = [one.slack_id for one in named if one.slack_id != subject]
    held = (people.held_by(connection, team_id, one) for one in others)
    return frozenset(account.vendor for accounts in held for account in accounts)


def former(connection: Connection, team_id: str, subject: str, email: str) -> Former:
    """Return under which other addresses than ``email`` somebody may have what Aboard gave them."""
    given = reversed(earlier.carried_out(connection, team_id, subject))
    known = (one.email or "" for one in given if one.kind == Kind.ONBOARD)
    others = dict.fromkeys(one.casefold() for one in known if one)
    others.pop(email.casefold(), None)
    mine = tuple(one for one in others if _is_free(connection, team_id, subject, one))
    held = people.held_by(connection, team_id, subject) if mine else ()
    return {one.vendor: mine for one in held}


def has_other_login(connection: Connection, team_id: str, person: Person) -> bool:
    """Tell whether somebody was given access by another GitHub login since they last left.

    A login that was renamed is the same one, as far as its number is known.
    """
    given = list[Request]()
    for one in earlier.carried_out(connection, team_id, person.slack_id):
        left = one.kind == Kind.OFFBOARD and one.state == RequestState.COMPLETED
        given = [] if left else [*given, one]
    return any(_is_other(one, person) for one in given if one.kind == Kind.ONBOARD)


def _is_other(request: Request, person: Person) -> bool:
    login, number = request.github_login, request.github_id
    if not login or (number is not None and number == person.github_id):
        return False
    return login.casefold() != (person.github_login or "").casefold()


def _is_free(connection: Connection, team_id: str, subject: str, email: str) -> bool:
    named = people.with_email(connection, team_id, email)
    return all(one.slack_id == subject for one in named)


async def look(
    vendor: AnyVendor, person: Person, others: Sequence[str]
) -> tuple[Person, Account | None]:
    """Return the one account of ``person``, and the person with the address that it has.

    Raises what ``find`` does, and ``RejectedError`` where they have more than one.
    """
    known = [person, *(replace(person, email=one) for one in others)]
    looks = [(one, await vendor.find(one)) for one in known]
    found = [(one, account) for one, account in looks if account is not None]
    if len({account.id for _, account in found}) > 1:
        sentence = f"{vendor.title} has several accounts of this person, under addresses of before."
        raise RejectedError(vendor.name, f"{sentence} An administrator must sort it.")
    return found[0] if found else (person, None)
