"""The table of what a vendor accepted and does not show. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, Column, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel


def _key() -> Column[int]:
    number = BigInteger().with_variant(Integer(), "sqlite")
    return Column(number, primary_key=True, autoincrement=True)


class Receipt(SQLModel, table=True):
    """What was accepted for somebody, as a run from the command line sent it.

    ``subject`` and ``content`` are digests of whom it was about and of what they were to have: the
    row names nobody. ``source`` says which file it stood in, and ``at`` when the run began.
    """

    __table_args__ = (UniqueConstraint("vendor", "subject"),)

    id: int | None = Field(default=None, sa_column=_key())
    vendor: str
    subject: str
    content: str
    source: str
    at: int = Field(sa_type=BigInteger)
