"""The tables that make the audit trail evidence: the links of its chain, and its anchors."""

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field, SQLModel

_BIG = BigInteger().with_variant(Integer(), "sqlite")


def _given() -> Column[int]:
    return Column(_BIG, primary_key=True, autoincrement=False)


class AuditLink(SQLModel, table=True):
    """The seal of one audit event; never changed, never removed.

    ``position`` counts without a gap in the order of commits; ``seq`` may have gaps. ``hash`` is
    hexadecimal (``storage.links``), and ``key_id`` names the key it was made with, empty for none.
    """

    position: int = Field(sa_column=_given())
    seq: int = Field(foreign_key="auditevent.seq", sa_type=_BIG, unique=True)
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
