"""Ambition's endpoints about groups: types, groups, and who is in which.

Source: https://help.ambition.com/hc/en-us/articles/360005011731 (read 2026-11). A membership is
written in two ways there: as columns `username, group_type, group_name` in the table, and as
`{"username": "…", "<Group Type>": "<Group>"}` in the sample; both are taken. An account is in
one group of each type, so a second one moves it. DELETE takes a body. What a type and a group
are created with only customers see: a `name`, and the `group_type` a group belongs to.
"""

from collections.abc import Callable

from aiohttp import web

from sandbox.vendors.ambition_answers import REQUIRED, Errors
from sandbox.vendors.ambition_model import Instance, Row
from sandbox.vendors.ambition_quirks import Quirks
from sandbox.vendors.ambition_rows import Rows, rows_of
from sandbox.vendors.ambition_views import View

Apply = Callable[[Instance, Row], Errors]


class GroupViews:
    """What can be done with groups."""

    def __init__(self, instance: Instance, quirks: Quirks) -> None:
        self._instance = instance
        self._quirks = quirks

    def views(self) -> list[View]:
        """Return every view here."""
        membership = {"POST": self._assign, "DELETE": self._revoke}
        return [
            View("/api/v1/group_type/", {"POST": self._create_types}),
            View("/api/v1/group/", {"POST": self._create_groups}),
            View("/api/v1/group_membership/", membership),
        ]

    async def _create_types(self, request: web.Request) -> web.Response:
        self._apply(await rows_of(request), _create_type)
        return web.json_response({"errors": []}, status=201)

    async def _create_groups(self, request: web.Request) -> web.Response:
        self._apply(await rows_of(request), self._create_group)
        return web.json_response({"errors": []}, status=201)

    async def _assign(self, request: web.Request) -> web.Response:
        self._apply(await rows_of(request), self._assign_one)
        return web.json_response({"errors": []}, status=201)

    async def _revoke(self, request: web.Request) -> web.Response:
        self._apply(await rows_of(request), self._revoke_one)
        return web.Response(status=204)

    def _apply(self, sent: Rows, change: Apply) -> None:
        draft = self._instance.draft()
        sent.refuse([change(draft, row) for row in sent.rows])
        self._instance.take(draft)

    def _create_group(self, draft: Instance, row: Row) -> Errors:
        if errors := _missing(row, "name", "group_type"):
            return errors
        kind = str(row["group_type"])
        if kind not in draft.groups and not self._quirks.creates_groups:
            return {"group_type": [f"Group type {kind} does not exist."]}
        draft.groups.setdefault(kind, set()).add(str(row["name"]))
        return {}

    def _assign_one(self, draft: Instance, row: Row) -> Errors:
        wanted = memberships(row)
        if errors := _wrong(draft, row, wanted):
            return errors
        username = str(row["username"])
        for kind, group in wanted.items():
            if group not in draft.groups.get(kind, ()) and not self._quirks.creates_groups:
                return {kind: [f"Group {group} does not exist."]}
            draft.assign(username, kind, group)
        return {}

    def _revoke_one(self, draft: Instance, row: Row) -> Errors:
        unwanted = memberships(row)
        if errors := _wrong(draft, row, unwanted):
            return errors
        username = str(row["username"])
        for kind, group in unwanted.items():
            if draft.accounts[username].groups.get(kind) == group:
                draft.revoke(username, kind)
            elif self._quirks.refuses_repeats:
                return {kind: [f"{username} is not in {group}."]}
        return {}


def memberships(row: Row) -> dict[str, str]:
    """Return the group of each type that a row names, in either of the two ways."""
    if "group_type" in row or "group_name" in row:
        kind, group = row.get("group_type"), row.get("group_name")
        return {str(kind): str(group)} if kind and group else {}
    return {kind: str(group) for kind, group in row.items() if kind != "username" and group}


def _create_type(draft: Instance, row: Row) -> Errors:
    if errors := _missing(row, "name"):
        return errors
    draft.groups.setdefault(str(row["name"]), set())
    return {}


def _wrong(draft: Instance, row: Row, named: dict[str, str]) -> Errors:
    if errors := _missing(row, "username"):
        return errors
    if row["username"] not in draft.accounts:
        return {"username": [f"Account {row['username']} does not exist."]}
    return {} if named else {"group_name": [REQUIRED]}


def _missing(row: Row, *names: str) -> Errors:
    return {name: [REQUIRED] for name in names if not row.get(name)}
