"""The tables of the audit trail: its events, and what makes them evidence, links and anchors.

Moments are as in ``storage.models``.
"""

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from storage.columns import BIG, numbered


def _given() -> Column[int]:
    return Column(BIG, primary_key=True, autoincrement=False)


class AuditEvent(SQLModel, table=True):
    """One fact, appended in the transaction that made it true; never changed, never removed."""

    __table_args__ = (Index("audit_by_request", "request_number", "seq"),)

    seq: int | None = Field(default=None, sa_column=numbered())
    code: str
    at: int = Field(sa_type=BigInteger)
    actor: str
    request_number: int | None = Field(default=None, sa_type=BIG)
    vendor: str | None = None
    outcome: str
    rule: str | None = None
    plan_digest: str | None = None
    policy_digest: str | None = None
    detail: str = Field(default="", sa_type=Text)


class AuditLink(SQLModel, table=True):
    """The seal of one audit event; never changed, never removed.

    ``position`` counts without a gap in the order of commits; ``seq`` may have gaps. ``hash`` is
    hexadecimal (``storage.links``), and ``key_id`` names the key it was made with, empty for none.
    """

    position: int = Field(sa_column=_given())
    seq: int = Field(foreign_key="auditevent.seq", sa_type=BIG, unique=True)
    key_id: str = ""
    hash: str


class AuditAnchor(SQLModel, table=True):
    """A place of the chain that is written down elsewhere, and whether that has happened yet.

    ``line`` is what leaves, as it leaves. The row is only what is to be done: the evidence is the
    copy outside.
    """

    position: int = Field(sa_column=_given())
    at: int = Field(sa_type=BigInteger)
    line: str = Field(sa_type=Text)
    filed_at: int | None = Field(default=None, sa_type=BigInteger)
    posted_at: int | None = Field(default=None, sa_type=BigInteger)
