"""The tables of what waits for anchors to arrive. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, Column, Integer
from sqlmodel import Field, SQLModel


class Unanchored(SQLModel, table=True):
    """Since when no place outside takes an anchor, and who was told; one row.

    ``since`` is None where every anchor has got somewhere; ``position`` is then None as well, and
    otherwise that of the oldest one that waits. ``told_at`` is when the channel of the cards was
    told that nothing is given, None again once it was told that this goes on; nobody else tries to
    tell before ``tell_at``.
    """

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    since: int | None = Field(default=None, sa_type=BigInteger)
    position: int | None = Field(default=None, sa_type=BigInteger)
    told_at: int | None = Field(default=None, sa_type=BigInteger)
    tell_at: int | None = Field(default=None, sa_type=BigInteger)


class KeptBack(SQLModel, table=True):
    """A step, by its reference, that would give an access and waits for an anchor to arrive."""

    __tablename__ = "keptback"

    step: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
