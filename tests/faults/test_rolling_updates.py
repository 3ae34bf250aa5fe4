"""A process of before knows of no step that waits for a credential: it tries it, and it fails."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from commands.views.answers import thread, why
from commands.views.words import step_words
from rules.states import StepState
from storage import audit, requests
from storage.audit import Fact
from storage.models import Step
from tests.faults.office import Office, open_office
from tests.faults.test_refused_credentials import Watchman, asked_for
from workflow.reads import Reads


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


def fails_as_before(connection: Connection, step: Step, now: int) -> None:
    """Attempt a step as a process of before does: what it does not know it does not write."""
    begun: requests.Row = {"attempts": step.attempts + 1, "next_at": None, "updated_at": now}
    fact = Fact("STP001I", now, "aboard", step.request_number, step.vendor)
    assert requests.move_step(connection, step, StepState.RUNNING, fact, begun)
    running = requests.step_by_ref(connection, step.ref)
    assert running is not None
    ended: requests.Row = {"problem": "credential", "next_at": None, "updated_at": now}
    fact = Fact("STP004E", now, "aboard", step.request_number, step.vendor, "failed")
    assert requests.move_step(connection, running, StepState.FAILED, fact, ended)


async def test_what_a_process_of_before_has_failed_waits_no_more_and_is_retried_once(
    office: Office,
) -> None:
    watchman, database = Watchman(office, "axiom"), office.means.database
    [(_, _), (_, number)] = await asked_for(office, 2, "engineer")
    watchman.revoke()
    await watchman.looks()
    waits = await watchman.step(number)
    assert waits.stopped_at is not None
    await database.write(partial(fails_as_before, step=waits, now=office.clock.now))
    reads = Reads(database, office.settings.catalog, "T0ACME0001")
    view = await reads.request(number)
    assert view is not None
    [seen] = [one for one in view.steps if one.vendor == "axiom"]
    assert step_words(seen) == ":x: failed"
    assert "Trying" in await office.retries(await watchman.step(number))
    assert (await watchman.step(number)).stopped_at is None


async def test_a_thread_tells_by_its_code_what_only_a_process_of_a_later_version_can_tell(
    office: Office,
) -> None:
    database = office.means.database
    [(_, number)] = await asked_for(office, 1, "engineer")
    later = Fact("STP998W", office.clock.now, "aboard", number, "axiom")
    await database.write(partial(audit.record, fact=later))
    reads = Reads(database, office.settings.catalog, "T0ACME0001")
    view, facts = await reads.request(number), await reads.lines(number, 0)
    assert view is not None
    told = "Something that only a newer version can tell (STP998W) at Axiom"
    assert thread(facts).text.endswith(told)
    assert why(view, facts).endswith(told)
