"""Erasing a person: whatever names them is emptied, what happened and who decided it stays.

In their place stands a pseudonym that nobody can turn back. The audit trail is not touched: it
holds Slack ids of those who acted, codes and digests, so that it verifies as before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import ALIVE, GOOD, RequestState, StepState
from rules.values import ERASED_PREFIX
from storage import sweeping
from storage.models import METADATA

_T = METADATA.tables
_REQUESTS, _STEPS, _PEOPLE, _ACCOUNTS = _T["request"], _T["step"], _T["person"], _T["account"]
_ALARMS, _BATCHES, _ROWS, _HOLDS = _T["alarm"], _T["batch"], _T["batchrow"], _T["hold"]
_PARTIES = ("subject", "requester", "principal")
_LEFT = (RequestState.COMPLETED_WITH_ERRORS, RequestState.PARTLY_DONE)
_DOUBTS = (StepState.UNKNOWN, StepState.ACTION_REQUIRED, StepState.FAILED)
_ADDRESSES = (
    (_PEOPLE, "slack_id", "email"), (_REQUESTS, "subject", "email"),
    (_REQUESTS, "requester", "requester_email"), (_REQUESTS, "principal", "principal_email"),
    (_BATCHES, "requester", "requester_email"),
)  # fmt: skip
_ASKING = ((_REQUESTS, "requester"), (_REQUESTS, "principal"), (_BATCHES, "requester"))
_NOBODY = {
    "email": None, "given_name": None, "family_name": None, "github_login": None,
    "github_id": None, "reason": "", "accesses": "", "problem": None, "person_id": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a person is known here; ``requests`` are the numbers of those about them."""

    team_id: str
    slack_id: str
    requests: tuple[int, ...]
    words: frozenset[str]
    """E-mail addresses and full names, in every spelling that is kept."""

    logins: frozenset[str]


def traces(connection: Connection, team_id: str, slack_id: str) -> Traces | None:
    """Return what is kept of somebody; None where it is nothing."""
    known = sa.select(*_names(_PEOPLE)).where(_is(_PEOPLE.c.slack_id, _PEOPLE, team_id, slack_id))
    about = _is(_REQUESTS.c.subject, _REQUESTS, team_id, slack_id)
    theirs = sa.select(*_names(_REQUESTS)).where(about)
    rows = [tuple(row) for query in (known, theirs) for row in connection.execute(query)]
    numbers = connection.scalars(sa.select(_REQUESTS.c.number).where(about)).all()
    asked = _addresses(connection, team_id, slack_id)
    if not rows and not asked:
        return None
    names = {f"{given} {family}".strip() for _, given, family, _ in rows if given and family}
    words = {row[0] for row in rows if row[0]} | asked | names
    logins = frozenset(row[3] for row in rows if row[3])
    return Traces(team_id, slack_id, tuple(numbers), frozenset(words), logins)


def _names(table: sa.Table) -> list[sa.ColumnElement[str]]:
    return [table.c[one] for one in ("email", "given_name", "family_name", "github_login")]


def _is(
    column: sa.ColumnElement[str], table: sa.Table, team_id: str, slack_id: str
) -> sa.ColumnElement[bool]:
    return (table.c.team_id == team_id) & (column == slack_id)


def _addresses(connection: Connection, team_id: str, slack_id: str) -> set[str]:
    """Return the addresses by which somebody asked, or had somebody ask."""
    found = set[str]()
    for table, who in _ASKING:
        mine = _is(table.c[who], table, team_id, slack_id)
        found |= set(connection.scalars(sa.select(table.c[f"{who}_email"]).where(mine)))
    return {one for one in found if one}


def unfinished(connection: Connection, team_id: str, slack_id: str) -> Sequence[int]:
    """Return the requests about, by or for somebody of which something is still to come."""
    theirs = [one.where(one.selected_columns.who == slack_id) for one in _to_come(team_id)]
    return sorted({row.number for one in theirs for row in connection.execute(one)})


