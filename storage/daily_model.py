"""The table of daily digests. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import numbered


class DailyReader(SQLModel, table=True):
    """Somebody who gets a digest, or a channel, and when the next one is due.

    ``next_at`` is when it is looked at, ``due_at`` when it should have come; ``tries`` are those
    that failed.
    """

    __table_args__ = (UniqueConstraint("team_id", "place"),)

    id: int | None = Field(default=None, sa_column=numbered())
    team_id: str
    place: str
    due_at: int = Field(sa_type=BigInteger)
    next_at: int = Field(sa_type=BigInteger, index=True)
    tries: int = 0
