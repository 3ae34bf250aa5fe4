"""A database that takes no write for a while: an attempt waits for it, and knows what it knew."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from sandbox.slack.model import User
from storage.database import Database
from storage.models import Step
from tests.faults.office import Office, open_office
from tests.faults.truth import holds, put
from workflow.clock import MINUTE

CLAIM, MARK, RECORD = 1, 2, 3
"""What an attempt writes, in this order."""
ENDS = {"axiom": "done", "axolo": "unverified"}
"""What is told of a vendor that can be looked up, and of one that cannot."""


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


@dataclass
class Trouble:
    """A database that takes one write only at the third time; a minute passes before each."""

    office: Office
    at: int
    meanwhile: Callable[[], None] = lambda: None
    writes: int = 0
    refused: int = 0

    async def write(self, run: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Write, or fail as on a disk that is full."""
        if self.writes + 1 == self.at and self.refused < 2:
            if not self.refused:
                self.meanwhile()
            self.refused += 1
            self.office.clock.now += MINUTE
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError("COMMIT", {}, full)
        self.writes += 1
        return await Database.write(self.office.means.database, run)


async def attempted(office: Office, user: User, vendor: str, trouble: Trouble) -> Step:
    """Have one vendor's step of a request attempted while there is trouble; return it after."""
    number = await office.approved(user, profile="engineer")
    step = (await office.steps(number))[vendor]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.means.database, "write", trouble.write)
        await office.attempts.attempt(step.ref, 1)
    assert trouble.refused == 2
    return (await office.steps(number))[vendor]


@pytest.mark.parametrize(("vendor", "end"), ENDS.items())
@pytest.mark.parametrize("at", [CLAIM, MARK, RECORD])
async def test_an_attempt_waits_for_its_database_and_ends_as_it_would_have(
    office: Office, vendor: str, end: str, at: int
) -> None:
    user, trouble = office.hire(), Trouble(office, at)
    step = await attempted(office, user, vendor, trouble)
    assert (step.state, step.tries) == (end, 1)
    assert holds(office, vendor, office.login(user), user.email) == 1


async def test_what_was_seen_before_a_long_trouble_is_looked_up_again(office: Office) -> None:
    user = office.hire()
    given = partial(put, office, "axiom", office.login(user), user.email)
    trouble = Trouble(office, MARK, given)
    step = await attempted(office, user, "axiom", trouble)
    assert holds(office, "axiom", office.login(user), user.email) == 1
    assert not office.server.axiom.journal.asked("POST", "/v2/users")
    assert step.state in {"unchanged", "action_required"}
