"""The connections: httpx in front, aiohttp's pool behind, and a mark on every call that was sent.

httpx-aiohttp 0.2 maps aiohttp's failures by class, and cannot be trusted on whether anything was
sent: a vendor that takes a request and hangs up raises ServerDisconnectedError, which becomes
``httpx.ConnectTimeout``. So aiohttp itself tells, at the moment the headers are written.

No cookies, no proxies and no netrc from the environment, no redirects, nothing sent twice. Idle
connections are dropped after three seconds, before servers do (Node's after five): a POST into a
closing connection would be one more that may have happened.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import SimpleNamespace

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from vendors.tools import Limits

KEPT_SECONDS = 3.0
ALWAYS = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": "Aboard"}
LOST = (TimeoutError, OSError, UnicodeError, httpx.HTTPError, aiohttp.ClientError)


class Sending:
    """Whether the headers of one call have been written; what was never written never happened."""

    __slots__ = ("begun",)

    def __init__(self) -> None:
        self.begun = False


_sending: ContextVar[Sending] = ContextVar("sending")


@contextmanager
def watched_sending() -> Iterator[Sending]:
    """Yield what tells, during and after one call, whether it was sent."""
    sending = Sending()
    token = _sending.set(sending)
    try:
        yield sending
    finally:
        _sending.reset(token)


async def _mark(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    _sending.get().begun = True


def trusted_authorities(more: str | None = None) -> ssl.SSLContext:
    """Return certifi's authorities and those of ``more`` (PEM), TLS 1.2 at least.

    Reading them takes some 60 ms. Nothing turns the checks off.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if more is not None:
        context.load_verify_locations(cadata=more)
    return context


def _session(tls: ssl.SSLContext, limits: Limits) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_mark)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=limits.connections, ssl=tls, keepalive_timeout=KEPT_SECONDS
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
        trust_env=False,
    )
    session._retry_connection = False  # noqa: SLF001 - aiohttp repeats a PUT or DELETE whose connection broke, and offers no option
    return session


def http_client(tls: ssl.SSLContext | None, limits: Limits) -> httpx.AsyncClient:
    """Return a client for one vendor; its session opens at the first call."""
    context = tls or trusted_authorities()
    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=context, client=lambda: _session(context, limits)),
        timeout=httpx.Timeout(None, connect=limits.connect, pool=limits.queue),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
        headers=ALWAYS,
    )
