"""What a span says of a call and of an error, and what it costs where nobody asked for spans."""

import subprocess
import sys
from contextlib import AsyncExitStack

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.reader import ConfigurationError
from bot.tracing import Traced, Untraced, around, open_tracer
from tests.architecture.source import ROOT
from vendors.tools import Observation

CALL = Observation("axiom", "GET", "/v2/users/{id}", 403, 0.25, "trace-1", "credential")


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Keep what was marked."""
    return InMemorySpanExporter()


@pytest.fixture
def traced(exporter: InMemorySpanExporter) -> Traced:
    """Mark into memory."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Traced(provider)


def test_a_call_is_marked_inside_of_what_is_going_on(
    traced: Traced, exporter: InMemorySpanExporter
) -> None:
    with traced.span("attempt"):
        traced.called(CALL)
    call, attempt = exporter.get_finished_spans()
    assert (call.name, attempt.name) == ("axiom GET /v2/users/{id}", "attempt")
    assert call.parent is not None
    assert call.parent.span_id == attempt.context.span_id
    assert call.start_time is not None
    assert call.end_time is not None
    assert call.end_time - call.start_time == 250_000_000
    assert call.status.status_code is StatusCode.ERROR
    assert dict(call.attributes or {}) == {
        "http.request.method": "GET",
        "url.template": "/v2/users/{id}",
        "http.response.status_code": 403,
        "aboard.vendor": "axiom",
        "error.type": "credential",
    }


async def test_of_an_error_the_class_alone_is_noted(
    traced: Traced, exporter: InMemorySpanExporter
) -> None:
    async def fail(name: str) -> None:
        raise LookupError(f"{name} is a secret")

    with pytest.raises(LookupError):
        await around(traced, "attempt", fail)("ada@acme.example")
    [span] = exporter.get_finished_spans()
    assert (span.status.description, span.events) == ("LookupError", ())
    assert "secret" not in span.to_json()


async def test_without_an_endpoint_nothing_is_marked() -> None:
    async with AsyncExitStack() as stack:
        tracer = open_tracer(None, stack)
    assert isinstance(tracer, Untraced)
    with tracer.span("attempt"):
        tracer.called(CALL)


async def test_missing_packages_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    async with AsyncExitStack() as stack:
        with pytest.raises(ConfigurationError, match=r"requirements-tracing\.lock"):
            open_tracer("http://127.0.0.1:4318", stack)


def test_importing_aboard_does_not_import_the_packages_for_traces() -> None:
    program = (
        "import sys, bot.server, bot.socket_mode\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry.sdk')]"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert ran.returncode == 0
