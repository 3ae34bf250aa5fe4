"""Taking words out of every text that is kept, wherever somebody may have typed them.

The audit trail is left alone: it holds no such words, and nobody can change it. So is whatever is
about somebody whose data is held, and what another person is known by: an address within another
one is somebody else.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from storage.models import METADATA

ERASED: Final = "(erased)"
"""What stands in the place of a word that was taken out."""

_TRAIL = {"auditevent", "auditlink", "auditanchor"}
_FREE = ("before", "after")
_KNOWN_BY = {"email", "given_name", "family_name", "github_login", "person"}
_OURS = {
    "ref", "team_id", "kind", "state", "verdict", "vendor", "effect", "profile", "changes_from",
    "terms", "plan_digest", "policy_digest", "zone", "starts_wall", "until_wall", "ts",
}  # fmt: skip
"""Columns that nobody types into; ``terms`` has to keep its digest."""

_NEW_LINE = r"(?<=\\[nrt])"
"""What a new line within JSON ends with; its letter is no part of the word that follows."""

_AROUND_ADDRESS = rf"(?:(?<![\w.+%-])|{_NEW_LINE})", r"(?![\w-]|\.\w)"
_AROUND_NAME = rf"(?:(?<!\w)|{_NEW_LINE})", r"(?!\w)"
_AT_ONCE = 100
"""So many words a query: SQLite nests an expression a thousand deep at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row that has a word in one of its texts. ``held``: it has to stay as it is."""

    table: str
    key: tuple[object, ...]
    held: bool


def pattern(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds ``words`` where they stand by themselves, however they are cased."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest)) or r"(?!)", re.IGNORECASE)


def _bounded(word: str) -> str:
    before, after = _AROUND_ADDRESS if "@" in word else _AROUND_NAME
    return f"{before}{re.escape(word)}{after}"


def has(connection: Connection, text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Tell whether a text may have ``word``, however both are cased; it may be a false alarm.

    SQLite knows the case of plain letters only: any other letter may be anything here.
    """
    loose = re.sub(r"[^\x00-\x7f]+", "%", re.sub(r"([\\%_])", r"\\\1", word))
    alike = text.like if connection.dialect.name == "sqlite" else text.ilike
    return alike(f"%{loose}%", escape="\\")


def search(
    connection: Connection, team_id: str, words: Mapping[str, Collection[str]]
) -> dict[str, list[Place]]:
    """Return where ``words`` stand, under the name they are given with. Nothing is written."""
    found: dict[str, list[Place]] = {name: [] for name in words}
    patterns = {name: pattern(mine) for name, mine in words.items()}
    every = sorted({one for mine in words.values() for one in mine})
    for table in METADATA.sorted_tables:
        places = dict(_alike(connection, table, team_id, every))
        for name, one in patterns.items():
            found[name] += [place for place, text in places.items() if one.search(text)]
    return found


def take_out(connection: Connection, team_id: str, place: Place, words: re.Pattern[str]) -> None:
    """Take words out of a row as it is now, unless it is held."""
    table = METADATA.tables[place.table]
    keys = zip(table.primary_key.columns, place.key, strict=True)
    mine = sa.and_(*(column == value for column, value in keys))
    _empty(connection, table, _texts(table), mine & ~held(table, team_id), words)


def sweep_rows(
    connection: Connection, steps: sa.Table, requests: Sequence[int], words: Collection[str]
) -> None:
    """Take ``words`` out of what the steps of some requests say of an access."""
    mine, free = steps.c.request_number.in_(requests), [steps.c[name] for name in _FREE]
    _empty(connection, steps, free, mine, pattern(words))


def held(table: sa.Table, team_id: str) -> sa.ColumnElement[bool]:
    """Tell whether a row is about somebody whose data is held, or in a batch with them."""
    holds, rows = METADATA.tables["hold"], METADATA.tables["batchrow"]
    people = sa.select(holds.c.slack_id).where(holds.c.team_id == team_id)
    match table.name:
        case "hold":
            return sa.true()
        case "request":
            return table.c.subject.in_(people)
        case "person":
            return table.c.slack_id.in_(people)
        case "batch":
            return table.c.number.in_(
                sa.select(rows.c.batch_number).where(rows.c.subject.in_(people))
            )
        case _:
            return sa.or_(sa.false(), *_of_parents(table, team_id, held))


def _of_team(table: sa.Table, team_id: str) -> sa.ColumnElement[bool]:
    """Tell whether a row is of a workspace; what is of none is everybody's."""
    if "team_id" in table.c:
        return table.c.team_id == team_id
    return sa.and_(sa.true(), *_of_parents(table, team_id, _of_team))


def _of_parents(
    table: sa.Table, team_id: str, tell: Callable[[sa.Table, str], sa.ColumnElement[bool]]
) -> Iterator[sa.ColumnElement[bool]]:
    for key in table.foreign_keys:
        parents = sa.select(key.column).where(tell(key.column.table, team_id))
        yield key.parent.in_(parents)


def _texts(table: sa.Table) -> list[sa.Column[str]]:
    keys = set(table.primary_key.columns)
    texts = [one for one in table.columns if _is_text(one.type) and one not in keys]
    return [one for one in texts if not _is_known_by(one) and one.name not in _OURS]


def _is_text(kind: sa.types.TypeEngine[str]) -> bool:
    """Tell whether a column holds text; SQLModel wraps the type of most of them."""
    inner = kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind
    return isinstance(inner, sa.String)


def _is_known_by(column: sa.Column[str]) -> bool:
    return column.name in _KNOWN_BY or column.name.endswith("_email")


def _alike(
    connection: Connection, table: sa.Table, team_id: str, words: Sequence[str]
) -> Iterator[tuple[Place, str]]:
    """Yield the rows that may have one of ``words``, each with its texts, one a line."""
    texts, keys = _texts(table), list(table.primary_key.columns)
    if table.name in _TRAIL or not texts:
        return
    whole: sa.ColumnElement[str] = sa.literal("", sa.String)
    for column in texts:
        whole = whole.concat(sa.func.coalesce(column, "")).concat("\n")
    query = sa.select(*keys, whole, held(table, team_id)).where(_of_team(table, team_id))
    for first in range(0, len(words), _AT_ONCE):
        some = (has(connection, whole, one) for one in words[first : first + _AT_ONCE])
        for *key, text, stays in connection.execute(query.where(sa.or_(*some))):
            yield Place(table.name, tuple(key), bool(stays)), text


def _empty(
    connection: Connection,
    table: sa.Table,
    texts: Sequence[sa.Column[str]],
    where: sa.ColumnElement[bool],
    words: re.Pattern[str],
) -> None:
    keys = list(table.primary_key.columns)
    for row in connection.execute(sa.select(*keys, *texts).where(where).with_for_update()).all():
        emptied = _emptied(row, texts, words)
        if emptied:
            mine = [one == value for one, value in zip(keys, row, strict=False)]
            connection.execute(sa.update(table).where(*mine).values(emptied))


def _emptied(
    row: Row[Any], texts: Sequence[sa.Column[str]], words: re.Pattern[str]
) -> dict[str, str]:
    kept = zip(texts, row[-len(texts) :], strict=True)
    return {one.name: words.sub(ERASED, text) for one, text in kept if words.search(text or "")}
