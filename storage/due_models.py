"""The tables of what is to be done about a request when its time comes.

Messages are to be drawn, alarms ring, and invitations are looked up: each row says when it is due.
Moments are as in ``storage.models``.
"""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, column, text
from sqlmodel import Field, SQLModel

from storage.columns import BIG, numbered
from storage.conditions import is_overdue, is_to_come

_KIND = column("kind", Text)
_COMING, _OVERDUE = is_to_come(_KIND), is_overdue(_KIND)


class Message(SQLModel, table=True):
    """A Slack message that shows a request: ``shown`` runs after ``wanted`` until they meet.

    ``kind`` is ``card``, ``thread`` (its revisions are audit numbers), ``answer`` (seen by the
    requester alone, where they asked), ``outcome`` (a direct message), ``notice`` (what everybody
    may read of a confidential request) or ``task`` (another, to
    whoever has to do something by hand). ``channel`` may be a person; ``posted_in`` is the
    conversation that Slack made of it.
    """

    __table_args__ = (
        UniqueConstraint("request_number", "kind", "channel"),
        Index("message_due", "next_at", sqlite_where=text("shown < wanted"),
              postgresql_where=text("shown < wanted")),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=numbered())
    request_number: int = Field(foreign_key="request.number", sa_type=BIG)
    kind: str
    channel: str
    posted_in: str | None = None
    ts: str | None = None
    wanted: int = Field(default=1, sa_type=BigInteger)
    shown: int = Field(default=0, sa_type=BigInteger)
    tries: int = 0
    next_at: int = Field(default=0, sa_type=BigInteger)
    problem: str | None = None


class Alarm(SQLModel, table=True):
    """Something to be done about a request when its time comes; the row is all there is of it.

    ``kind`` is ``start``, ``end``, ``notice``, ``remind``, ``escalate`` or ``overdue``. ``turn``
    counts what happened already, ``began_at`` is the instant that the next turn is reckoned from,
    and ``detail`` what was settled when the alarm was set.
    """

    __table_args__ = (
        UniqueConstraint("request_number", "kind"),
        Index("alarm_to_come", "due_at", "request_number",
              sqlite_where=_COMING, postgresql_where=_COMING),
        Index("alarm_of_overdue", "request_number", "kind",
              sqlite_where=_OVERDUE, postgresql_where=_OVERDUE),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=numbered())
    request_number: int = Field(foreign_key="request.number", sa_type=BIG)
    kind: str
    due_at: int = Field(sa_type=BigInteger, index=True)
    began_at: int = Field(sa_type=BigInteger)
    turn: int = 0
    detail: str = ""


class Invitation(SQLModel, table=True):
    """The invitation of a step, followed until the person has accepted it or it is over.

    ``look_at`` is when it is looked up next, None where nobody looks any more; ``looks`` are those
    since ``mailed_at``, and ``unseen`` those in a row that found nothing. ``nudge_at`` is when the
    person is reminded; ``resend_by`` who asked that it be mailed again, ``tries`` how often it
    could not be.
    """

    __table_args__ = (
        Index("invitation_due", "look_at", sqlite_where=text("look_at IS NOT NULL"),
              postgresql_where=text("look_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=numbered())
    step_id: int = Field(foreign_key="step.id", sa_type=BIG, unique=True)
    look_at: int | None = Field(default=None, sa_type=BigInteger)
    looks: int = 0
    unseen: int = 0
    mailed_at: int = Field(sa_type=BigInteger)
    nudge_at: int | None = Field(default=None, sa_type=BigInteger)
    resend_by: str | None = None
    tries: int = 0
