"""The tables of people and requests; others stand in modules of their own (``storage.tables``).

The schema is declared here with SQLModel and made by the migrations beside it. Times are UTC, in
microseconds since the epoch: integers compare alike in SQLite and PostgreSQL, and the clock of the
application, never that of a database driver, gives them. Names, e-mail addresses and reasons live
in ``person`` and ``request`` alone, and the text of an invitation that somebody wrote in the form
in ``request`` and ``step``; an audit event holds none, so that a person can be erased.
"""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, column
from sqlmodel import Field, SQLModel

from storage import tables  # noqa: F401 - for the metadata
from storage.columns import BIG, numbered
from storage.conditions import (
    COUNTED,
    FOR_ANOTHER,
    OPEN,
    did_not_end_well,
    is_on_board,
    is_undecided,
    still_in_trouble,
)

_STATE = column("state", Text)
_ON_BOARD = is_on_board(column("kind", Text), _STATE)
_UNDECIDED = is_undecided(_STATE, column("counted_at", BigInteger))
_FAILED = did_not_end_well(_STATE)
_IN_TROUBLE = still_in_trouble(_STATE, column("made_good_by", BigInteger))
_IS_STOPPED = column("stopped_at", BigInteger).is_not(None)


class Person(SQLModel, table=True):
    """Somebody a request was about, as the last request that was approved identifies them."""

    __table_args__ = (UniqueConstraint("team_id", "slack_id"),)

    id: int | None = Field(default=None, sa_column=numbered())
    team_id: str
    slack_id: str
    email: str
    given_name: str
    family_name: str
    github_login: str | None = None
    github_id: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class Request(SQLModel, table=True):
    """One ask. ``ref`` is what buttons carry: opaque, unguessable, meaning nothing by itself.

    ``email``, the names, ``github_login`` and ``github_id`` are what the vendors are told of the
    person: as the plan was made with, whatever else is remembered of that person later on.

    ``changes_from`` is the profile that somebody on board has until then.

    ``accesses`` are those that are asked for in place of the profile's: a JSON object of vendors.

    ``starts_wall`` and ``until_wall`` are when the access starts and ends (an offboarding: when it
    starts), as the clocks of ``zone`` show it (``rules.moments``); ``starts_at`` and ``until_at``
    are the instants. ``origin`` is the request that this one follows from: an onboarding extends
    what it gave, an offboarding carries out its end. ``taken_by`` sees to what is overdue.
    ``batch`` is the batch that it was asked in, which has the one card and the one decision.
    ``principal`` is the person on whose behalf the requester asks. ``counted_at`` is when it
    counted towards what the requester may ask for; None where they did not ask for it by itself.

    ``terms`` are what the policy asked of it when the question was put, as canonical JSON
    (``rules.terms``), and ``policy_digest`` is their SHA-256.
    """

    __table_args__ = (
        Index("request_open_subject", "team_id", "subject", unique=True,
              sqlite_where=OPEN, postgresql_where=OPEN),
        Index("request_by_subject", "team_id", "subject", "number"),
        Index("request_by_requester", "team_id", "requester", "number"),
        Index("request_by_principal", "team_id", "principal", "number",
              sqlite_where=FOR_ANOTHER, postgresql_where=FOR_ANOTHER),
        Index("request_by_state", "state", "number"),
        Index("request_by_time", "created_at"),
        Index("request_by_batch", "batch", "number"),
        Index("request_counted", "team_id", "requester", "counted_at",
              sqlite_where=COUNTED, postgresql_where=COUNTED),
        Index("request_undecided", "team_id", "requester",
              sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
        Index("request_on_board", "team_id", "number",
              sqlite_where=_ON_BOARD, postgresql_where=_ON_BOARD),
    )  # fmt: skip

    number: int | None = Field(default=None, sa_column=numbered())
    ref: str = Field(unique=True)
    team_id: str
    kind: str
    state: str
    version: int = 0
    requester: str
    requester_email: str | None = None
    principal: str | None = None
    principal_email: str | None = None
    subject: str
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BIG)
    email: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    github_login: str | None = None
    github_id: int | None = Field(default=None, sa_type=BigInteger)
    profile: str
    changes_from: str = Field(default="", sa_column_kwargs={"server_default": ""})
    accesses: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    reason: str = ""
    asked_in: str | None = None
    terms: str = Field(sa_type=Text)
    confidential: bool = False
    policy_digest: str
    plan_digest: str | None = None
    problem: str | None = None
    zone: str | None = None
    starts_wall: str | None = None
    starts_at: int | None = Field(default=None, sa_type=BigInteger)
    until_wall: str | None = None
    until_at: int | None = Field(default=None, sa_type=BigInteger)
    origin: int | None = Field(default=None, sa_type=BIG)
    taken_by: str | None = None
    batch: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    counted_at: int | None = Field(default=None, sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)
    look_at: int = Field(default=0, sa_type=BigInteger)
    decided_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)


