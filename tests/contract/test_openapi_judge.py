"""Axiom and IXON are asked as their own OpenAPI documents say, and the simulators answer so.

The documents are the vendors' and are not part of this repository: ABOARD_OPENAPI_AXIOM and
ABOARD_OPENAPI_IXON name the files (CONTRIBUTING.md says where they come from). That the judge can
object is proven here without them.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.vendors import axiom as axiom_simulator
from sandbox.vendors import ixon as ixon_simulator
from sandbox.vendors.axiom_model import Token
from tests.contract.openapi_judge import Document, Judge, judged, read, whole
from tests.contract.test_axiom import PERSONAL, TOKEN, AxiomBench
from tests.contract.test_ixon import ADMINISTRATOR, OPERATOR, IxonBench, ixon_bench
from tests.unit.vendors.loopback import PATIENT
from vendors.axiom import Axiom, AxiomAccess
from vendors.contract import Outcome, Result
from vendors.errors import RejectedError
from vendors.ixon import Ixon
from vendors.ixon_access import IxonAccess
from vendors.ixon_wire import (
    GROUP_FIELDS,
    GROUP_ROLE_FIELDS,
    INVITE_FIELDS,
    NAME_FIELDS,
    USER_FIELDS,
)
from vendors.testing.bench import ADA, GRACE, Watch, served
from vendors.tools import Tools

PAGES = frozenset({"page-size", "page-after"})
"""In no document of IXON's, but in what its own applications send; its lists end at twenty else."""


def published(vendor: str) -> Document:
    """Return the vendor's own document, or skip with the reason."""
    name = f"ABOARD_OPENAPI_{vendor}"
    given = os.environ.get(name)
    if not given:
        pytest.skip(f"{name} names no file: the vendor's OpenAPI document is not part of Aboard")
    return read(Path(given))


class PatientWatch(Watch):
    """Tools with deadlines that no test here meets."""

    def tools(self) -> Tools:
        return replace(super().tools(), limits=PATIENT)


@asynccontextmanager
async def axiom_before(judge: Judge) -> AsyncIterator[AxiomBench]:
    """Lend Axiom's simulator behind the judge; the bench's adapters call the judge."""
    bench = AxiomBench()
    bench.watch = PatientWatch()
    prefix = axiom_simulator.PREFIX
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(served({prefix: bench.axiom.app()}))
        proxy = await stack.enter_async_context(judged(judge, upstream, f"{prefix}/v2"))
        bench.url = f"{proxy}{prefix}"
        try:
            yield bench
        finally:
            for one in bench.opened:
                await one.aclose()


@asynccontextmanager
async def ixon_before(judge: Judge) -> AsyncIterator[tuple[IxonBench, Ixon]]:
    """Lend IXON's simulator behind the judge, and an adapter that calls the judge."""
    prefix = ixon_simulator.PREFIX
    async with (
        ixon_bench() as bench,
        judged(judge, bench.url.removesuffix(prefix), prefix) as proxy,
    ):
        vendor = bench.open(base_url=f"{proxy}{prefix}", language="nl")
        yield bench, vendor


async def test_axiom_is_asked_as_its_document_says() -> None:
    judge = Judge(published("AXIOM"))
    async with axiom_before(judge) as bench:
        await everything_at_axiom(bench)
    assert judge.objections == []
    assert judge.heard == {
        "GET /users",
        "POST /users",
        "GET /users/{id}",
        "DELETE /users/{id}",
        "PUT /users/{id}/role",
        "GET /user",
        "PUT /user",
        "GET /rbac/roles",
    }


async def everything_at_axiom(bench: AxiomBench) -> None:
    """Do all that Aboard does at Axiom."""
    bench.axiom.organization.roles["80f1b217-0c4d"] = "Super Users"
    owner = bench.axiom.add("Owner", "owner@kepler.example", "owner")
    bench.axiom.tokens[PERSONAL] = Token(PERSONAL, owner=owner.id)
    ours, personal = bench.open(TOKEN), bench.open(PERSONAL)
    for vendor in (ours, personal):
        await vendor.check()
        assert await vendor.choices("role", "super")
        assert await results_at_axiom(vendor) == [Result.DONE] * 3
    assert [one async for one in ours.accounts()]
    assert (await personal.rename_own("Countess")).result is Result.DONE


