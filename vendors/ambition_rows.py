"""Rows as Ambition takes them: a flat JSON array, or CSV with a header.

A flag is a boolean in JSON and the text "true" or "false" in CSV. What an empty cell means is not
documented, so that no CSV has one: rows with other columns go into another request.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vendors.ambition_settings import AccountFields, AmbitionSettings
from vendors.call import Call

Row = Mapping[str, str | bool]
CSV = {"content-type": "text/csv"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One account as it should be. Without names, an account that is there keeps those it has."""

    username: str
    email: str
    first_name: str | None
    last_name: str | None
    is_active: bool
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Membership:
    """One account in one group."""

    username: str
    kind: str
    group: str


def account_row(entry: Entry, settings: AmbitionSettings) -> Row:
    """Return the row of an account; a User API's row carries the groups that it maps."""
    if settings.mode == "user_api" and settings.user_api is not None:
        names = {kind.casefold(): name for kind, name in settings.user_api.groups.items()}
        groups = {names[kind.casefold()]: group for kind, group in entry.groups.items()}
        return {**_account(entry, settings.user_api.fields), **groups}
    return _account(entry, AccountFields())


def _account(entry: Entry, names: AccountFields) -> Row:
    row: dict[str, str | bool] = {names.username: entry.username, names.email: entry.email}
    if entry.first_name is not None and entry.last_name is not None:
        row[names.first_name], row[names.last_name] = entry.first_name, entry.last_name
    return {**row, names.is_active: entry.is_active}


def membership_row(one: Membership, shape: Literal["by_type", "rows"]) -> Row:
    """Return a membership as the page's sample has it, or as its table does."""
    if shape == "by_type":
        return {"username": one.username, one.kind: one.group}
    return {"username": one.username, "group_type": one.kind, "group_name": one.group}


def calls(method: str, path: str, rows: Sequence[Row], content_type: str) -> list[Call]:
    """Return the calls that carry ``rows``: one, or in CSV one for each set of columns."""
    if content_type == "json":
        return [Call(method, path, body=[dict(row) for row in rows])]
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    return [Call(method, path, text=_csv(some), headers=CSV) for some in alike.values()]


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _cell(value: str | bool) -> str:  # noqa: FBT001 - a flag is a value here
    return str(value).lower() if isinstance(value, bool) else value
