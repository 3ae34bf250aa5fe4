"""Ambition's endpoints about accounts: create, update and deactivate by one POST, and read.

Sources, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 (POST);
https://help.ambition.com/articles/5962834999 ("if a POST fails for any reason, all data
contained within the request will be discarded"); the vendor's client of 2015 for the rest of
`/api/v1/account`, which knows no `is_active` (`hides_is_active`); https://help.ambition.com/
articles/3091230097 for the read-only `/api/v3/account`, whose schema only customers see: the
framework's usual pages stand in for it.
"""

from aiohttp import web

from sandbox.vendors.ambition_answers import RefusalError, refusal
from sandbox.vendors.ambition_model import AmbitionAccount, Instance, checked, write
from sandbox.vendors.ambition_quirks import Quirks
from sandbox.vendors.ambition_rows import Rows, rows_of
from sandbox.vendors.ambition_views import View

PAGE = 100
NOT_ONE = "Invalid data. Expected a dictionary, but got list."


class AccountViews:
    """What can be done with accounts."""

    def __init__(self, instance: Instance, quirks: Quirks) -> None:
        self._instance = instance
        self._quirks = quirks

    def views(self) -> list[View]:
        """Return every view here."""
        one = {
            "GET": self._get,
            "PUT": self._change,
            "PATCH": self._change,
            "DELETE": self._destroy,
        }
        return [
            View("/api/v1/account/", {"GET": self._list, "POST": self._post}),
            View("/api/v1/account/{pk}/", one),
            View("/api/v3/account/", {"GET": self._pages}),
        ]

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([self._written(one) for one in self._instance.listed()])

    async def _post(self, request: web.Request) -> web.Response:
        upsert(self._instance, await rows_of(request))
        return web.json_response({"errors": []}, status=201)

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response(self._written(self._named(request)))

    async def _change(self, request: web.Request) -> web.Response:
        account = self._named(request)
        sent = await rows_of(request)
        if sent.bulk:
            raise RefusalError(400, {"non_field_errors": [NOT_ONE]})
        (row,) = sent.rows
        whole = ("username", "first_name", "last_name", "email")
        if errors := checked(row, whole if request.method == "PUT" else ()):
            raise RefusalError(400, errors)
        write(account, row)
        return web.json_response(self._written(account))

    async def _destroy(self, request: web.Request) -> web.Response:
        del self._instance.accounts[self._named(request).username]
        return web.Response(status=204)

    async def _pages(self, request: web.Request) -> web.Response:
        accounts = self._instance.listed()
        number = request.query.get("page", "1")
        last = max(1, -(-len(accounts) // PAGE))
        if not number.isdecimal() or not 1 <= int(number) <= last:
            raise refusal(404, "Invalid page.")
        at = int(number)
        results = [self._written_v3(one) for one in accounts[(at - 1) * PAGE : at * PAGE]]
        following = str(request.url.with_query(page=at + 1)) if at < last else None
        before = str(request.url.with_query(page=at - 1)) if at > 1 else None
        body = {"count": len(accounts), "next": following, "previous": before, "results": results}
        return web.json_response(body)

    def _named(self, request: web.Request) -> AmbitionAccount:
        wanted = request.match_info["pk"]
        for one in self._instance.accounts.values():
            if str(one.id) == wanted:
                return one
        raise refusal(404, "Not found.")

    def _written(self, account: AmbitionAccount) -> dict[str, object]:
        names = ("id", "username", "superior", "first_name", "last_name", "time_zone")
        said = {name: getattr(account, name) for name in (*names, "is_manager", "email")}
        return said if self._quirks.hides_is_active else said | {"is_active": account.is_active}

    def _written_v3(self, account: AmbitionAccount) -> dict[str, object]:
        names = ("id", "username", "email", "first_name", "last_name", "is_active")
        return {name: getattr(account, name) for name in names}


def upsert(instance: Instance, sent: Rows) -> None:
    """Create or update everybody, or, where one row is wrong, nobody."""
    draft = instance.draft()
    sent.refuse([draft.upsert(row) for row in sent.rows])
    instance.take(draft)
