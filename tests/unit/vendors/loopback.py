"""A server on loopback that misbehaves on the wire: it answers exactly the bytes it is told to."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import httpx
from pydantic import SecretStr

from vendors.call import Endpoint, HeaderAuth
from vendors.client import VendorClient
from vendors.tools import Limits, Observation, Tools
from vendors.transport import trusted_authorities

SECRET = "sk-Secret/Value+0123456789"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

PATIENT = Limits(connect=10.0, queue=10.0, total=10.0)
HASTY = Limits(connect=0.2, queue=0.2, total=0.3)

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@cache
def authorities() -> ssl.SSLContext:
    """Read certifi's authorities once for all tests."""
    return trusted_authorities()


def http(body: bytes = b"", status: str = "200 OK", *lines: str) -> bytes:
    """Write an answer with its length and any more header lines."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def saying(*answers: bytes) -> Script:
    """Answer each request on a connection with the same bytes."""

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer)
            await writer.drain()

    return script


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing until the caller gives up."""
    await reader.read()


async def hanging_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and close the connection politely."""
    writer.close()


async def resetting(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and reset the connection."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def dripping(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with one byte every now and then, and never come to an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.02)


@dataclass
class Server:
    """A running server: where it is, and every request it read, whole."""

    script: Script
    port: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, with a prefix that must survive."""
        return f"http://127.0.0.1:{self.port}/base"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read requests on one connection and follow the script after each."""
        try:
            while request := await self._request(reader):
                self.requests.append(request)
                await self.script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-len")]
        size = int(lengths[0].split(b":")[1]) if lengths else 0
        return head + await reader.readexactly(size)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Server]:
    """Run a server on a free port of loopback."""
    server = Server(script)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


def endpoint(url: str, auth: httpx.Auth | None = None) -> Endpoint:
    """Describe a vendor that listens there."""
    return Endpoint(
        name="acme",
        title="Acme",
        base_url=url,
        auth=auth or HeaderAuth({"x-api-key": ("Key ", SecretStr(SECRET))}),
    )


@dataclass
class Probe:
    """A client, and what it has been observed doing."""

    client: VendorClient
    seen: list[Observation]


@asynccontextmanager
async def probing(url: str, limits: Limits | None = None) -> AsyncIterator[Probe]:
    """Run a client of the vendor at ``url``, by default with deadlines that no test meets."""
    seen: list[Observation] = []
    tools = Tools(
        clock=lambda: NOW,
        observer=seen.append,
        tls=authorities(),
        limits=limits or PATIENT,
    )
    client = VendorClient(endpoint(url), tools)
    try:
        yield Probe(client, seen)
    finally:
        await client.aclose()