async def results_at_axiom(vendor: Axiom) -> list[Result]:
    """Give an account, change its role, and take it away."""
    made = await vendor.provision(ADA, AxiomAccess(role="Super Users"), None)
    found = await vendor.find(ADA)
    changed = await vendor.provision(ADA, AxiomAccess(role="read-only"), found)
    removed = await vendor.deprovision(ADA, await vendor.find(ADA))
    return [made.result, changed.result, removed.result]


async def test_the_path_of_axioms_page_is_in_its_document_no_more() -> None:
    judge = Judge(published("AXIOM"))
    async with axiom_before(judge) as bench:
        owner = bench.axiom.add("Owner", "owner@kepler.example", "owner")
        bench.axiom.tokens[PERSONAL] = Token(PERSONAL, owner=owner.id)
        with pytest.raises(RejectedError):
            await bench.open(PERSONAL, legacy_rename=True).rename_own("Countess")
    [objection] = judge.objections
    assert objection.startswith("PUT /users/{id}: ")


async def test_ixon_is_asked_as_its_document_says() -> None:
    judge = Judge(published("IXON"), besides=PAGES)
    async with ixon_before(judge) as (bench, vendor):
        await everything_at_ixon(bench, vendor)
    assert judge.objections == []
    assert judge.heard == {
        "GET /users",
        "DELETE /users",
        "GET /users/me",
        "GET /invites",
        "POST /invites",
        "DELETE /invites",
        "POST /invites/{publicId}/resend",
        "GET /roles",
        "GET /groups",
        "GET /groups/roles",
        "POST /users/memberships",
        "PATCH /users/memberships",
        "DELETE /users/memberships",
        "PUT /users/memberships/user/{publicId}",
    }


LISTS = {
    "/users": USER_FIELDS,
    "/users/me": "publicId",
    "/invites": INVITE_FIELDS,
    "/roles": NAME_FIELDS,
    "/groups": GROUP_FIELDS,
    "/groups/roles": GROUP_ROLE_FIELDS,
}


@pytest.mark.parametrize(("path", "fields"), LISTS.items())
def test_ixon_is_asked_for_fields_that_its_document_names(path: str, fields: str) -> None:
    document = published("IXON")
    answer = whole(document, document["paths"][path]["get"]["responses"]["200"])
    shown = {"data": answer["content"]["application/json"]["schema"]["properties"]["data"]}
    unknown = [one for one in fields.split(",") if not names(document, shown, f"data.{one}")]
    assert unknown == []
    assert not names(document, shown, "data.nonsense")


def names(document: Document, properties: Document, dotted: str) -> bool:
    """Tell whether properties, lists and references lead to what ``dotted`` names."""
    name, _, rest = dotted.partition(".")
    if name not in properties or not rest:
        return name in properties
    found = whole(document, properties[name])
    found = whole(document, found["items"]) if "items" in found else found
    return names(document, found.get("properties", {}), rest)


async def everything_at_ixon(bench: IxonBench, vendor: Ixon) -> None:
    """Do all that Aboard does at IXON: to the invited, and to those who have accepted."""
    bench.company.add_group("Workshop")
    both = OPERATOR.model_copy(update={"group": "Workshop"})
    wanted = [
        IxonAccess(grants=(OPERATOR,), message="Welcome, Ada."),
        IxonAccess(grants=(ADMINISTRATOR, both)),
        IxonAccess(grants=(both,)),
    ]
    await vendor.check()
    assert await vendor.choices("grants", "operator")
    for access in wanted:
        outcome = await vendor.provision(ADA, access, await vendor.find(ADA))
        assert outcome.result is Result.INVITED
    assert (await vendor.resend(ADA, await vendor.find(ADA))).result is Result.INVITED
    assert (await vendor.deprovision(ADA, await vendor.find(ADA))).result is Result.DONE
    bench.put(GRACE, bench.access)
    changed = await vendor.provision(GRACE, wanted[1], await vendor.find(GRACE))
    removed = await vendor.deprovision(GRACE, await vendor.find(GRACE))
    assert (changed.result, removed.result) == (Result.DONE, Result.DONE)
    ends = await vendor.provision_many([(one, wanted[0], None) for one in (ADA, GRACE)])
    assert [one.result for one in ends if isinstance(one, Outcome)] == [Result.INVITED] * 2


