"""A judge between an adapter and a simulator: it holds requests and answers against a document.

It is a proxy on loopback. A request that the vendor's OpenAPI document does not allow goes no
further; an answer that the document does not describe goes through and is noted. Bodies are judged
more strictly than the document says: a property that it does not name is refused, since a vendor
that ignores a misspelled one does less than it was asked for.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from openapi_core import Config, OpenAPI
from openapi_core.contrib.aiohttp import AIOHTTPOpenAPIWebRequest, AIOHTTPOpenAPIWebResponse
from openapi_core.exceptions import OpenAPIError

LOOPBACK = "127.0.0.1"
REFUSED = 400
ENDS_HERE = frozenset({"host", "connection", "content-length", "transfer-encoding"})

Document = dict[str, Any]


@dataclass
class Judge:
    """What it judges by, what it heard ("GET /users"), and what it objects to.

    ``besides`` are query parameters that no document names and that are sent with a reason.
    """

    document: Document
    besides: frozenset[str] = frozenset()
    heard: set[str] = field(default_factory=set)
    objections: list[str] = field(default_factory=list)

    def at(self, server: str) -> "Judgement":
        """Return what judges calls to ``server``, which stands in for the vendor's own address."""
        placed = {**strict(self.document), "servers": [{"url": server}]}
        config = Config(spec_validator_cls=None)  # type: ignore[arg-type]  # its types forget that None spares ten seconds of judging the document itself
        return Judgement(self, OpenAPI.from_dict(placed, config=config), server)


@dataclass
class Judgement:
    """A judge at one address."""

    judge: Judge
    openapi: OpenAPI
    server: str

    def admits(self, request: AIOHTTPOpenAPIWebRequest) -> bool:
        """Note what is called; tell whether the document allows it."""
        self.judge.heard.add(self._operation(request))
        try:
            self.openapi.validate_request(request)
        except OpenAPIError as error:
            self._object(request, error)
            return False
        strange = set(request.request.query) - self._documented(request) - self.judge.besides
        if strange:
            self.judge.objections.append(f"{self._operation(request)}: {sorted(strange)}")
        return not strange

    def hear(self, request: AIOHTTPOpenAPIWebRequest, answer: web.Response) -> None:
        """Note an answer that the document does not describe, but for errors that it leaves out."""
        told = self._responses(request)
        if answer.status >= REFUSED and not {str(answer.status), "4XX", "default"} & told:
            return
        try:
            self.openapi.validate_response(request, AIOHTTPOpenAPIWebResponse(answer))
        except OpenAPIError as error:
            self._object(request, error, f" answered {answer.status}")

    def _object(
        self, request: AIOHTTPOpenAPIWebRequest, error: OpenAPIError, when: str = ""
    ) -> None:
        why = "; ".join(_causes(error))
        self.judge.objections.append(f"{self._operation(request)}{when}: {why}")

    def _operation(self, request: AIOHTTPOpenAPIWebRequest) -> str:
        path = _template(self.judge.document, self._path(request))
        return f"{request.method.upper()} {path or self._path(request)}"

    def _path(self, request: AIOHTTPOpenAPIWebRequest) -> str:
        _, _, prefix = self.server.removeprefix("http://").partition("/")
        return request.path.removeprefix(f"/{prefix}")

    def _found(self, request: AIOHTTPOpenAPIWebRequest) -> Document:
        path = _template(self.judge.document, self._path(request))
        found: Document = self.judge.document["paths"].get(path, {}).get(request.method, {})
        return found

    def _documented(self, request: AIOHTTPOpenAPIWebRequest) -> set[str]:
        listed = self._found(request).get("parameters", [])
        return {whole(self.judge.document, one)["name"] for one in listed}

    def _responses(self, request: AIOHTTPOpenAPIWebRequest) -> set[str]:
        return set(self._found(request).get("responses", {}))


def read(path: Path) -> Document:
    """Return a document that is written in JSON."""
    document: Document = json.loads(path.read_text(encoding="utf-8"))
    return document


