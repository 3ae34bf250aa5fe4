"""The table of deliveries from Slack. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from storage.columns import BIG


class Inbox(SQLModel, table=True):
    """A delivery from Slack that had its effect: the same delivery has none a second time."""

    key: str = Field(primary_key=True)
    request_number: int | None = Field(default=None, sa_type=BIG)
    at: int = Field(sa_type=BigInteger, index=True)