class Step(SQLModel, table=True):
    """One vendor's part of a request: what was planned, and how it stands.

    ``changed`` says where the access differs from the profile's, as the form changed it.

    ``expires_at`` is when an invitation ends. ``hands`` are the ids, between spaces, of those who
    do by hand what the vendor's calls cannot, and ``handed_to`` is who has it now.

    ``unsettled_at`` is when something was last written that may have arrived, in microseconds; None
    where nothing was, or where its end is known.

    ``made_good_by`` is a later request about the same person that ended well at this vendor and
    stays so; None where there is none, or where it ended before this step did, or this one has
    moved since.

    ``stopped_at`` is since when it waits for its vendor, which refuses the credential (``storage.
    stops``); None where it does not.
    """

    __table_args__ = (
        UniqueConstraint("request_number", "vendor"),
        Index("step_by_state", "state", "updated_at"),
        Index("step_by_vendor", "vendor", "request_number"),
        Index("step_in_trouble", "request_number",
              sqlite_where=_FAILED, postgresql_where=_FAILED),
        Index("step_still_in_trouble", "request_number",
              sqlite_where=_IN_TROUBLE, postgresql_where=_IN_TROUBLE),
        Index("step_stopped", "vendor", "stopped_at",
              sqlite_where=_IS_STOPPED, postgresql_where=_IS_STOPPED),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=numbered())
    ref: str = Field(unique=True)
    request_number: int = Field(foreign_key="request.number", sa_type=BIG)
    vendor: str
    title: str
    state: str
    access: str
    effect: str
    planned: str
    before: str | None = None
    after: str | None = None
    risks: str = ""
    changed: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    detail: str = ""
    problem: str | None = None
    attempts: int = 0
    tries: int = 0
    next_at: int | None = Field(default=None, sa_type=BigInteger)
    expires_at: int | None = Field(default=None, sa_type=BigInteger)
    hands: str = Field(default="", sa_column_kwargs={"server_default": ""})
    handed_to: str | None = None
    unsettled_at: int | None = Field(default=None, sa_type=BigInteger)
    made_good_by: int | None = Field(default=None, sa_type=BigInteger)
    stopped_at: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class Attestation(SQLModel, table=True):
    """What a person says they did by hand for a step, and how that can be seen."""

    id: int | None = Field(default=None, sa_column=numbered())
    step_id: int = Field(foreign_key="step.id", sa_type=BIG, unique=True)
    by: str
    evidence: str
    rule: str
    at: int = Field(sa_type=BigInteger)


class Decision(SQLModel, table=True):
    """What one approver answered, bound to the plan that they saw."""

    __table_args__ = (UniqueConstraint("request_number", "approver"),)

    id: int | None = Field(default=None, sa_column=numbered())
    request_number: int = Field(foreign_key="request.number", sa_type=BIG)
    approver: str
    verdict: str
    reason: str = ""
    plan_digest: str
    rule: str
    at: int = Field(sa_type=BigInteger)


class Account(SQLModel, table=True):
    """What a person has at one vendor, as far as we were told or saw."""

    __table_args__ = (UniqueConstraint("person_id", "vendor"),)

    id: int | None = Field(default=None, sa_column=numbered())
    person_id: int = Field(foreign_key="person.id", sa_type=BIG)
    vendor: str
    vendor_id: str | None = None
    access: str
    state: str
    updated_at: int = Field(sa_type=BigInteger)


METADATA = SQLModel.metadata
"""Every table: those above, and those of ``storage.tables``."""
