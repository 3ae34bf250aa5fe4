"""The table of the pause. Moments are as in ``storage.models``."""

from sqlalchemy import BigInteger, Column, Integer
from sqlmodel import Field, SQLModel


class Pause(SQLModel, table=True):
    """Whether Aboard waits for an operator, and what tells a copy of the database; one row.

    ``since`` is None where Aboard works. ``why`` is a word of ``storage.pauses``; ``told_at`` is
    when the channel of the cards was told, and nobody else tries to before ``tell_at``. ``place``
    is where the server keeps the database, as it was at the last start. ``anchor`` is the one
    outside that the last resume has accepted. ``restored_at`` is the end of what the last copy knew
    that was resumed, at ``resumed_at``.
    """

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    since: int | None = Field(default=None, sa_type=BigInteger)
    why: str = ""
    told_at: int | None = Field(default=None, sa_type=BigInteger)
    tell_at: int | None = Field(default=None, sa_type=BigInteger)
    place: str = ""
    anchor: str = ""
    restored_at: int | None = Field(default=None, sa_type=BigInteger)
    resumed_at: int | None = Field(default=None, sa_type=BigInteger)
