"""Bad certificates are refused by everybody who calls out, and a good one of one's own is taken.

Everything is as `aboard serve` reads it from the settings. A call that is refused sent nothing.
"""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import trustme

from bot.reader import ConfigurationError
from tests.canaries import found
from tests.integration.callers import CALLERS, SECRETS, callers, settings_at
from tests.unit.vendors.loopback import Server, http, saying
from vendors.errors import UnavailableError, VendorError

HERE = "127.0.0.1"
AUTHORITY = trustme.CA()
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


def _served(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _wrong_host() -> ssl.SSLContext:
    return _served(AUTHORITY.issue_cert("api.example.com", "127.0.0.2"))


def _expired() -> ssl.SSLContext:
    return _served(AUTHORITY.issue_cert(HERE, not_after=LONG_AGO))


def _unknown() -> ssl.SSLContext:
    return _served(trustme.CA().issue_cert(HERE))


def _old() -> ssl.SSLContext:
    context = _served(AUTHORITY.issue_cert(HERE))
    with warnings.catch_warnings(category=DeprecationWarning, action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


BAD: dict[str, Callable[[], ssl.SSLContext]] = {
    "another host": _wrong_host,
    "expired": _expired,
    "an unknown authority": _unknown,
    "TLS 1.1": _old,
}


@asynccontextmanager
async def _serving(tls: ssl.SSLContext) -> AsyncIterator[Server]:
    server = Server(saying(http(b"{}", "403 Forbidden")))
    listener = await asyncio.start_server(server.serve, HERE, 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


async def _call(name: str, server: Server, folder: Path, authorities: str = "") -> None:
    pem = authorities or AUTHORITY.cert_pem.bytes().decode()
    async with callers(settings_at(f"https://{HERE}:{server.port}", folder, pem)) as calls:
        await calls[name]()


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_certificate_is_refused_and_nothing_is_sent(
    bad: str, name: str, tmp_path: Path
) -> None:
    async with _serving(BAD[bad]()) as server:
        with pytest.raises((UnavailableError, aiohttp.ClientConnectorError)) as refusal:
            await _call(name, server, tmp_path)
    assert server.requests == []
    assert not isinstance(refusal.value, VendorError) or "nothing was sent" in str(refusal.value)


@pytest.mark.parametrize("name", CALLERS)
async def test_a_good_certificate_of_an_authority_of_ones_own_is_taken(
    name: str, tmp_path: Path
) -> None:
    async with _serving(_served(AUTHORITY.issue_cert(HERE))) as server:
        with pytest.raises(Exception, match=r"\S"):  # it answers 403: the call has arrived
            await _call(name, server, tmp_path)
    assert found(SECRETS, b"".join(server.requests))


async def test_a_server_that_speaks_old_tls_is_reached_by_who_allows_it() -> None:
    careless = ssl.create_default_context(cadata=AUTHORITY.cert_pem.bytes().decode())
    with warnings.catch_warnings(category=DeprecationWarning, action="ignore"):
        careless.minimum_version = ssl.TLSVersion.TLSv1
    careless.set_ciphers("ALL:@SECLEVEL=0")
    async with _serving(_old()) as server:
        _, writer = await asyncio.open_connection(HERE, server.port, ssl=careless)
        assert writer.get_extra_info("ssl_object").version() in {"TLSv1", "TLSv1.1"}
        writer.close()


def test_what_people_write_between_certificates_may_be_in_any_language(tmp_path: Path) -> None:
    pem = AUTHORITY.cert_pem.bytes().decode()
    text = f"# Zertifikate der Behörde №1\n{pem}# 証明書\n"
    known = settings_at("https://127.0.0.1", tmp_path, text).trust().get_ca_certs()
    assert [one for one in known if "trustme" in str(one["subject"])]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nÄÄÄÄ\n-----END CERTIFICATE-----\n",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
    ],
)
def test_authorities_that_are_none_are_refused_unseen(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        settings_at("https://127.0.0.1", tmp_path, text)
    assert str(refusal.value) == "TLS_AUTHORITIES must be certificates in PEM."
