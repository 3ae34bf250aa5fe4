"""What a plan must know of what was given before, all of it as of one moment."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from rules.values import Kind
from storage.models import Request
from vendors.contract import Person
from workflow import addresses, holdings
from workflow.addresses import Former
from workflow.means import Means


@dataclass(frozen=True, slots=True)
class Past:
    """What a request removes beside what it asks for, and what to beware of where it removes."""

    gone: tuple[str, ...] = ()
    """The vendors whose accounts a change of profile removes."""
    former: Former = field(default_factory=dict)
    """Other addresses under which they may be there."""
    has_other_login: bool = False
    out_of_reach: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()
    """The vendors where somebody else holds what was given under the same address."""


def past(
    connection: Connection, request: Request, person: Person, given: Collection[str], means: Means
) -> Past:
    """Return what was before of a request that gives access at the vendors ``given``.

    Where it removes nothing there is nothing to beware of, and next to nothing is read.
    """
    gone = holdings.taken_away(connection, request, given, means)
    if request.kind != Kind.OFFBOARD and not gone:
        return Past()
    team_id, subject = request.team_id, request.subject
    return Past(
        gone,
        addresses.former(connection, team_id, subject, person.email),
        addresses.has_other_login(connection, team_id, person),
        holdings.out_of_reach(connection, request, means),
        addresses.shared(connection, team_id, subject, person.email),
    )
