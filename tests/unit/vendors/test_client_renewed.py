"""A call that a vendor refuses with 401 is sent once more where its credential was replaced."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

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
    saying,
    serving,
)
from vendors.appxite_settings import AppxiteSettings
from vendors.appxite_tokens import FetchedToken
from vendors.call import Call, HeaderAuth
from vendors.client import VendorClient
from vendors.errors import CredentialError, UnavailableError
from vendors.secrets import LiveSecret
from vendors.tools import Observation, Tools

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


async def test_a_second_sending_that_never_left_did_nothing() -> None:
    secret, seen = LiveSecret(OLD), list[Observation]()
    server = Server(saying(http(b"{}", "401 Unauthorized", "Connection: close")))
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]

    def gone() -> None:
        listener.close()
        secret.replace(NEW)

    secret.watched_by(gone)
    auth = HeaderAuth({"x-api-key": ("Key ", secret)})
    client = VendorClient(endpoint(server.url, auth), replace(TOOLS, observer=seen.append))
    with pytest.raises(UnavailableError, match="nothing was sent"):
        await client.fetch(WRITE, THING)
    await client.aclose()
    assert len(server.requests) == 1
    assert [(one.status, one.failure) for one in seen] == [(None, UnavailableError.kind)]


@asynccontextmanager
async def fetching(*answers: bytes) -> AsyncIterator[tuple[AppxiteSettings, FetchedToken, Server]]:
    """Run what gives tokens, with these answers one after the other, and who fetches them."""
    left = list(answers)

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0))
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
            yield settings, tokens, server
        finally:
            await tokens.aclose()


def live(settings: AppxiteSettings) -> LiveSecret:
    """Return the client's secret, which may be replaced."""
    assert isinstance(settings.client_secret, LiveSecret)
    return settings.client_secret


PAIRS = [base64.b64encode(f"aboard:{one}".encode()) for one in (OLD, NEW)]
REFUSED = http(b"{}", "401 Unauthorized")


async def test_a_client_secret_is_revealed_when_a_token_is_fetched() -> None:
    granted = http(b'{"access_token": "t0ken", "expires_in": 0}')
    async with fetching(granted, granted) as (settings, tokens, server):
        await tokens.current()
        live(settings).replace(NEW)
        await tokens.current()
    assert [pair in one for pair, one in zip(PAIRS, server.requests, strict=True)] == [True, True]


async def test_a_pair_that_was_replaced_while_it_was_refused_is_used_at_once() -> None:
    async with fetching(REFUSED, http(b'{"access_token": "t0ken"}')) as (settings, tokens, server):
        looks = iter((OLD, NEW))
        live(settings).watched_by(lambda: live(settings).replace(next(looks)))
        assert (await tokens.current()).get_secret_value() == "t0ken"
    assert [pair in one for pair, one in zip(PAIRS, server.requests, strict=True)] == [True, True]


async def test_a_pair_that_is_refused_and_stays_is_sent_once() -> None:
    async with fetching(REFUSED) as (_, tokens, server):
        with pytest.raises(CredentialError):
            await tokens.current()
        assert len(server.requests) == 1


async def test_of_all_who_were_refused_with_a_token_one_fetches_another() -> None:
    granted = [b'{"access_token": "one"}', b'{"access_token": "two"}']
    async with fetching(*map(http, granted)) as (_, tokens, server):
        old = await tokens.current()
        first, second = await tokens.renewed(old), await tokens.renewed(old)
        assert first is not None
        assert first is second
        assert first.get_secret_value() == "two"
        assert len(server.requests) == 2


def test_a_live_secret_is_hidden_and_equals_any_secret_of_the_same_value() -> None:
    secret = LiveSecret(OLD)
    assert OLD not in f"{secret} {secret!r}"
    assert secret == LiveSecret(OLD) != LiveSecret(NEW)
    assert secret != OLD
    assert len({secret, LiveSecret(OLD)}) == 1
