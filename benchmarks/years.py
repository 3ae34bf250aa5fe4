"""Many requests at once, as years of work would leave them: made by the database itself.

Every other request brings somebody on board; the one after it takes away what an earlier one gave.
Of what did not end well, most was made good by that later removal. What waits for a decision, what
is still in trouble and what is confidential are as many as people see to: they do not grow.
"""

import time
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from benchmarks.payloads import TEAM, member
from rules.terms import Stage, Terms
from storage.models import METADATA

MADE_EVERY = 60_000_000
"""Microseconds between two requests: a million of them are two years."""

APPROVER, OTHER = member(1), member(2)
"""Who asked for many of them and may decide, and who else may."""

_WAITING, _TROUBLED, _LATE = 40, 40, 10
_SECOND = 1_000_000

_NUMBERS = {
    "sqlite": "(WITH RECURSIVE made(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM made "
    "WHERE i < :many) SELECT i FROM made) AS made",
    "postgresql": "generate_series(CAST(1 AS bigint), :many) AS made(i)",
}
_WHO = "CASE WHEN i % 2 = 0 AND i > :lag THEN i - :lag + 1 ELSE i END"
_GOES = "i % 2 = 0 AND i > :lag"
_FAILED = "(i % 50 = 3 AND i < :many - :lag) OR i % (:many / :troubled) = 6"
_STATE = (
    "CASE WHEN i > :many - :waiting THEN 'pending' WHEN i % 20 = 1 THEN 'denied' "
    f"WHEN {_FAILED} THEN 'completed_with_errors' ELSE 'completed' END"
)
_WORDS = {"who": _WHO, "goes": _GOES, "failed": _FAILED, "state": _STATE}
_PEOPLE = """
INSERT INTO person (id, team_id, slack_id, email, given_name, family_name, updated_at)
SELECT i, :team, 'U0B' || (20000000 + i), 'member' || i || '@bench.example', 'Member', 'No ' || i, 0
FROM {numbers} WHERE NOT ({goes})"""
_REQUESTS = """
INSERT INTO request (number, ref, team_id, kind, state, version, requester, principal, subject,
  person_id, profile, reason, terms, confidential, policy_digest, created_at, expires_at, look_at,
  ended_at, batch, counted_at)
SELECT i, 'bench-' || i, :team, CASE WHEN {goes} THEN 'offboard' ELSE 'onboard' END, {state}, 3,
  CASE WHEN i % 10 = 0 THEN :approver ELSE 'U0B' || (10000003 + i % 500) END,
  CASE WHEN i % 25 = 7 THEN :approver END, 'U0B' || (20000000 + {who}), {who}, 'engineer',
  'A reason of some words, as people give it.', :terms, i % (:many / 10) = 9, :digest,
  :began + i * :every, :began + i * :every + :every, 0, :began + i * :every + :every / 2,
  CASE WHEN i % 50 < 10 AND i <= :many - :waiting THEN i / 50 + 1 END,
  CASE WHEN i % 50 >= 10 OR i > :many - :waiting THEN :began + i * :every END
FROM {numbers}"""
_STEPS = """
INSERT INTO step (ref, request_number, vendor, title, state, access, effect, planned, risks, detail,
  attempts, tries, updated_at)
SELECT 'bench-' || i || '-' || vendor, i, vendor, vendor,
  CASE WHEN vendor = 'axiom' AND ({failed}) THEN 'failed'
  WHEN i > :many - :waiting THEN 'waiting' ELSE 'done' END,
  '{{"role": "user"}}', 'create', 'Create the account with the role user.', '', '', 1, 1,
  :began + i * :every
FROM {numbers} CROSS JOIN (SELECT 'axiom' AS vendor UNION ALL SELECT 'axolo') AS vendors
ORDER BY 2"""
_MADE_GOOD = """
UPDATE step SET made_good_by = (SELECT max(later.number) FROM request AS later
  JOIN request AS mine ON mine.team_id = later.team_id AND mine.subject = later.subject
  JOIN step AS well ON well.request_number = later.number
  WHERE mine.number = step.request_number AND later.number > mine.number
    AND well.vendor = step.vendor AND well.state = 'done')
WHERE coalesce(state, '') = 'failed'"""
_DECISIONS = """
INSERT INTO decision (request_number, approver, verdict, reason, plan_digest, rule, at)
SELECT i, :other, CASE WHEN i % 20 = 1 THEN 'deny' ELSE 'approve' END, '', :digest, 'approval',
  :began + i * :every
FROM {numbers} WHERE i <= :many - :waiting"""
_ALARMS = """
INSERT INTO alarm (request_number, kind, due_at, began_at, turn, detail)
SELECT i, CASE WHEN i % (:many / :late) = 4 THEN 'overdue' ELSE 'end' END,
  :began + (:many + i) * :every, 0, 0, ''
FROM {numbers} WHERE i % (:many / :late) = 4 OR i % 40 = 1"""
_BATCHES = """
INSERT INTO batch (number, ref, team_id, requester, reason, source, state, verdict, terms,
  created_at, expires_at, look_at, asked_at, reminded, others)
SELECT i, 'bench-batch-' || i, :team, CASE WHEN i % 3 = 0 THEN :approver ELSE :other END, '', '',
  'ended', 'approved', :terms, :began, :began, 0, 0, 0, ''
FROM {numbers} WHERE i <= :many / 50"""
_ALL = (_PEOPLE, _REQUESTS, _STEPS, _MADE_GOOD, _DECISIONS, _ALARMS, _BATCHES)


def lag(many: int) -> int:
    """Return how many requests lie between what somebody was given and its removal."""
    return many // 10 * 2


def fill(engine: Engine, many: int) -> None:
    """Write ``many`` requests with all that belongs to them into a new database.

    The last of them was made just now.
    """
    with engine.begin() as connection:
        given = _given(many)
        words = {"numbers": _NUMBERS[connection.dialect.name], **_WORDS}
        for statement in _ALL:
            connection.execute(sa.text(statement.format(**words)), given)
        _count_anew(connection)
    if engine.dialect.name == "postgresql":
        _analyze(engine)


def _analyze(engine: Engine) -> None:
    """Do at once what PostgreSQL does by itself soon; nothing ever does it for SQLite."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _given(many: int) -> dict[str, object]:
    stages = (Stage("approval", "Approval", (APPROVER, OTHER), 1),)
    terms = Terms(
        ("approval",),
        stages,
        None,
        (),
        timedelta(hours=72),
        timedelta(hours=24),
        confidential=False,
    )
    return {
        "many": many,
        "lag": lag(many),
        "team": TEAM,
        "approver": APPROVER,
        "other": OTHER,
        "terms": terms.text(),
        "digest": terms.digest(),
        "every": MADE_EVERY,
        "began": int(time.time()) * _SECOND - many * MADE_EVERY,
        "waiting": _WAITING,
        "troubled": _TROUBLED,
        "late": _LATE,
    }


def _count_anew(connection: Connection) -> None:
    """Have PostgreSQL number what comes next behind what was numbered here."""
    if connection.dialect.name == "postgresql":
        for name in ("person", "request", "batch"):
            table = METADATA.tables[name]
            [key] = table.primary_key.columns
            sequence = sa.func.pg_get_serial_sequence(name, key.name)
            last = sa.select(sa.func.max(key)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, last)))
