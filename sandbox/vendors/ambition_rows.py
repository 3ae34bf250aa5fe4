"""Reading what is sent to Ambition: JSON, one object or an array of them, or CSV with headers.

Sources, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 (`application/
json`, `text/csv`), /360052104531 (flat rows). In JSON a flag is a boolean; in CSV it is the text
`true` or `false`, and an empty cell says nothing.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from sandbox.vendors.ambition_answers import Errors, RefusalError, refusal
from sandbox.vendors.ambition_model import FLAGS, Row

JSON_TYPE = "application/json"
CSV_TYPES = ("text/csv", "application/vns.ms-excel")
NOT_ROWS = 'Invalid data. Expected a dictionary, but got "str".'


@dataclass(frozen=True)
class Rows:
    """What was sent; `bulk` is false where it was one object."""

    rows: list[Row]
    bulk: bool

    def refuse(self, errors: Iterable[Errors]) -> None:
        """Raise RefusalError where any row has errors, in the shape of what was sent."""
        found = list(errors)
        if any(found):
            raise RefusalError(400, found if self.bulk else found[0])


async def rows_of(request: web.Request) -> Rows:
    """Return the rows of a request; raises RefusalError where they cannot be read."""
    body = await request.read()
    if request.content_type == JSON_TYPE:
        return _json(body)
    if request.content_type in CSV_TYPES:
        return Rows(_csv(body), bulk=True)
    raise refusal(415, f'Unsupported media type "{request.content_type}" in request.')


def _json(body: bytes) -> Rows:
    try:
        said = json.loads(body)
    except ValueError as error:
        raise refusal(400, f"JSON parse error - {error}") from error
    rows = said if isinstance(said, list) else [said]
    if not all(isinstance(row, dict) for row in rows):
        raise RefusalError(400, {"non_field_errors": [NOT_ROWS]})
    return Rows(rows, bulk=isinstance(said, list))


def _csv(body: bytes) -> list[Row]:
    try:
        text = body.decode("utf-8-sig")
        read = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise refusal(400, f"CSV parse error - {error}") from error
    if any(None in row or None in row.values() for row in read):
        raise refusal(400, "CSV parse error - a row has not as many cells as there are headers")
    return [{name: as_flag(name, cell) for name, cell in row.items() if cell} for row in read]


def as_flag(name: str, cell: str) -> object:
    """Return the truth that a cell of a flag spells, and any other cell as it is."""
    flags = {"true": True, "false": False}
    return flags.get(cell.casefold(), cell) if name in FLAGS else cell
