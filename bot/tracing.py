"""Traces, where an endpoint is configured: each answer to Slack, each attempt, each call.

Without ``OTEL_EXPORTER_OTLP_ENDPOINT`` nothing of OpenTelemetry is imported, and its packages need
not be there. A span holds kinds, vendors, methods, templates of paths and statuses: no person, no
address, and of an error its class alone.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol, TypeVar, TypeVarTuple

from bot.reader import ConfigurationError
from vendors.tools import Observation

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_NANOSECONDS = 1_000_000_000
_MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages for traces are missing: "
    "pip install --require-hashes --requirement requirements-tracing.lock"
)


class Tracer(Protocol):
    """Marks what takes time."""

    def span(self, name: str) -> AbstractContextManager[None]:
        """Mark what happens inside the block; what it raises goes on."""
        ...

    def called(self, call: Observation) -> None:
        """Mark a call that has just ended, inside of what is going on."""


class Untraced:
    """Marks nothing: no endpoint is configured."""

    def span(self, _name: str) -> AbstractContextManager[None]:
        """Mark nothing."""
        return nullcontext()

    def called(self, _call: Observation) -> None:
        """Mark nothing."""


class Traced:
    """Marks with OpenTelemetry."""

    def __init__(self, provider: "TracerProvider") -> None:
        """Send spans to what ``provider`` sends them to."""
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415 - an optional package

        self._tracer = provider.get_tracer("aboard")
        self._client, self._failed = SpanKind.CLIENT, StatusCode.ERROR

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Mark what happens inside the block; of what it raises, the class is noted."""
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(self._failed, type(error).__name__)
                raise

    def called(self, call: Observation) -> None:
        """Mark a call that has just ended, inside of what is going on."""
        end = time.time_ns()
        begin = end - int(call.seconds * _NANOSECONDS)
        told = {"http.request.method": call.method, "url.template": call.path}
        span = self._tracer.start_span(
            f"{call.vendor} {call.method} {call.path}", None, self._client, told, start_time=begin
        )
        span.set_attribute("aboard.vendor", call.vendor)
        if call.status is not None:
            span.set_attribute("http.response.status_code", call.status)
        if call.failure is not None:
            span.set_attribute("error.type", call.failure)
            span.set_status(self._failed, call.failure)
        span.end(end)


def open_tracer(endpoint: str | None, stack: AsyncExitStack) -> Tracer:
    """Return what marks; with an ``endpoint``, what was marked is sent there until the end.

    Raises ``ConfigurationError`` where the packages for that are not installed.
    """
    if endpoint is None:
        return Untraced()
    provider = _provider(endpoint)
    stack.push_async_callback(asyncio.to_thread, provider.shutdown)
    return Traced(provider)


def _provider(endpoint: str) -> "TracerProvider":
    try:
        import requests  # noqa: PLC0415 - optional packages
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - optional packages
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - likewise
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - likewise
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise ConfigurationError([_MISSING]) from error
    resource = Resource.create({"service.name": "aboard"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    straight = requests.Session()
    straight.trust_env = False  # no proxy is asked, as everywhere
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", session=straight)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def around(
    tracer: Tracer, name: str, work: Callable[[*Ts], Awaitable[T]]
) -> Callable[[*Ts], Awaitable[T]]:
    """Return ``work`` that marks itself as ``name`` each time."""

    async def marked(*given: *Ts) -> T:
        with tracer.span(name):
            return await work(*given)

    return marked
