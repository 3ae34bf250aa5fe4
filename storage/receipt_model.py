"""The table of what a vendor accepted and does not show. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import numbered


class Receipt(SQLModel, table=True):
    """What was accepted for somebody, as a run from the command line sent it.

    ``subject`` and ``content`` are digests of whom it was about and of what they were to have: the
    row names nobody. ``source`` says which file it stood in, and ``at`` when the run began.
    """

    __table_args__ = (UniqueConstraint("vendor", "subject"),)

    id: int | None = Field(default=None, sa_column=numbered())
    vendor: str
    subject: str
    content: str
    source: str
    at: int = Field(sa_type=BigInteger)
