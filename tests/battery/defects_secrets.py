"""Planted defects: secrets: where they must not appear and where they must not go."""

from collections.abc import Callable, Mapping
from ssl import SSLContext
from types import MappingProxyType

from httpx import AsyncClient

from bot import logs
from vendors import client, transport
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


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "the log masks nothing": _plain_logs,
        "redirects are followed": _redirects_followed,
    }
)
