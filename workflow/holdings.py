"""What somebody on board holds, and under which profile: what a change of profile starts from.

Only what Aboard gave counts, as its rows say: an account that was made elsewhere is left alone.
"""

from sqlalchemy.engine import Connection

from storage import people, requests
from storage.models import Request
from workflow.means import Means


def profile_held(connection: Connection, team_id: str, subject: str) -> str:
    """Return the profile under which somebody holds accounts; empty where they hold none."""
    if not people.held_by(connection, team_id, subject):
        return ""
    return requests.last_profile(connection, team_id, subject)


def taken_away(
    connection: Connection, request: Request, given: frozenset[str], means: Means
) -> tuple[str, ...]:
    """Return the vendors whose accounts a change of profile removes: held, and not in ``given``."""
    if not request.changes_from:
        return ()
    held = people.held_by(connection, request.team_id, request.subject)
    return tuple(
        one.vendor for one in held if one.vendor in means.vendors and one.vendor not in given
    )