def _to_come(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    """Return who has a part in which request of which something is still to come."""
    alive = _REQUESTS.c.state.in_(ALIVE)
    asking = (_part(_REQUESTS, one, team_id).where(alive) for one in _PARTIES)
    about = _part(_REQUESTS, "subject", team_id)
    rings = _ALARMS.c.request_number == _REQUESTS.c.number
    return [
        *asking,
        about.join(_ALARMS, rings).where(_awaited(_REQUESTS)),
        about.where(_REQUESTS.c.state.in_(_LEFT), _in_doubt()),
    ]


def _part(table: sa.Table, column: str, team_id: str) -> sa.Select[tuple[str, int]]:
    who = table.c[column]
    query = sa.select(who.label("who"), table.c.number).select_from(table)
    return query.where(table.c.team_id == team_id, who.is_not(None))


def _awaited(request: sa.FromClause) -> sa.ColumnElement[bool]:
    """Tell whether an alarm is an end or a start, or an offboarding of which something is left."""
    left = request.c.state == RequestState.COMPLETED_WITH_ERRORS
    return _ALARMS.c.kind.in_(["end", "start"]) | ((_ALARMS.c.kind == "overdue") & left)


def _in_doubt() -> sa.ColumnElement[bool]:
    """Tell whether nobody knows what came of a step, and no later request made it good."""
    later, steps = _REQUESTS.alias(), _STEPS.alias()
    good = sa.exists().where(
        later.c.team_id == _REQUESTS.c.team_id,
        later.c.subject == _REQUESTS.c.subject,
        later.c.number > _REQUESTS.c.number,
        steps.c.request_number == later.c.number,
        steps.c.vendor == _STEPS.c.vendor,
        steps.c.state.in_([one.value for one in GOOD]),
    )
    mine = _STEPS.c.request_number == _REQUESTS.c.number
    return sa.exists().where(mine, _STEPS.c.state.in_(_DOUBTS), ~good)


def unfinished_batches(connection: Connection, team_id: str, slack_id: str) -> Sequence[int]:
    """Return the batches that somebody asked for or is in, and that have not ended."""
    theirs = [one.where(one.selected_columns.who == slack_id) for one in _batches_to_end(team_id)]
    return sorted({row.number for one in theirs for row in connection.execute(one)})


def _batches_to_end(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    """Return who asked for, or is in, which batch that has not ended."""
    asked = _part(_BATCHES, "requester", team_id).where(_BATCHES.c.state != "ended")
    inside = sa.select(_ROWS.c.subject.label("who"), _BATCHES.c.number).join_from(
        _ROWS, _BATCHES, _ROWS.c.batch_number == _BATCHES.c.number
    )
    mine = (_BATCHES.c.team_id == team_id) & (_BATCHES.c.state != "ended")
    return [asked, inside.where(mine, _ROWS.c.subject.is_not(None))]


def erase(connection: Connection, who: Traces, pseudonym: str) -> None:
    """Empty whatever names a person, and put ``pseudonym`` in the place of their id."""
    _of_batches(connection, who, pseudonym)
    _of_requests(connection, who, pseudonym)
    _of_asking(connection, who)
    key = sa.select(_PEOPLE.c.id).where(_is(_PEOPLE.c.slack_id, _PEOPLE, who.team_id, who.slack_id))
    connection.execute(sa.delete(_ACCOUNTS).where(_ACCOUNTS.c.person_id.in_(key)))
    connection.execute(
        sa.delete(_PEOPLE).where(_is(_PEOPLE.c.slack_id, _PEOPLE, who.team_id, who.slack_id))
    )
    for table, column in ((_T["message"], "channel"), (_T["dailyreader"], "place")):
        connection.execute(sa.delete(table).where(table.c[column] == who.slack_id))
    words = sweeping.pattern(who.words)
    for place in sweeping.search(connection, who.team_id, {who.slack_id: who.words})[who.slack_id]:
        sweeping.take_out(connection, who.team_id, place, words)


def _of_requests(connection: Connection, who: Traces, pseudonym: str) -> None:
    about = _is(_REQUESTS.c.subject, _REQUESTS, who.team_id, who.slack_id)
    steps = sa.select(_STEPS.c.id).where(_STEPS.c.request_number.in_(who.requests))
    words, decisions = _T["attestation"], _T["decision"]
    connection.execute(
        sa.update(words).where(words.c.step_id.in_(steps)).values(evidence=sweeping.ERASED)
    )
    connection.execute(
        sa.update(decisions).where(decisions.c.request_number.in_(who.requests)).values(reason="")
    )
    mine = _STEPS.c.request_number.in_(who.requests)
    given = sa.case((_STEPS.c.access == "", ""), else_="{}")
    emptied = {"planned": sweeping.ERASED, "detail": "", "changed": "", "risks": ""}
    connection.execute(sa.update(_STEPS).where(mine).values(access=given, **emptied))
    sweeping.sweep_rows(connection, _STEPS, who.requests, who.words | who.logins)
    connection.execute(sa.update(_REQUESTS).where(about).values(subject=pseudonym, **_NOBODY))


def _of_asking(connection: Connection, who: Traces) -> None:
    """Forget the addresses of somebody who asked; that they did stays, as in the audit trail."""
    for table, name in _ASKING:
        mine = _is(table.c[name], table, who.team_id, who.slack_id)
        connection.execute(sa.update(table).where(mine).values({f"{name}_email": None}))


def _of_batches(connection: Connection, who: Traces, pseudonym: str) -> None:
    known = (_ROWS.c.subject == who.slack_id) | _ROWS.c.request_number.in_(who.requests)
    theirs = known | _ROWS.c.id.in_(_lines(connection, who))
    numbers = sa.select(_ROWS.c.batch_number).where(theirs)
    connection.execute(sa.update(_BATCHES).where(_BATCHES.c.number.in_(numbers)).values(source=""))
    values = {"person": sweeping.ERASED, "github_login": "", "subject": pseudonym, "problem": None}
    connection.execute(sa.update(_ROWS).where(theirs).values(values))


def _lines(connection: Connection, who: Traces) -> list[int]:
    """Return the lines of batches that are an address of somebody's and led to nobody."""
    mine = sa.select(_BATCHES.c.number).where(_BATCHES.c.team_id == who.team_id)
    same = sa.or_(sa.false(), *(sweeping.has(connection, _ROWS.c.person, one) for one in who.words))
    query = sa.select(_ROWS.c.id, _ROWS.c.person).where(
        _ROWS.c.subject.is_(None), _ROWS.c.batch_number.in_(mine), same
    )
    words = {one.casefold() for one in who.words}
    return [key for key, text in connection.execute(query) if text.strip().casefold() in words]


def over(
    connection: Connection, team_id: str, before: int, limit: int, after: str = ""
) -> Sequence[str]:
    """Return people whose last request ended before ``before`` and who can be erased.

    At most ``limit``, in the order of their ids, and those after ``after`` alone.
    """
    subject = _REQUESTS.c.subject
    last = sa.func.max(sa.func.coalesce(_REQUESTS.c.ended_at, _REQUESTS.c.created_at))
    mine = (_REQUESTS.c.team_id == team_id) & ~subject.startswith(ERASED_PREFIX)
    held = sa.select(_HOLDS.c.slack_id.label("who")).where(_HOLDS.c.team_id == team_id)
    having = sa.select(_PEOPLE.c.slack_id.label("who")).join(
        _ACCOUNTS, _ACCOUNTS.c.person_id == _PEOPLE.c.id
    )
    stay = [held, having.where(_PEOPLE.c.team_id == team_id)]
    stay += [one.with_only_columns(one.selected_columns.who) for one in _needed(team_id)]
    quiet = sa.select(subject).where(mine, subject > after, *(subject.not_in(one) for one in stay))
    ordered = quiet.group_by(subject).having(last < before).order_by(subject)
    return connection.scalars(ordered.limit(limit)).all()


def _needed(team_id: str) -> list[sa.Select[tuple[str, int]]]:
    return [*_to_come(team_id), *_batches_to_end(team_id)]


def of_address(connection: Connection, team_id: str, email: str) -> Collection[str]:
    """Return the ids of whoever is kept with an address, however it is spelled."""
    wanted = email.casefold()
    found = set[str]()
    for table, who, column in _ADDRESSES:
        address = table.c[column]
        same = (table.c.team_id == team_id) & sweeping.has(connection, address, email)
        rows = connection.execute(sa.select(table.c[who], address).where(same))
        found |= {slack_id for slack_id, kept in rows if kept.casefold() == wanted}
    return found