def strict(document: Document) -> Document:
    """Return ``document`` with every body that is sent closed to properties it does not name."""
    paths = {path: _strict_path(document, item) for path, item in document["paths"].items()}
    return {**document, "paths": paths, "components": _with_bearers(document["components"])}


def whole(document: Document, part: Document) -> Document:
    """Return what ``part`` refers to, or itself."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _with_bearers(components: Document) -> Document:
    """Have what is got by OAuth 2 sent as a bearer (RFC 6750): openapi-core leaves it unjudged."""
    schemes = {
        name: {"type": "http", "scheme": "bearer"} if one["type"] == "oauth2" else one
        for name, one in components.get("securitySchemes", {}).items()
    }
    return {**components, "securitySchemes": schemes}


def _strict_path(document: Document, item: Document) -> Document:
    return {
        method: {**one, "requestBody": _strict_body(document, one["requestBody"])}
        if isinstance(one, dict) and "requestBody" in one
        else one
        for method, one in item.items()
    }


def _strict_body(document: Document, body: Document) -> Document:
    given = whole(document, body)
    content = {
        kind: {**media, "schema": _closed(document, media["schema"])}
        if "schema" in media
        else media
        for kind, media in given.get("content", {}).items()
    }
    return {**given, "content": content}


def _closed(document: Document, schema: Document, within: tuple[str, ...] = ()) -> Document:
    """Return a schema and all below it, closed; what is inside itself stays as it is."""
    if schema.get("$ref") in within:
        return schema
    within = (*within, schema["$ref"]) if "$ref" in schema else within
    schema = dict(whole(document, schema))
    if "items" in schema:
        schema["items"] = _closed(document, schema["items"], within)
    if "properties" in schema:
        below = schema["properties"].items()
        schema["properties"] = {name: _closed(document, one, within) for name, one in below}
        schema.setdefault("additionalProperties", False)
    return schema


def _template(document: Document, path: str) -> str | None:
    """Return the path of the document that ``path`` is an instance of, the plainest first."""
    fitting = [one for one in document["paths"] if _is_instance(path, one)]
    return min(fitting, key=lambda one: one.count("{"), default=None)


def _is_instance(path: str, template: str) -> bool:
    steps, names = path.strip("/").split("/"), template.strip("/").split("/")
    return len(steps) == len(names) and all(
        name == step or name.startswith("{") for step, name in zip(steps, names, strict=True)
    )


def _causes(error: BaseException) -> Iterator[str]:
    """Yield what an error says, and what its causes say: the first is seldom the one that helps."""
    yield str(error)
    for one in getattr(error, "schema_errors", ()):
        yield one.message
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


@asynccontextmanager
async def judged(judge: Judge, upstream: str, prefix: str) -> AsyncIterator[str]:
    """Yield an address that hands every call on to ``upstream`` and lets ``judge`` hear it.

    ``prefix`` is the part of the path that stands in for the vendor's own address.
    """
    judgement = judge.at(f"http://{LOOPBACK}{prefix}")  # openapi-core compares without the port
    async with aiohttp.ClientSession() as session:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", _proxy(judgement, session, upstream))
        async with TestServer(app, host=LOOPBACK) as server:
            yield str(server.make_url("")).rstrip("/")


def _proxy(judgement: Judgement, session: aiohttp.ClientSession, upstream: str) -> Any:  # noqa: ANN401 - a handler of aiohttp's
    async def handler(request: web.Request) -> web.Response:
        body = await request.read()
        asked = AIOHTTPOpenAPIWebRequest(request, body=body or None)
        if not judgement.admits(asked):
            return web.json_response({"message": "not as documented"}, status=REFUSED)
        answer = await _handed_on(session, f"{upstream}{request.path_qs}", request, body)
        judgement.hear(asked, answer)
        return answer

    return handler


async def _handed_on(
    session: aiohttp.ClientSession, url: str, request: web.Request, body: bytes
) -> web.Response:
    headers = _kept(request.headers)
    async with session.request(request.method, url, headers=headers, data=body) as answer:
        said = await answer.read()
        kept = _kept(answer.headers)
        return web.Response(status=answer.status, body=said or None, headers=kept)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in ENDS_HERE}
