"""What a vendor is put on to be tested: its simulator, and the truth that the simulator knows."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ssl import SSLContext
from typing import Protocol

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from sandbox.faults import Faults
from sandbox.vendors.journal import Journal
from vendors.contract import AnyVendor, Person
from vendors.tools import Limits, Observation, Tools
from vendors.transport import trusted_authorities

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DEADLINE = 5.0
"""Seconds that a call may take here: nobody waits for their end, see ``waiting``."""

NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: the port of the discard protocol, on this machine."""

ADA = Person("U0ADA", "Ada.Lovelace@kepler.example", "Ada", "Lovelace", "ada-lovelace", 500_100)
GRACE = Person("U0GRACE", "grace@kepler.example", "Grace", "Hopper", "grace", 500_101)
NOBODY = Person("", "", "", "")
"""Somebody by whom no vendor knows people."""


@dataclass
class Watch:
    """The tools a vendor gets here, and every call it makes."""

    seen: list[Observation] = field(default_factory=list)

    def tools(self) -> Tools:
        """Return tools with a clock that stands still, and deadlines that are known."""
        return Tools(
            clock=lambda: NOW,
            observer=self.seen.append,
            tls=_authorities(),
            limits=Limits(connect=DEADLINE, queue=DEADLINE, total=DEADLINE),
            sleep=_at_once,
        )


async def _at_once(_seconds: float) -> None:
    """Wait for nothing: the clock stands still."""


@cache
def _authorities() -> SSLContext:
    return trusted_authorities()


def clock() -> float:
    """Tell the simulators the time."""
    return NOW.timestamp()


@asynccontextmanager
async def served(apps: Mapping[str, web.Application], *faults: Faults) -> AsyncIterator[str]:
    """Serve simulators on loopback, each under its prefix; nobody hangs at the end."""
    house = web.Application()
    for prefix, app in apps.items():
        house.add_subapp(prefix, app)
    async with TestServer(house) as server:
        yield str(server.make_url("")).rstrip("/")
        for one in faults:
            one.clear()


class Bench(Protocol):
    """A vendor beside its simulator."""

    @property
    def vendor(self) -> AnyVendor:
        """The vendor, with the right credential."""

    @property
    def impostor(self) -> AnyVendor:
        """The vendor, with a wrong one."""

    @property
    def away(self) -> AnyVendor:
        """The vendor, with the right credential, looked for at ``NOWHERE``."""

    @property
    def access(self) -> BaseModel:
        """What is asked for."""

    @property
    def other(self) -> BaseModel:
        """Another access, where there is one."""

    @property
    def creation(self) -> str:
        """The request that gives an account, as ``Faults`` matches it."""

    @property
    def removal(self) -> str:
        """The request that takes it away."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every credential here."""

    @property
    def watch(self) -> Watch:
        """What the vendor was seen calling."""

    @property
    def faults(self) -> Faults:
        """The simulator's faults."""

    @property
    def journal(self) -> Journal:
        """What the simulator was asked."""

    def put(self, person: Person, access: BaseModel) -> None:
        """Give somebody an account behind the vendor's back."""

    def held(self, person: Person) -> list[str]:
        """Return the access of every account that the simulator has for this person."""

    def refuse_repeats(self) -> None:
        """Have the vendor answer 409 and 404 where its document leaves that open."""
