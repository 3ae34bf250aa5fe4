"""The statements of App Home's lists, each prepared once.

A list that is rare among the requests has a partial index of its own, whose conditions stand in the
queries as they stand in the index: SQLite uses it only then.
"""

import sqlalchemy as sa

from storage.conditions import (
    NO_WORD,
    is_on_board,
    is_overdue,
    is_to_come,
    still_in_trouble,
)
from storage.home_pages import Among, Pages, approving
from storage.models import METADATA
from storage.requests import is_alone

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_PEOPLE = METADATA.tables["person"]
_ALARMS = METADATA.tables["alarm"]

_TEAM, _VIEWER = sa.bindparam("team_id", type_=sa.Text), sa.bindparam("viewer", type_=sa.Text)

_FACTS = [
    _REQUESTS.c[name]
    for name in (
        "number", "ref", "kind", "state", "requester", "principal", "subject", "created_at",
    )
] + [_PEOPLE.c.given_name, _PEOPLE.c.family_name]  # fmt: skip
_NO_END: sa.ColumnClause[int] = sa.literal_column("0")
_ASKED = [
    _NO_END,
    _REQUESTS.c.terms,
    _PEOPLE.c.email,
    *(
        _REQUESTS.c[name]
        for name in (
            "requester_email", "principal_email", "github_login", "reason", "starts_at", "until_at",
            "zone", "confidential",
        )
    ),
]  # fmt: skip
_WITH_NAME = _REQUESTS.outerjoin(_PEOPLE, _PEOPLE.c.id == _REQUESTS.c.person_id)
_LINES = sa.select(*_FACTS).select_from(_WITH_NAME)

_ON_BOARD = is_on_board(_REQUESTS.c.kind, _REQUESTS.c.state)
_COMING, _OVERDUE = is_to_come(_ALARMS.c.kind), is_overdue(_ALARMS.c.kind)
_WILL_START = (_REQUESTS.c.kind == "offboard") & (_REQUESTS.c.state == "scheduled")
_LEAVES = (_ALARMS.c.kind == "end") | _WILL_START


def _no_index(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return a column's value by which no index is used.

    Nobody counts the rows of a new SQLite file, so that it would take the first index that fits.
    """
    return sa.func.coalesce(column, NO_WORD)


_NUMBER = _REQUESTS.c.number
_IS_PUBLIC = _REQUESTS.c.confidential.is_(False)
_IS_OF_TEAM = _REQUESTS.c.team_id == _TEAM
# almost every request is of the one team, so that the index of teams would find nothing
_IS_OF_THE_ONE_TEAM = _no_index(_REQUESTS.c.team_id) == _TEAM
_IS_ABOUT_ANOTHER = _REQUESTS.c.subject != _VIEWER
_ASKED_BY_VIEWER = (_REQUESTS.c.requester == _VIEWER) | (_REQUESTS.c.principal == _VIEWER)

WAITS = Pages(
    sa.select(*_FACTS, *_ASKED)
    .select_from(_WITH_NAME)
    .where(_REQUESTS.c.state == "pending", _IS_OF_TEAM, is_alone()),
    _NUMBER,
)
APPROVED = approving(METADATA.tables["decision"].c.request_number)
BY_NUMBER = Among(_LINES, _NUMBER)
ASKED_FOR = [
    Pages(
        sa.select(_NUMBER)
        .where(_IS_OF_TEAM, asking == _VIEWER)
        .where(_IS_PUBLIC | _IS_ABOUT_ANOTHER),
        _NUMBER,
    )
    for asking in (_REQUESTS.c.requester, _REQUESTS.c.principal)
]
_OF_SUBJECT = _LINES.where(_IS_OF_TEAM, _REQUESTS.c.subject == sa.bindparam("subject"))
ABOUT = Pages(_OF_SUBJECT.where(_IS_PUBLIC | (_ASKED_BY_VIEWER & _IS_ABOUT_ANOTHER)), _NUMBER)
MINE_ABOUT = Pages(
    _OF_SUBJECT.where(_ASKED_BY_VIEWER).where(_IS_PUBLIC | _IS_ABOUT_ANOTHER), _NUMBER
)
CAME = Pages(_LINES.where(_ON_BOARD, _IS_OF_TEAM, _IS_PUBLIC), _NUMBER)
GO = Pages(
    sa.select(*_FACTS, _ALARMS.c.due_at)
    .select_from(
        _ALARMS.join(_REQUESTS, _ALARMS.c.request_number == _NUMBER).outerjoin(
            _PEOPLE, _PEOPLE.c.id == _REQUESTS.c.person_id
        )
    )
    .where(_COMING, _LEAVES, _IS_OF_THE_ONE_TEAM, _IS_PUBLIC),
    _ALARMS.c.due_at,
    _ALARMS.c.request_number,
    rising=True,
)
TROUBLED = Pages(
    sa.select(_STEPS.c.request_number)
    .distinct()
    .join(_REQUESTS, _STEPS.c.request_number == _NUMBER)
    .where(still_in_trouble(_STEPS.c.state, _STEPS.c.made_good_by), _STEPS.c.next_at.is_(None))
    .where(_IS_OF_THE_ONE_TEAM, _IS_PUBLIC),
    _STEPS.c.request_number,
)
LATE = Pages(
    sa.select(_ALARMS.c.request_number)
    .join(_REQUESTS, _ALARMS.c.request_number == _NUMBER)
    .where(_OVERDUE, _IS_OF_THE_ONE_TEAM, _IS_PUBLIC),
    _ALARMS.c.request_number,
)
OVERDUE = Among(sa.select(_ALARMS.c.request_number).where(_OVERDUE), _ALARMS.c.request_number)
