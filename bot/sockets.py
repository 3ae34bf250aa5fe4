"""Where HTTP listens, opened by ourselves: uvicorn would end the process without a sentence."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bot.reader import ConfigurationError

_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""This machine has no such address: of a name that has another one, as `localhost` mostly has."""


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Yield sockets that listen at every address of ``host``; they are closed with the block.

    Raises ``ConfigurationError`` where nobody can listen there.
    """
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(one) for one in _opened(host, port)]
        except OSError as error:
            known = error.errno in errno.errorcode
            why = os.strerror(error.errno or 0) if known else error.strerror
            sentence = f"Nobody can listen on {host}, port {port}: {why}."
            raise ConfigurationError([sentence]) from error
        yield opened


def _opened(host: str, port: int) -> Iterator[socket.socket]:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    left = len(found)
    for family, _, _, _, address in found:
        try:
            yield _listening(family, address)
        except OSError as error:
            left -= 1
            if error.errno not in _ABSENT or not left:
                raise


def _listening(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    """Listen there; what connects sends at once, which asyncio sees to with its own sockets only.

    An answer in two parts would wait for 40 ms in between.
    """
    opened = socket.create_server(address, family=family)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
