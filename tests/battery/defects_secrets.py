"""Planted defects: secrets: where they must not appear and where they must not go."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext
from types import MappingProxyType

from httpx import AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot import health, logs, slack, status, wire
from bot.app import Aboard
from bot.settings import Settings
from vendors import client, refusals, settings, transport
from vendors.tools import Limits


def _plain_logs() -> None:
    def as_logged(_: logs.Mask, line: str) -> str:
        return line

    setattr(logs.Mask, "line", as_logged)  # noqa: B010 - a checker refuses to replace a method


def _redirects_followed() -> None:
    made = transport.http_client

    def following(tls: SSLContext | None, limits: Limits) -> AsyncClient:
        one = made(tls, limits)
        one.follow_redirects = True
        return one

    setattr(client, "http_client", following)  # noqa: B010 - the name is the client's own


def _slack_followed() -> None:
    async def followed(*_: object) -> None:
        return

    setattr(slack, "_refuse", followed)  # noqa: B010 - it may only refuse, says its type


def _any_host() -> None:
    def any_name(host: str) -> str:
        return "name" if host else "unfit"

    settings._host_kind = any_name


def _unchecked() -> None:
    def careless(_: Settings) -> SSLContext:
        context = SSLContext(PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = CERT_NONE
        return context

    setattr(Settings, "trust", careless)  # noqa: B010 - a checker refuses to replace a method


def _quoted_whole() -> None:
    def as_said(words: str, _: Iterable[str]) -> str:
        return words

    setattr(refusals, "quoted", as_said)  # noqa: B010 - its parameters have other names


def _health_trips() -> None:
    async def tripping(request: Request) -> Response:
        return PlainTextResponse("ok\n", status_code=500 if request.query_params else 200)

    setattr(status, "_healthz", tripping)  # noqa: B010 - its parameter has another name


def _readiness_tells() -> None:
    async def telling(aboard: Aboard) -> health.Standing:
        how = await health.standing(aboard)
        return replace(how, degraded=(*how.degraded, "sqlite 3.40 at aboard.db"))

    setattr(status, "standing", telling)  # noqa: B010 - it is imported, not exported


def _any_head() -> None:
    wire.LARGEST_HEAD = wire.MOST_FIELDS = 10_000_000


def _any_wait() -> None:
    wire.HEAD_SECONDS = 10_000_000.0


def _any_form() -> None:
    def plain(_: wire.Wire) -> bool:
        return True

    setattr(wire.Wire, "_is_plain", plain)  # noqa: B010 - a checker refuses to replace a method


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "the log masks nothing": _plain_logs,
        "redirects are followed": _redirects_followed,
        "Slack's redirects are followed": _slack_followed,
        "any host is a name": _any_host,
        "certificates are not checked": _unchecked,
        "a refusal is quoted whole": _quoted_whole,
        "health trips over a query": _health_trips,
        "a head is never too large": _any_head,
        "everybody is waited for": _any_wait,
        "any form of a request is read": _any_form,
        "readiness tells too much": _readiness_tells,
    }
)