SMALL: Document = {
    "openapi": "3.0.2",
    "info": {"title": "Small", "version": "1"},
    "paths": {
        "/people": {
            "get": {
                "parameters": [{"name": "fields", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"$ref": "#/components/responses/People"}},
            },
            "post": {
                "parameters": [
                    {
                        "name": "Api-Version",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "enum": ["2"]},
                    }
                ],
                "security": [{"bearer": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Person"},
                            }
                        }
                    },
                },
                "responses": {"201": {"$ref": "#/components/responses/People"}},
            },
        }
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Person": {
                "type": "object",
                "required": ["email"],
                "properties": {
                    "email": {"type": "string", "minLength": 6},
                    "group": {"$ref": "#/components/schemas/Group"},
                },
            },
            "Group": {"type": "object", "properties": {"publicId": {"type": "string"}}},
        },
        "responses": {
            "People": {
                "description": "",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Person"},
                        }
                    }
                },
            }
        },
    },
}
"""A document of nobody's, for what the judge itself has to do."""

RIGHT = {"authorization": "Bearer x", "api-version": "2", "content-type": "application/json"}

Asking = Callable[[aiohttp.ClientSession, str], Awaitable[int]]


def posting(body: str, **headers: str | None) -> Asking:
    """Return a POST of ``body``, with some headers given or, by None, left out."""

    async def ask(session: aiohttp.ClientSession, url: str) -> int:
        asked = {**RIGHT, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kept = {name: value for name, value in asked.items() if value is not None}
        async with session.post(f"{url}/small/people", data=body, headers=kept) as answer:
            return answer.status

    return ask


def getting(path: str) -> Asking:
    """Return a GET."""

    async def ask(session: aiohttp.ClientSession, url: str) -> int:
        async with session.get(f"{url}/small{path}") as answer:
            return answer.status

    return ask


@asynccontextmanager
async def small(judge: Judge, answer: str = "[]") -> AsyncIterator[tuple[str, list[str]]]:
    """Lend the judge before a server that says ``answer``, and what reached the server."""
    reached: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        reached.append(f"{request.method} {request.path_qs}")
        status = 201 if request.method == "POST" else 200
        return web.Response(status=status, text=answer, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    async with TestServer(app) as server:
        upstream = str(server.make_url("")).rstrip("/")
        async with judged(judge, upstream, "/small") as url:
            yield url, reached


GOOD = '[{"email": "ada@kepler.example", "group": {"publicId": "7"}}]'
WRONG = {
    "a path of nobody's": (getting("/persons"), "GET /persons"),
    "a method of nobody's": (getting("/people/7"), "GET /people/7"),
    "a parameter of nobody's": (getting("/people?fild=x"), "fild"),
    "no body": (posting(""), "POST /people"),
    "an object and no list": (posting('{"email": "ada@kepler.example"}'), "array"),
    "something missing": (posting("[{}]"), "email"),
    "too short": (posting('[{"email": "a@b"}]'), "short"),
    "misspelled": (posting('[{"email": "ada@kepler.example", "grop": {}}]'), "grop"),
    "misspelled within": (
        posting('[{"email": "ada@kepler.example", "group": {"publicID": "7"}}]'),
        "publicID",
    ),
    "another type": (posting(GOOD, content_type="text/csv"), "text/csv"),
    "no version": (posting(GOOD, api_version=None), "Api-Version"),
    "another version": (posting(GOOD, api_version="1"), "Api-Version"),
    "no credential": (posting(GOOD, authorization=None), "bearer"),
}


@pytest.mark.parametrize(("ask", "words"), WRONG.values(), ids=WRONG)
async def test_a_wrong_request_is_objected_to_and_goes_no_further(ask: Asking, words: str) -> None:
    judge = Judge(SMALL)
    async with small(judge) as (url, reached), aiohttp.ClientSession() as session:
        assert await ask(session, url) == 400
    assert reached == []
    [objection] = judge.objections
    assert words in objection


async def test_a_right_request_goes_through() -> None:
    judge = Judge(SMALL, besides=frozenset({"page-size"}))
    async with small(judge) as (url, reached), aiohttp.ClientSession() as session:
        assert await posting(GOOD)(session, url) == 201
        assert await getting("/people?fields=email&page-size=9")(session, url) == 200
    assert reached == ["POST /small/people", "GET /small/people?fields=email&page-size=9"]
    assert (judge.objections, judge.heard) == ([], {"POST /people", "GET /people"})


@pytest.mark.parametrize("answer", ["{}", '[{"email": 7}]', "[{}]", "nonsense"])
async def test_an_answer_that_the_document_does_not_describe_is_noted(answer: str) -> None:
    judge = Judge(SMALL)
    async with small(judge, answer) as (url, _), aiohttp.ClientSession() as session:
        assert await getting("/people")(session, url) == 200
    [objection] = judge.objections
    assert objection.startswith("GET /people answered 200: ")
