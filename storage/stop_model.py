"""The table of vendors that refuse the credential. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class VendorStop(SQLModel, table=True):
    """A vendor that refuses, or has refused, the credential; it has one row.

    ``since`` is when it was stopped, None where it is called again, from ``opened_at`` on.
    ``probe`` is the step that may call it meanwhile, and ``probe_at`` when another one may.
    ``told`` is the ``since`` of the stop that people know of, None where they know of none; nobody
    else tells them before ``tell_at``.
    """

    vendor: str = Field(primary_key=True)
    title: str
    since: int | None = Field(default=None, sa_type=BigInteger)
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    probe: str | None = None
    probe_at: int = Field(sa_type=BigInteger)
    told: int | None = Field(default=None, sa_type=BigInteger)
    tell_at: int = Field(default=0, sa_type=BigInteger)
