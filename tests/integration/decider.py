"""The use cases without Slack or vendors: to race in one process, or as one of several on a file.

`python -m tests.integration.decider URL NAME` reads a request's reference a line, has four people
decide about it at once, and prints how many of them were told that they decided. `aboard serve`
keeps a second process away from a SQLite file; what it promises of decisions holds without that.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.engine import Connection

from rules.catalog import ApprovalRule, Catalog
from rules.values import Verdict
from storage.database import Database
from tests.battery.defects import DEFECTS
from tests.battery.plugin import DEFECT
from tests.integration.naive import NOW
from workflow.directory import Resident
from workflow.drafts import Click
from workflow.events import Bells
from workflow.means import Means
from workflow.service import Service

PEOPLE = ("U0LEAD", "U0OPS", "U0THIRD")
RULE = ApprovalRule(PEOPLE, 1, timedelta(hours=72))
VERDICTS = (Verdict.APPROVE, Verdict.DENY, Verdict.APPROVE, Verdict.DENY)


class Everybody:
    """A directory in which everybody is a member."""

    async def resident(self, slack_id: str) -> Resident | None:
        """Return a member of this id."""
        return Resident(slack_id, "T0", f"{slack_id.lower()}@acme.example", slack_id, "Doe")

    async def get_to_know(self, people: Collection[str]) -> None:
        """Need no preparation."""

    async def members(self, group_id: str) -> frozenset[str]:
        """Know no group."""
        raise LookupError(f"there is no group {group_id}")


@dataclass
class Remembering:
    """A queue that remembers what it was given."""

    enqueued: list[tuple[str, int]] = field(default_factory=list)

    def enqueue(
        self, _: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        """Remember an attempt."""
        assert (vendor, delay) == ("axiom", 0.0)
        self.enqueued.append((step, number))

    def revive(self, _: Connection, vendor: str, step: str, number: int, at: int) -> None:
        """Remember an attempt."""
        assert vendor == "axiom"
        assert at
        self.enqueued.append((step, number))

    def wake(self, vendor: str) -> None:
        """Do nothing."""
        assert vendor == "axiom"


def service_on(database: Database) -> Service:
    """Return the use cases on a database, one moment before everything."""
    numbers = itertools.count(1)
    means = Means(
        database, Everybody(), {}, Catalog({}, RULE), lambda: NOW - 1,
        lambda: f"ref{next(numbers)}", Remembering(), Bells(), "C0REQUESTS",
    )  # fmt: skip
    return Service(means)


def click(ref: str, who: str, verdict: Verdict, key: str = "") -> Click:
    """Return somebody's click, as Slack delivers it once."""
    return Click(ref, who, verdict, "", f"{who} {verdict} {ref} {key}")


async def decide(service: Service, ref: str, name: str) -> int:
    """Have four decide at once; return how many were told that they did."""
    who = itertools.cycle(PEOPLE)
    clicks = [click(ref, next(who), one, f"{name}{number}") for number, one in enumerate(VERDICTS)]
    said = await asyncio.gather(*(service.decide(one) for one in clicks))
    return sum(one.counted for one in said)


async def _serve(url: str, name: str) -> None:
    database = Database(url)
    service = service_on(database)
    for line in sys.stdin:
        sys.stdout.write(f"{await decide(service, line.strip(), name)}\n")
        sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    if defect := os.environ.get(DEFECT):
        DEFECTS[defect]()
    asyncio.run(_serve(*sys.argv[1:]))
