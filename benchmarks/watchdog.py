"""Looks from outside whether Aboard's event loop turns: asks `/healthz` every ten milliseconds.

`python -m benchmarks.watchdog PORT` asks until standard input ends; then it prints how many seconds
each answer took. Whoever asks while the loop is held up waits for the rest of that time.
"""

import json
import selectors
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection

HOST = "127.0.0.1"
EVERY = 0.01
_PATIENCE = 60.0


def watch(port: int) -> list[float]:
    """Ask until nobody listens any more; return the seconds of every answer."""
    found, line = list[float](), HTTPConnection(HOST, port, timeout=_PATIENCE)
    with selectors.DefaultSelector() as enough:
        enough.register(sys.stdin, selectors.EVENT_READ)
        while not enough.select(EVERY):
            found.append(_ask(line))
    line.close()
    return found


def _ask(line: HTTPConnection) -> float:
    began = time.perf_counter()
    line.request("GET", "/healthz")
    answer = line.getresponse()
    answer.read()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"Aboard does not say that it lives: {answer.status}")
    return time.perf_counter() - began


if __name__ == "__main__":
    json.dump(watch(int(sys.argv[1])), sys.stdout)
