"""The tables of batches: many people asked for at once, with one card and one decision.

Each person who can be asked for has an ordinary request, whose column ``batch`` says where it
belongs. Moments are as in ``storage.models``.
"""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BIG, numbered
from storage.conditions import FOR_ANOTHER, UNDECIDED_BATCH

_WAITING = text("state = 'pending'")


class Batch(SQLModel, table=True):
    """One ask about many people.

    ``source`` is what was pasted, ``file`` the id of an uploaded file. ``state`` is ``received``,
    ``reading``, ``pending``, ``decided`` or ``ended``; ``verdict`` what was decided: ``approved``,
    ``denied``, ``expired``, ``cancelled``, or ``refused`` where nothing could be asked.

    ``principal`` is the person on whose behalf the requester asks.

    ``asked_at`` is when the stage was asked that decides now, ``reminded`` how often it was
    reminded since. ``others`` are asked as well from ``others_at`` on, None where they never are
    or have been.
    """

    __table_args__ = (
        Index("batch_by_state", "state", "look_at"),
        Index("batch_by_requester", "team_id", "requester", "number"),
        Index("batch_by_principal", "team_id", "principal", "number",
              sqlite_where=FOR_ANOTHER, postgresql_where=FOR_ANOTHER),
        Index("batch_by_asker", "team_id", "requester", "created_at"),
        Index("batch_undecided", "team_id", "requester",
              sqlite_where=UNDECIDED_BATCH, postgresql_where=UNDECIDED_BATCH),
        Index("batch_waiting", "team_id", "number",
              sqlite_where=_WAITING, postgresql_where=_WAITING),
    )  # fmt: skip

    number: int | None = Field(default=None, sa_column=numbered())
    ref: str = Field(unique=True)
    team_id: str
    requester: str
    requester_email: str | None = None
    principal: str | None = None
    principal_email: str | None = None
    reason: str = ""
    source: str = Field(sa_type=Text)
    file: str | None = None
    state: str
    verdict: str = ""
    problem: str | None = None
    terms: str = Field(default="", sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(default=0, sa_type=BigInteger)
    look_at: int = Field(default=0, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    asked_at: int = Field(default=0, sa_type=BigInteger)
    reminded: int = 0
    others: str = ""
    others_at: int | None = Field(default=None, sa_type=BigInteger)


class BatchRow(SQLModel, table=True):
    """One line of a batch as it was written, and what became of it: a request, or a problem."""

    __table_args__ = (UniqueConstraint("batch_number", "line"),)

    id: int | None = Field(default=None, sa_column=numbered())
    batch_number: int = Field(foreign_key="batch.number", sa_type=BIG)
    line: int
    person: str
    github_login: str
    profile: str
    subject: str | None = None
    problem: str | None = None
    request_number: int | None = Field(default=None, sa_type=BIG)


class BatchDecision(SQLModel, table=True):
    """What one approver answered about a whole batch; each request gets it as its own.

    ``plan_digest`` is that of the plans of everybody who was in it; None before it was kept.
    """

    __table_args__ = (UniqueConstraint("batch_number", "approver"),)

    id: int | None = Field(default=None, sa_column=numbered())
    batch_number: int = Field(foreign_key="batch.number", sa_type=BIG)
    approver: str
    verdict: str
    reason: str = ""
    plan_digest: str | None = None
    rule: str
    at: int = Field(sa_type=BigInteger)


class BatchCall(SQLModel, table=True):
    """A step that is carried out with those of other people, until it has ended or is tried alone.

    ``step`` and ``call`` are references; ``call`` is empty until it is settled who goes together.
    """

    __table_args__ = (Index("batchcall_of", "call"), Index("batchcall_loose", "batch_number"))

    step: str = Field(primary_key=True)
    batch_number: int = Field(foreign_key="batch.number", sa_type=BIG)
    vendor: str
    call: str = ""


class BatchMessage(SQLModel, table=True):
    """A Slack message that shows a batch: ``shown`` is the digest of what it shows.

    ``kind`` is ``card``, ``answer`` (to the requester) or ``result`` (the file at the end); to
    others it is followed by whom: ``answer.U…`` to the one on whose behalf it is asked.
    ``is_final``: it will never look otherwise.
    """

    __table_args__ = (
        UniqueConstraint("batch_number", "kind"),
        Index("batchmessage_due", "is_final", "next_at"),
    )

    id: int | None = Field(default=None, sa_column=numbered())
    batch_number: int = Field(foreign_key="batch.number", sa_type=BIG)
    kind: str
    channel: str
    posted_in: str | None = None
    ts: str | None = None
    shown: str = ""
    is_final: bool = False
    next_at: int = Field(default=0, sa_type=BigInteger)
    tries: int = 0
