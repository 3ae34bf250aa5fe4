"""What a vendor is given from outside: the clock, an observer, trust, time, and GitHub's eyes.

An observation holds the path's template, never the path: ids, logins and e-mails stay out of
metrics and logs.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much: seconds, bytes after decoding, open connections.

    ``connect`` bounds the making of one connection, ``queue`` that and the wait for a free place,
    ``total`` the whole call until the last byte.
    """

    connect: float = 5.0
    queue: float = 10.0
    total: float = 30.0
    body: int = 2**20
    connections: int = 20


@dataclass(frozen=True, slots=True)
class Observation:
    """One call, ended: for metrics and logs.

    ``seconds`` counts from asking to the last byte, ``failure`` is the error's kind, and ``trace``
    the id by which the vendor's support finds the call. ``date`` is what the vendor's clock showed,
    ``remaining`` how many more calls it says that it takes for now; None where it does not say.
    """

    vendor: str
    method: str
    path: str
    status: int | None
    seconds: float
    trace: str | None
    failure: str | None
    date: datetime | None = None
    remaining: int | None = None


Observer = Callable[[Observation], None]


def unobserved(_observation: Observation) -> None:
    """Watch nothing."""


def both(one: Observer, other: Observer) -> Observer:
    """Return who watches for both."""

    def see(observation: Observation) -> None:
        one(observation)
        other(observation)

    return see


class Directory(Protocol):
    """GitHub, as far as a vendor asks it; ``vendors.github.GitHub`` is one."""

    async def login_of(self, number: int) -> str | None:
        """Return what the account with this numeric id is called now, or None."""

    async def organization(self, name: str) -> str | None:
        """Return the canonical spelling of an organization, or None."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every vendor is built with.

    ``clock`` gives the time with its zone. ``observer`` must not raise. ``tls`` says whom to trust;
    None trusts certifi's authorities. ``github`` is there where GitHub may be asked. ``sleep`` lets
    so many seconds pass, for vendors that must not be asked too often. ``reading`` is held while a
    long answer is read, whichever vendor's: two at once would take as long, and twice the memory.
    """

    clock: Callable[[], datetime]
    observer: Observer = unobserved
    github: Directory | None = None
    tls: ssl.SSLContext | None = None
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
