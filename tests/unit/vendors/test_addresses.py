"""Base addresses of every make: what is accepted leads where it says, and nowhere that it must not.

The oracle is the system's own resolver (`inet_aton`, `inet_pton`) and the library that calls.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vendors.settings import base_url

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAMES = (
    "api.axiom.co",
    "portal.ixon.cloud",
    "github.acme.example",
    "localhost",
    "3com.com",
    "x--y.z",
)
PLAIN = st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map("[{}]".format)
METADATA = ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
NUMBERS = st.sampled_from(METADATA[:4]).map(lambda text: int(ipaddress.IPv4Address(text)))
ODD = st.one_of(
    NUMBERS.map(str),
    NUMBERS.map(hex),
    NUMBERS.map("0{:o}".format),
    NUMBERS.map(lambda one: f"{one >> 24}.{one & 0xFFFFFF}"),
    NUMBERS.map(lambda one: f"{one >> 24:#x}.{one >> 16 & 0xFF}.{one & 0xFFFF}"),
    NUMBERS.map(lambda one: f"[::ffff:{one >> 16:x}:{one & 0xFFFF:x}]"),
    NUMBERS.map(lambda one: f"[64:ff9b::{one >> 16:x}:{one & 0xFFFF:x}]"),
    NUMBERS.map(lambda one: f"[2002:{one >> 16:x}:{one & 0xFFFF:x}::1]"),
    st.sampled_from(METADATA[:4]),
    st.sampled_from(("[fd00:ec2::254]", "[fe80::1]", "[::]", "0", "metadata.google.internal")),
)  # fmt: skip
HOSTS = st.sampled_from(NAMES) | PLAIN | ODD | st.text("abcx0179.-:[]@%", max_size=12)
USERS = st.sampled_from(("", "", "", "", "user@", "user:password@", "api.axiom.co@", ":@", "%40@"))
PORTS = st.sampled_from(("", "", "", ":443", ":8443", ":0", ":65536", ":x", ":"))
PATHS = st.sampled_from(
    ("", "", "/", "/api", "/api/v3/", "/../x", "/.", "//x", "/%2e%2e/x", "/a b")
)
TAILS = st.sampled_from(("", "", "", "", "?a=b", "#a", "?", "\n", "\\@example.com", ";a", "\t"))
SCHEMES = st.sampled_from(("https", "https", "https", "http", "ftp", "file", "HTTPS", "wss", ""))
URLS = st.builds("{}://{}{}{}{}{}".format, SCHEMES, USERS, HOSTS, PORTS, PATHS, TAILS)


def _resolved(host: str) -> Address | None:
    """Return the address that the system takes a host for without asking anybody."""
    if ":" in host:
        return ipaddress.IPv6Address(host)
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _behind(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or else the same."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    number = int(address)
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_fit(address: Address) -> bool:
    unfit = address.is_link_local or address.is_multicast or address.is_unspecified
    return not unfit and str(address) not in METADATA


@given(URLS)
@example("https://2852039166/latest/meta-data")
@example("https://0xa9fea9fe")
@example("https://[::ffff:a9fe:a9fe]")
@example("https://user:password@api.axiom.co")
def test_an_accepted_address_leads_where_it_says_and_nowhere_unfit(url: str) -> None:
    try:
        base = base_url(url)
    except ValueError:
        return
    split, called = urlsplit(base), httpx.URL(f"{base}/v2/users?limit=1")
    host = split.hostname or ""
    assert (called.scheme, called.host, called.userinfo) == (split.scheme, host, b"")
    assert (split.username, split.password, split.query, split.fragment) == (None, None, "", "")
    assert called.path == f"{split.path}/v2/users"
    address = _resolved(host)
    assert address is None or _is_fit(_behind(address))
    is_loopback = host == "localhost" or (address is not None and address.is_loopback)
    assert split.scheme == "https" or (split.scheme == "http" and is_loopback)


@given(
    st.sampled_from(NAMES) | st.ip_addresses(v=4, network="10.0.0.0/8").map(str),
    st.sampled_from(("", ":443", ":8443")),
    st.sampled_from(("", "/api", "/api/v3", "/a-b/c.d/_e~f")),
    st.sampled_from(("", "/")),
)
def test_an_address_as_vendors_have_them_is_accepted(
    host: str, port: str, path: str, slash: str
) -> None:
    assert base_url(f"https://{host}{port}{path}{slash}") == f"https://{host}{port}{path}"


@pytest.mark.parametrize(
    "host", ["2852039166", "0xa9.254.169.254", "[::ffff:a9fe:a9fe]", "0251.0376.0251.0376"]
)
def test_metadata_hides_behind_no_other_writing(host: str) -> None:
    with pytest.raises(ValueError, match="must not name a link-local"):
        base_url(f"https://{host}/latest")


@pytest.mark.parametrize("host", ["metadata", "instance-data", "instance-data.ec2.internal"])
def test_metadata_hides_behind_no_name_of_a_cloud(host: str) -> None:
    with pytest.raises(ValueError, match="must not name a link-local"):
        base_url(f"https://{host}/latest")
