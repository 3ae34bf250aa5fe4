"""Taking words out of every text that is kept, wherever somebody may have typed them.

The audit trail is left alone: it holds no such words, and nobody can change it.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA

ERASED: Final = "(erased)"
"""What stands in the place of a word that was taken out."""

_TRAIL = {"auditevent", "auditlink", "auditanchor"}
_FREE = ("before", "after")


def sweep(connection: Connection, words: Collection[str]) -> None:
    """Take ``words`` out of every text of every table, however they are cased."""
    for table in METADATA.sorted_tables:
        if table.name not in _TRAIL:
            _sweep(connection, table, _texts(table), words, sa.true())


def sweep_rows(
    connection: Connection, steps: sa.Table, requests: Sequence[int], words: Collection[str]
) -> None:
    """Take ``words`` out of what the steps of some requests say of an access."""
    mine = steps.c.request_number.in_(requests)
    _sweep(connection, steps, [steps.c[name] for name in _FREE], words, mine)


def _texts(table: sa.Table) -> list[sa.Column[str]]:
    keys = set(table.primary_key.columns)
    return [one for one in table.columns if _is_text(one.type) and one not in keys]


def _is_text(kind: sa.types.TypeEngine[str]) -> bool:
    """Tell whether a column holds text; SQLModel wraps the type of most of them."""
    inner = kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind
    return isinstance(inner, sa.String)


def _sweep(
    connection: Connection,
    table: sa.Table,
    texts: Sequence[sa.Column[str]],
    words: Collection[str],
    where: sa.ColumnElement[bool],
) -> None:
    keys = list(table.primary_key.columns)
    for column in texts:
        found = sa.select(*keys, column).where(where, _has(column, words))
        for *key, text in connection.execute(found).all():
            mine = [one == value for one, value in zip(keys, key, strict=True)]
            emptied = {column.name: _without(text, words)}
            connection.execute(sa.update(table).where(*mine).values(emptied))


def _has(column: sa.Column[str], words: Collection[str]) -> sa.ColumnElement[bool]:
    """Tell whether a text has any of ``words``; SQLite knows the case of plain letters only."""
    same = [column.contains(one, autoescape=True) for one in words]
    cased = [sa.func.lower(column).contains(one.lower(), autoescape=True) for one in words]
    return sa.or_(sa.false(), *same, *cased)


def _without(text: str, words: Collection[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), ERASED, text, flags=re.IGNORECASE)
