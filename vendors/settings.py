"""What the settings of a vendor are made of: addresses and secrets that are safe to send.

A base address is https; http is for loopback, where simulators listen. No part of it may carry a
credential, a query or a way out of its path: the client appends to it and goes nowhere else.

A host that ends in a number is an address to every resolver, also as ``2852039166``
(https://url.spec.whatwg.org/#ends-in-a-number-checker): it has to be written plainly, so that it
can be judged here. Where a cloud tells credentials to whoever asks, no vendor listens.
"""

import ipaddress
import re
import ssl
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, SecretStr

from vendors.secrets import LiveSecret

SETTINGS = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?"
)
_SECRET = re.compile(r"[!-~]{1,4096}")  # printable ASCII without spaces: what a header can carry

_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_TELLS_CREDENTIALS = frozenset(
    {
        *map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192")),
        *map(ipaddress.ip_address, ("fd00:ec2::254", "fd20:ce::254")),
    }
)
"""Alibaba's, Azure's, Oracle's, and by IPv6 Amazon's and Google's; the others are link-local."""
_TELLING_NAMES = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data"}
    | {"instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com"}
)
"""The names under which clouds' resolvers know these places. No other name is resolved here."""
_HOLDING_OTHERS = tuple(
    map(ipaddress.ip_network, ("::/64", "64:ff9b::/32", "2001::/32", "2002::/16"))
)
"""Where an IPv6 address stands for an IPv4 one: mapped, translated, Teredo, 6to4."""


def _host_kind(host: str) -> str:
    if host == "localhost":
        return "loopback"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        odd = host.startswith("[") or host in _TELLING_NAMES or _NUMBER.fullmatch(host)
        return "unfit" if odd else "name"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "unfit"
    if address in _TELLS_CREDENTIALS or any(address in one for one in _HOLDING_OTHERS):
        return "unfit"
    return "address"


def base_url(text: str) -> str:
    """Return ``text`` without its last slash; ``ValueError`` where it is not fit to be a base."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError("must look like https://host or https://host/path, and hold nothing else")
    kind = _host_kind(match["host"])
    if kind == "unfit":
        raise ValueError("must not name a link-local, multicast, unspecified or metadata address")
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
    if isinstance(secret, LiveSecret):
        return secret  # another model's: replaced there, it is replaced here
    return LiveSecret(secret.get_secret_value())


def _certificates(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()  # what people write between them may be more
    try:
        ssl.create_default_context(cadata=plain)
    except (ssl.SSLError, ValueError) as error:
        raise ValueError("must be certificates in PEM") from error
    return plain


BaseUrl = Annotated[str, AfterValidator(base_url)]
Secret = Annotated[SecretStr, AfterValidator(_sendable)]
Certificates = Annotated[str, AfterValidator(_certificates)]
