"""A collector of traces gets what happened, and nobody's name."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.composed import composed


@dataclass
class Collector:
    """Takes traces as OpenTelemetry sends them: https://opentelemetry.io/docs/specs/otlp/."""

    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        return web.Response(body=b"", content_type="application/x-protobuf")

    def spans(self) -> list[Span]:
        return [
            span
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """Listen on loopback."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield collector
    await runner.cleanup()


async def test_what_was_answered_and_called_is_sent_to_the_endpoint(
    tmp_path: Path, collector: Collector
) -> None:
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    async with composed(tmp_path, given=given) as bot:
        ada = bot.server.cast.newcomers[0]
        login = bot.server.cast.logins[ada.id]
        await bot.command("/onboard", f"<@{ada.id}> {login} auditor")
        async with asyncio.timeout(20):
            while bot.server.axiom.user(ada.email) is None:
                await bot.server.changes.after(bot.server.changes.version)
    spans = collector.spans()
    names = {span.name for span in spans}
    assert {"slack command", "attempt", "axiom POST /v2/users"} <= names
    attempt = next(span for span in spans if span.name == "attempt")
    created = next(span for span in spans if span.name == "axiom POST /v2/users")
    assert created.parent_span_id == attempt.span_id
    sent = b"".join(collector.bodies)
    private = (ada.id, ada.email, ada.name, ada.real_name, login)
    assert [one for one in private if one.encode() in sent] == []
