"""A call that a vendor refuses with 401 is sent once more where its credential was replaced."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import BaseModel, TypeAdapter

from tests.unit.vendors.loopback import (
    NOW,
    PATIENT,
    Script,
    Server,
    authorities,
    endpoint,
    http,
    serving,
)
from vendors.appxite_settings import AppxiteSettings
from vendors.appxite_tokens import FetchedToken
from vendors.call import Call, HeaderAuth
from vendors.client import VendorClient
from vendors.errors import CredentialError
from vendors.secrets import LiveSecret
from vendors.tools import Tools

OLD, NEW = "sk-old-0123456789", "sk-new-0123456789"
WRITE = Call("POST", "/things", body={"email": "ada@example.com"})


class Thing(BaseModel):
    id: str


THING = TypeAdapter(Thing)
TOOLS = Tools(clock=lambda: NOW, tls=authorities(), limits=PATIENT)


def taking(server: list[Server], *accepted: str) -> Script:
    """Accept calls with one of these keys; refuse the others with 401."""

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = server[0].requests[-1].decode()
        fits = any(f"key {one}\r\n" in head.lower() for one in accepted)
        answer = http(b'{"id": "7"}') if fits else http(b"{}", "401 Unauthorized")
        writer.write(answer)
        await writer.drain()

    return script


@asynccontextmanager
async def calling(secret: LiveSecret, *accepted: str) -> AsyncIterator[tuple[VendorClient, Server]]:
    """Run a vendor that accepts some keys, and a client that sends ``secret``."""
    servers: list[Server] = []
    async with serving(taking(servers, *accepted)) as server:
        servers.append(server)
        auth = HeaderAuth({"x-api-key": ("Key ", secret)})
        client = VendorClient(endpoint(server.url, auth), TOOLS)
        try:
            yield client, server
        finally:
            await client.aclose()


async def test_a_call_carries_the_secret_of_the_moment() -> None:
    secret = LiveSecret(OLD)
    async with calling(secret, NEW) as (client, server):
        secret.replace(NEW)
        assert await client.fetch(WRITE, THING) == Thing(id="7")
        assert len(server.requests) == 1


async def test_a_refused_call_is_sent_again_with_the_secret_that_was_found_then() -> None:
    secret = LiveSecret(OLD)
    secret.watched_by(lambda: secret.replace(NEW))
    async with calling(secret, NEW) as (client, server):
        assert await client.fetch(WRITE, THING) == Thing(id="7")
        assert len(server.requests) == 2
        assert server.requests[0].endswith(b'{"email": "ada@example.com"}')
        assert server.requests[1].endswith(b'{"email": "ada@example.com"}')


@pytest.mark.parametrize("found", [OLD, NEW])
async def test_a_call_is_sent_twice_at_most_and_never_with_the_same_secret(found: str) -> None:
    secret = LiveSecret(OLD)
    secret.watched_by(lambda: secret.replace(found))
    async with calling(secret) as (client, server):
        with pytest.raises(CredentialError):
            await client.fetch(WRITE, THING)
        assert len(server.requests) == (1 if found == OLD else 2)


async def test_a_client_secret_is_revealed_when_a_token_is_fetched() -> None:
    granted = http(b'{"access_token": "t0ken", "expires_in": 0}')

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(granted)
        await writer.drain()

    async with serving(script) as server:
        settings = AppxiteSettings.model_validate(
            {
                "confirmed": True, "portal": "https://portal.example", "on_behalf_of": "acme",
                "base_url": server.url, "subscription_key": "key-0123456789",
                "client_id": "aboard", "client_secret": OLD,
                "token_url": f"{server.url}/token",
            }
        )  # fmt: skip
        tokens = FetchedToken(settings, f"{server.url}/token", TOOLS)
        try:
            await tokens.current()
            secret = settings.client_secret
            assert isinstance(secret, LiveSecret)
            secret.replace(NEW)
            await tokens.current()
        finally:
            await tokens.aclose()
    pairs = [base64.b64encode(f"aboard:{one}".encode()) for one in (OLD, NEW)]
    assert [pair in one for pair, one in zip(pairs, server.requests, strict=True)] == [True, True]


def test_a_live_secret_is_hidden_and_equals_any_secret_of_the_same_value() -> None:
    secret = LiveSecret(OLD)
    assert OLD not in f"{secret} {secret!r}"
    assert secret == LiveSecret(OLD) != LiveSecret(NEW)
    assert secret != OLD
    assert len({secret, LiveSecret(OLD)}) == 1
