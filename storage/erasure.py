"""Erasing a person: whatever names them is emptied, what happened and who decided it stays.

In their place stands a pseudonym that nobody can turn back. The audit trail is not touched: it
holds Slack ids of those who acted, codes and digests, so that it verifies as before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import ALIVE, RequestState
from rules.values import ERASED_PREFIX
from storage import sweeping
from storage.models import METADATA

_T = METADATA.tables
_REQUESTS, _STEPS, _PEOPLE, _ACCOUNTS = _T["request"], _T["step"], _T["person"], _T["account"]
_ALARMS, _BATCHES, _ROWS, _HOLDS = _T["alarm"], _T["batch"], _T["batchrow"], _T["hold"]
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
    columns = (_REQUESTS.c.subject, _REQUESTS.c.requester, _REQUESTS.c.principal)
    theirs = sa.or_(*(one == slack_id for one in columns)) & (_REQUESTS.c.team_id == team_id)
    rings = sa.exists().where(_ALARMS.c.request_number == _REQUESTS.c.number, _awaited(_REQUESTS))
    about = (_REQUESTS.c.subject == slack_id) & rings
    wanted = theirs & (_REQUESTS.c.state.in_(ALIVE) | about)
    return connection.scalars(sa.select(_REQUESTS.c.number).where(wanted)).all()


def _awaited(request: sa.FromClause) -> sa.ColumnElement[bool]:
    """Tell whether an alarm is an end or a start, or an offboarding of which something is left."""
    left = request.c.state == RequestState.COMPLETED_WITH_ERRORS
    return _ALARMS.c.kind.in_(["end", "start"]) | ((_ALARMS.c.kind == "overdue") & left)


def unfinished_batches(connection: Connection, team_id: str, slack_id: str) -> Sequence[int]:
    """Return the batches that somebody asked for or is in, and that have not ended."""
    same = _ROWS.c.batch_number == _BATCHES.c.number
    inside = sa.exists().where(same, _ROWS.c.subject == slack_id)
    theirs = (_BATCHES.c.requester == slack_id) | inside
    wanted = theirs & (_BATCHES.c.team_id == team_id) & (_BATCHES.c.state != "ended")
    return connection.scalars(sa.select(_BATCHES.c.number).where(wanted)).all()


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


def over(connection: Connection, team_id: str, before: int, limit: int) -> Sequence[str]:
    """Return people whose last request ended before ``before`` and who have nothing any more."""
    last = sa.func.max(sa.func.coalesce(_REQUESTS.c.ended_at, _REQUESTS.c.created_at))
    mine = (_REQUESTS.c.team_id == team_id) & ~_REQUESTS.c.subject.startswith(ERASED_PREFIX)
    quiet = sa.select(_REQUESTS.c.subject).where(mine).group_by(_REQUESTS.c.subject)
    subject = quiet.having(last < before).subquery().c.subject
    about = _REQUESTS.alias()
    theirs = (about.c.team_id == team_id) & (about.c.subject == subject)
    awaited = (_ALARMS.c.request_number == about.c.number) & _awaited(about)
    known = (_PEOPLE.c.team_id == team_id) & (_PEOPLE.c.slack_id == subject)
    needed = (
        sa.exists().where(_HOLDS.c.team_id == team_id, _HOLDS.c.slack_id == subject),
        sa.exists().where(theirs, awaited),
        sa.exists().where(theirs, about.c.state.in_(ALIVE)),
        sa.exists().where(known, _ACCOUNTS.c.person_id == _PEOPLE.c.id),
    )
    return connection.scalars(
        sa.select(subject).where(*(~one for one in needed)).limit(limit)
    ).all()


def of_address(connection: Connection, team_id: str, email: str) -> Collection[str]:
    """Return the ids of whoever is kept with an address, however it is spelled."""
    wanted = email.casefold()
    found = set[str]()
    for table, who, column in (
        (_PEOPLE, "slack_id", "email"),
        (_REQUESTS, "subject", "email"),
        (_REQUESTS, "requester", "requester_email"),
    ):
        same = (table.c.team_id == team_id) & (sa.func.lower(table.c[column]) == wanted)
        found |= set(connection.scalars(sa.select(table.c[who]).where(same)))
    return found
