"""Erasing a person: whatever names them is emptied, what happened and who decided it stays.

In their place stands a pseudonym that nobody can turn back. What is about somebody else whose data
is held is not touched. The audit trail is not touched: it
holds Slack ids of those who acted, codes and digests, so that it verifies as before.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import sweeping
from storage.models import METADATA

_T = METADATA.tables
_REQUESTS, _STEPS, _PEOPLE, _ACCOUNTS = _T["request"], _T["step"], _T["person"], _T["account"]
_BATCHES, _ROWS = _T["batch"], _T["batchrow"]
_ADDRESSES = (
    (_PEOPLE, "slack_id", "email"), (_REQUESTS, "subject", "email"),
    (_REQUESTS, "requester", "requester_email"), (_REQUESTS, "principal", "principal_email"),
    (_BATCHES, "requester", "requester_email"), (_BATCHES, "principal", "principal_email"),
)  # fmt: skip
_ASKING = tuple(
    (table, who) for table in (_REQUESTS, _BATCHES) for who in ("requester", "principal")
)
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
    lines: tuple[int, ...]
    """The lines of batches that are one of their addresses, and led to nobody."""


def traces(
    connection: Connection, team_id: str, slack_id: str, lines: tuple[int, ...] | None = None
) -> Traces | None:
    """Return what is kept of somebody; None where it is nothing.

    ``lines`` are those of batches, where they were looked for before: that takes its time.
    """
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
    if lines is None:
        lines = _lines(connection, team_id, words)
    return Traces(team_id, slack_id, tuple(numbers), frozenset(words), logins, lines)


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


def _lines(connection: Connection, team_id: str, words: Collection[str]) -> tuple[int, ...]:
    batches = sa.select(_BATCHES.c.number).where(_BATCHES.c.team_id == team_id)
    mine = _ROWS.c.subject.is_(None) & _ROWS.c.batch_number.in_(batches)
    same = sa.or_(sa.false(), *(sweeping.has(connection, _ROWS.c.person, one) for one in words))
    found = connection.execute(sa.select(_ROWS.c.id, _ROWS.c.person).where(mine, same))
    spelled = {one.casefold() for one in words}
    return tuple(key for key, text in found if text.strip().casefold() in spelled)


def erase(connection: Connection, who: Traces, pseudonym: str) -> bool:
    """Empty what is kept of a person alone, and put ``pseudonym`` in the place of their id.

    What others typed has to be taken out before (``storage.sweeping``): afterwards nobody knows the
    words. Return whether something was left that is about somebody whose data is held.
    """
    is_left = _of_batches(connection, who, pseudonym)
    _of_requests(connection, who, pseudonym)
    is_left |= _of_asking(connection, who)
    key = sa.select(_PEOPLE.c.id).where(_is(_PEOPLE.c.slack_id, _PEOPLE, who.team_id, who.slack_id))
    connection.execute(sa.delete(_ACCOUNTS).where(_ACCOUNTS.c.person_id.in_(key)))
    connection.execute(
        sa.delete(_PEOPLE).where(_is(_PEOPLE.c.slack_id, _PEOPLE, who.team_id, who.slack_id))
    )
    for table, column in ((_T["message"], "channel"), (_T["dailyreader"], "place")):
        free = ~sweeping.held(table, who.team_id)
        connection.execute(sa.delete(table).where(table.c[column] == who.slack_id, free))
    return is_left


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


def _of_asking(connection: Connection, who: Traces) -> bool:
    """Forget the addresses of somebody who asked; that they did stays, as in the audit trail."""
    is_left = False
    for table, name in _ASKING:
        known = table.c[f"{name}_email"].is_not(None)
        mine = _is(table.c[name], table, who.team_id, who.slack_id) & known
        held = sweeping.held(table, who.team_id)
        is_left |= _any(connection, table, mine & held)
        connection.execute(sa.update(table).where(mine, ~held).values({f"{name}_email": None}))
    return is_left


def _any(connection: Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> bool:
    return (
        connection.execute(sa.select(1).select_from(table).where(where).limit(1)).first()
        is not None
    )


def _of_batches(connection: Connection, who: Traces, pseudonym: str) -> bool:
    known = (_ROWS.c.subject == who.slack_id) | _ROWS.c.request_number.in_(who.requests)
    lines = _ROWS.c.id.in_(who.lines) & ~sweeping.held(_ROWS, who.team_id)
    numbers = sa.select(_ROWS.c.batch_number).where(known | _ROWS.c.id.in_(who.lines))
    theirs, held = _BATCHES.c.number.in_(numbers), sweeping.held(_BATCHES, who.team_id)
    is_left = _any(connection, _BATCHES, theirs & held & (_BATCHES.c.source != ""))
    connection.execute(sa.update(_BATCHES).where(theirs, ~held).values(source=""))
    values = {"person": sweeping.ERASED, "github_login": "", "subject": pseudonym, "problem": None}
    connection.execute(sa.update(_ROWS).where(known | lines).values(values))
    return is_left


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
