"""What the use cases work with; built once by ``bot.app`` and handed to each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.panel import Panel
from rules.people import Actor
from storage.database import Database
from vendors.contract import AnyVendor
from workflow.clock import Clock
from workflow.directory import Directory
from workflow.events import Bells


class Queue(Protocol):
    """The part of the runner that the use cases need."""

    def enqueue(
        self, connection: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        """Have an attempt of a step run after this transaction."""

    def revive(self, connection: Connection, vendor: str, step: str, number: int, at: int) -> None:
        """Have an attempt run after this transaction that is in no queue any more."""

    def wake(self, vendor: str) -> None:
        """Start what waits in a vendor's queue now."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the use cases work with; built once, handed to each.

    ``grace`` is for how many microseconds access is given although no anchor of the audit trail
    arrives outside; None where no place is named for them.
    """

    database: Database
    directory: Directory
    vendors: Mapping[str, AnyVendor]
    catalog: Catalog
    clock: Clock
    reference: Callable[[], str]
    queue: Queue
    bells: Bells
    channel: str
    grace: int | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, who may approve at this moment, and the delivery from Slack that says so.

    ``panel`` has the approvers stage by stage. ``approvers`` are all of them; where a rule approved
    by itself, they are those of ``[approval]``. ``named`` are those who are named at this moment to
    do by hand what the caller acts on, and ``approved_by`` those who approved it. ``objection``
    says why the person concerned cannot come on board any more, which keeps anybody from approving
    that.
    """

    actor: Actor
    approvers: frozenset[str]
    panel: Panel
    delivery: str
    named: frozenset[str] = frozenset()
    approved_by: frozenset[Actor] = frozenset()
    objection: str | None = None
