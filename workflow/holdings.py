"""What somebody on board holds, and under which profile: what a change of profile starts from.

Only what Aboard gave counts, as its rows say: an account that was made elsewhere is left alone.
"""

from collections.abc import Collection

from sqlalchemy.engine import Connection

from rules.values import Kind
from storage import people, requests
from storage.models import Request
from vendors.registry import BUILT_IN
from workflow.means import Means

OUT_OF_REACH = (
    "{title} is no longer in Aboard's settings, and Aboard gave this person an account there: "
    "see to it by hand"
)


def profile_held(connection: Connection, team_id: str, subject: str) -> str:
    """Return the profile under which somebody holds accounts; empty where they hold none."""
    if not people.held_by(connection, team_id, subject):
        return ""
    return requests.last_profile(connection, team_id, subject)


def taken_away(
    connection: Connection, request: Request, given: Collection[str], means: Means
) -> tuple[str, ...]:
    """Return the vendors whose accounts a change of profile removes: held, and not in ``given``."""
    if not request.changes_from:
        return ()
    held = people.held_by(connection, request.team_id, request.subject)
    return tuple(
        one.vendor for one in held if one.vendor in means.vendors and one.vendor not in given
    )


def out_of_reach(connection: Connection, request: Request, means: Means) -> tuple[str, ...]:
    """Return a warning for each account that a removal cannot take, as its vendor is off by now."""
    if request.kind != Kind.OFFBOARD:
        return ()
    held = people.held_by(connection, request.team_id, request.subject)
    gone = [one.vendor for one in held if one.vendor not in means.vendors]
    return tuple(OUT_OF_REACH.format(title=_title(name)) for name in gone)


def _title(name: str) -> str:
    vendor = BUILT_IN.get(name)
    return vendor.title if vendor else name
