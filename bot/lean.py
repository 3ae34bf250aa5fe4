"""Libraries imported without what a process that serves would keep for ever and never use.

structlog and httpx import Rich and Pygments, to draw on a terminal, wherever these are installed,
and do without them where they are missing: that is four megabytes. aiohttp reads the system's
authorities twice, for connections that are given no others: that is two, and all of Aboard's are
given theirs. A vendor of another package is as well, where it calls through ``VendorClient``.

https://docs.python.org/3/reference/import.html#the-module-cache,
https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_LIBRARIES = ("structlog", "httpx", "aiohttp")
_DRAWING = frozenset({"rich", "pygments"})
_AUTHORITIES = "SSL_CERT_FILE"


def import_lean() -> None:
    """Import the three so; who imports later on what they had to do without finds it."""
    with _missing(), _without_authorities():
        for name in _LIBRARIES:
            import_module(name)


@contextmanager
def _missing() -> Iterator[None]:
    hidden = _DRAWING - sys.modules.keys()
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None says that it is missing
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _without_authorities() -> Iterator[None]:
    before = os.environ.get(_AUTHORITIES)
    os.environ[_AUTHORITIES] = os.devnull
    try:
        yield
    finally:
        del os.environ[_AUTHORITIES]
        if before is not None:
            os.environ[_AUTHORITIES] = before
