"""What the settings of a vendor are made of: addresses and secrets that are safe to send.

A base address is https; http is for loopback, where simulators listen. No part of it may carry a
credential, a query or a way out of its path: the client appends to it and goes nowhere else.
"""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, SecretStr

SETTINGS = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?"
)
_SECRET = re.compile(r"[!-~]{1,4096}")  # printable ASCII without spaces: what a header can carry


def _host_kind(host: str) -> str:
    if host == "localhost":
        return "loopback"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "name"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "unfit"
    return "address"


def base_url(text: str) -> str:
    """Return ``text`` without its last slash; ``ValueError`` where it is not fit to be a base."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError("must look like https://host or https://host/path, and hold nothing else")
    kind = _host_kind(match["host"])
    if kind == "unfit":
        raise ValueError("must not name a link-local, multicast or unspecified address")
    if match["scheme"] == "http" and kind != "loopback":
        raise ValueError("must be https: http is for loopback only")
    if any(set(part) == {"."} for part in match["path"].split("/") if part):
        raise ValueError("must not hold dot segments")
    if match["port"] is not None and not 0 < int(match["port"]) < 2**16:
        raise ValueError("must name a port from 1 to 65535")
    return text.rstrip("/")


def _sendable(secret: SecretStr) -> SecretStr:
    if _SECRET.fullmatch(secret.get_secret_value()) is None:
        raise ValueError("must be printable ASCII without spaces")
    return secret


BaseUrl = Annotated[str, AfterValidator(base_url)]
Secret = Annotated[SecretStr, AfterValidator(_sendable)]
