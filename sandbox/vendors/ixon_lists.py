"""What part of a list or of a record IXON sends: `fields`, pages, and the quirk of a single value.

Sources, read 2026-11: https://developer.ixon.cloud/docs/how-to-use-the-apiv2 (twenty to a page,
`moreAfter`); the vendor's OpenAPI document ("data could be an object instead of a list when one
value is returned"); IXON's own applications, which send `page-size` up to 4000 and `page-after`
with the last `moreAfter`.

`fields=publicId,memberships.group.publicId`, `fields=memberships(publicId,role(name))` and
`fields=*` (the top level only) are understood. `publicId` always comes back; what else comes
without `fields` is undocumented and kept small here. A field nobody knows is refused, and so is
`filters`, since no document says which columns of which list may be filtered.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from aiohttp import web

from sandbox.vendors.ixon_answers import INVALID, Json, RefusalError, success

Fields: TypeAlias = dict[str, "Fields"]

SIGNS = re.compile(r"[\w*]+|[(),.]")
PAGE = 20
LARGEST_PAGE = 4000


class Item(Protocol):
    """Anything with a public id."""

    @property
    def public_id(self) -> str:
        """What lists are sorted by."""


ItemT = TypeVar("ItemT", bound=Item)


@dataclass
class Quirks:
    """What the documents leave open, and this simulator can do either way.

    `single_as_object`: a list of one comes as that one. `refuses_repeats`: a second invite to
    one address is refused with 409 (else it stands beside the first). `forgets_expired`: expired
    invites leave the list. `temporary_access`: the licence that `expiresOn` needs is there.
    """

    single_as_object: bool = False
    refuses_repeats: bool = False
    forgets_expired: bool = False
    temporary_access: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of record: its name in the envelope, and what comes without `fields`."""

    name: str
    usual: str = "publicId,name"


def parse(text: str) -> Fields:
    """Return the tree of a `fields` parameter; raises ValueError where brackets do not match."""
    levels: list[Fields] = [{}]
    here = levels[0]
    for sign in SIGNS.findall(text):
        if sign == "(":
            levels.append(here)
        elif sign in {")", ","}:
            here = _level_after(sign, levels)
        elif sign != ".":
            here = here.setdefault(sign, {})
    if len(levels) != 1:
        raise ValueError(text)
    return levels[0]


def _level_after(sign: str, levels: list[Fields]) -> Fields:
    if sign == ")":
        levels.pop()
    if not levels:
        raise ValueError("a bracket closes what none opened")
    return levels[-1]


def chosen(record: Json, fields: Fields) -> Json:
    """Return these fields of a record, and its publicId."""
    kept = {
        name: value
        for name, value in record.items()
        if name == "publicId" or ("*" in fields and not isinstance(value, dict | list))
    }
    for name, below in fields.items():
        if name != "*" and name not in record:
            raise RefusalError(400, INVALID, "fields")
        if name != "*":
            kept[name] = _narrowed(record[name], below)
    return kept


def _narrowed(value: object, fields: Fields) -> object:
    if isinstance(value, dict):
        return chosen(value, fields)
    if isinstance(value, list):
        return [_narrowed(one, fields) for one in value]
    return value


def one(request: web.Request, kind: Kind, record: Json) -> web.Response:
    """Answer with one record."""
    return success(kind.name, chosen(record, _fields(request, kind)))


def many(
    request: web.Request,
    kind: Kind,
    items: Iterable[ItemT],
    written: Callable[[ItemT], Json],
    quirks: Quirks,
) -> web.Response:
    """Answer with one page of a list, sorted by public id."""
    if "filters" in request.query:
        raise RefusalError(400, INVALID, "filters")
    size, after = _page(request)
    ordered = sorted(items, key=lambda item: item.public_id)
    rest = [item for item in ordered if item.public_id > after]
    fields = _fields(request, kind)
    data = [chosen(written(item), fields) for item in rest[:size]]
    more = rest[size - 1].public_id if len(rest) > size else None
    is_single = quirks.single_as_object and len(data) == 1
    return success(kind.name, data[0] if is_single else data, more_after=more)


def _fields(request: web.Request, kind: Kind) -> Fields:
    try:
        return parse(request.query.get("fields") or kind.usual)
    except ValueError as error:
        raise RefusalError(400, INVALID, "fields") from error


def _page(request: web.Request) -> tuple[int, str]:
    size = request.query.get("page-size", str(PAGE))
    if not size.isdecimal() or not 0 < int(size) <= LARGEST_PAGE:
        raise RefusalError(400, INVALID, "page-size")
    return int(size), request.query.get("page-after", "")
