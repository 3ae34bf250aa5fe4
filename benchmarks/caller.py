"""Calls servers as Slack does, over connections that stay open: a process of its own.

`python -m benchmarks.caller PORTS CONNECTIONS SECONDS FIRST [RATE]` prints one JSON object. PORTS
are one or several, with commas between, that get the connections in turn: so what several servers
answer is counted in one and the same span of time. Without a rate every connection sends its next
request when the last one is answered (a closed loop); with one, requests leave at that rate
whatever the answers do, and the time that one waits for a free connection counts as its latency.

A client of a library costs as much as the servers that are measured here, and they share a machine:
hence these few lines of protocol.
"""

import asyncio
import json
import sys
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.payloads import Commands

HOST = "127.0.0.1"
_END = b"\r\n\r\n"
_LAST = b"0\r\n\r\n"


@dataclass
class Tally:
    """What came back: latencies in seconds, and answers by status."""

    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    statuses: dict[str, int] = field(default_factory=dict)

    def add(self, seconds: float, status: str) -> None:
        """Count one answer."""
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, request: bytes) -> str:
        """Send one request, read its answer to the end, and return the status."""
        self._writer.write(request)
        head = (await self._reader.readuntil(_END)).lower()
        if b"transfer-encoding: chunked" in head:
            await self._reader.readuntil(_LAST)
        else:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await self._reader.readexactly(length)
        return head[9:12].decode()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def _lines(ports: Sequence[int], connections: int) -> list[Line]:
    turns = islice(cycle(ports), connections)
    return [Line(*await asyncio.open_connection(HOST, port)) for port in turns]


async def closed(ports: Sequence[int], connections: int, seconds: float, first: int) -> Tally:
    """Have every connection ask again as soon as it is answered."""
    tally, commands = Tally(), Commands(first)
    lines = await _lines(ports, connections)
    end = time.perf_counter() + seconds

    async def work(line: Line) -> None:
        while (began := time.perf_counter()) < end:
            status = await line.ask(commands.next())
            tally.add(time.perf_counter() - began, status)

    await asyncio.gather(*(work(line) for line in lines))
    for line in lines:
        line.close()
    return tally


async def paced(
    ports: Sequence[int], connections: int, seconds: float, first: int, rate: float
) -> Tally:
    """Send ``rate`` requests a second, whatever the answers do."""
    tally, commands = Tally(), Commands(first)
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in await _lines(ports, connections):
        free.put_nowait(line)
    began, sent = time.perf_counter(), set[asyncio.Task[None]]()

    async def one(due: float) -> None:
        line = await free.get()
        status = await line.ask(commands.next())
        tally.add(time.perf_counter() - due, status)
        free.put_nowait(line)

    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(due))
        sent.add(task)
        task.add_done_callback(sent.discard)
    await asyncio.gather(*sent)
    return tally


def main(given: list[str]) -> None:
    """Call, and print what came back."""
    ports = [int(port) for port in given[0].split(",")]
    connections, first = int(given[1]), int(given[3])
    seconds = float(given[2])
    began = time.perf_counter()
    if len(given) > len(("ports", "connections", "seconds", "first")):
        tally = asyncio.run(paced(ports, connections, seconds, first, float(given[4])))
    else:
        tally = asyncio.run(closed(ports, connections, seconds, first))
    took = time.perf_counter() - began
    found = {"took": took, "statuses": tally.statuses, "seconds": tally.seconds.tolist()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
