"""The table of legal holds. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import numbered


class Hold(SQLModel, table=True):
    """Somebody whose data has to stay, and why, until the hold is lifted."""

    __table_args__ = (UniqueConstraint("team_id", "slack_id"),)

    id: int | None = Field(default=None, sa_column=numbered())
    team_id: str
    slack_id: str
    reason: str
    at: int = Field(sa_type=BigInteger)
