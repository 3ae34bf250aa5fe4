"""Ambition's User API integration: one endpoint per integration, with the customer's own names.

Sources, read 2026-11: https://help.ambition.com/hc/en-us/articles/360052104531 (POST, flat rows,
201, 15 MB, and without the slash "the connection has been closed"), /360052104611 (names of
fields are mapped by the customer; an integration takes either JSON or CSV, never both; its
endpoint stands on its page Credentials). The path of that endpoint is made up here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.mishaps import dropped
from sandbox.vendors.ambition_accounts import upsert
from sandbox.vendors.ambition_answers import REQUIRED, Errors, refusal
from sandbox.vendors.ambition_model import NAMES, Instance, Row
from sandbox.vendors.ambition_rows import JSON_TYPE, Rows, as_flag, rows_of
from sandbox.vendors.ambition_views import View

USUAL = {name: name for name in (*NAMES, "is_active")}


@dataclass(frozen=True)
class UserApi:
    """One integration: its path, its format, and what it calls which field and which group type.

    `fields` maps Ambition's names to the customer's, `groups` the names of group types.
    """

    path: str = "/integrations/user-api/1/"
    takes_csv: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: dict(USUAL))
    groups: Mapping[str, str] = field(default_factory=dict)


class UserApiView:
    """The endpoint of one integration."""

    def __init__(self, instance: Instance, integration: UserApi) -> None:
        self._instance = instance
        self._integration = integration

    def view(self) -> View:
        """Return the view."""
        return View(self._integration.path, {"POST": self._post}, _close)

    async def _post(self, request: web.Request) -> web.Response:
        if (request.content_type != JSON_TYPE) != self._integration.takes_csv:
            raise refusal(415, f'Unsupported media type "{request.content_type}" in request.')
        sent = await rows_of(request)
        sent.refuse([self._unmapped(row) for row in sent.rows])
        draft = self._instance.draft()
        upsert(draft, Rows([self._translated(row) for row in sent.rows], sent.bulk))
        for row in sent.rows:
            self._assign(draft, row)
        self._instance.take(draft)
        return web.json_response({"errors": []}, status=201)

    def _unmapped(self, row: Row) -> Errors:
        """Return what the mapping wants and the row has not, and what is not flat."""
        named = self._integration.fields.values()
        errors = {name: [REQUIRED] for name in named if row.get(name) is None}
        nested = [name for name, value in row.items() if isinstance(value, dict | list)]
        return errors | {name: ["Data must be flat."] for name in nested}

    def _translated(self, row: Row) -> Row:
        fields = self._integration.fields.items()
        return {ours: self._value(ours, row[theirs]) for ours, theirs in fields}

    def _value(self, name: str, value: object) -> object:
        return as_flag(name, str(value)) if self._integration.takes_csv else value

    def _assign(self, draft: Instance, row: Row) -> None:
        username = str(row[self._integration.fields["username"]])
        for kind, name in self._integration.groups.items():
            if row.get(name):
                draft.assign(username, kind, str(row[name]))


async def _close(request: web.Request) -> web.StreamResponse:
    return dropped(request)
