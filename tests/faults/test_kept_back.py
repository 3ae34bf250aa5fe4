"""What is kept back while no anchor arrives says so, also where nobody knows what was done."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from commands.views import card, times
from rules.states import StepState
from storage import unanchored
from tests.faults.office import Office, open_office
from workflow.clock import MINUTE
from workflow.readmodels import RequestView
from workflow.reads import Reads
from workflow.unanchored import WAITS, Sentry

REST = "Cancel what has not started"
CREATE = "POST /axiom/v2/users"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


async def seen(office: Office, number: int) -> RequestView:
    """Return what the card is drawn from."""
    team = office.server.workspace.state.team.id
    reads = Reads(office.means.database, office.settings.catalog, team, frozenset())
    view = await reads.request(number)
    assert view is not None
    return view


async def line(office: Office, number: int) -> str:
    """Return what the card says of Axiom."""
    view = await seen(office, number)
    [step] = (one for one in view.steps if one.vendor == "axiom")
    return card.step_text(view, step)


async def offered(office: Office, number: int) -> set[str]:
    """Return the buttons about the time of a request."""
    return {one.text.text for one in times.buttons(await seen(office, number)) if one.text}


async def nobody_is_told(_stopped: bool) -> bool:  # noqa: FBT001 - as the sentry tells it
    return True


async def test_an_unknown_step_that_is_kept_back_says_so_and_looks_later(office: Office) -> None:
    number = await office.approved(office.hire(), profile="engineer")
    office.server.axiom.faults.lose_answer(only=CREATE)
    await office.works(office.clock.now)
    assert "unknown, looking again" in await line(office, number)
    before = (await office.steps(number))["axiom"].detail
    await office.gives_nothing()
    await office.works(office.clock.now + MINUTE)
    kept = await office.means.database.read(partial(unanchored.kept_back, limit=9))
    step = (await office.steps(number))["axiom"]
    assert (kept, step.state) == ([step.ref], StepState.UNKNOWN)
    said = await line(office, number)
    assert WAITS in said
    assert before in said
    assert "looking again" not in said
    assert "Next try" not in said
    await office.gives_again()
    while await Sentry(office.means, nobody_is_told).once() is not None:
        pass
    assert WAITS not in await line(office, number)
    await office.works()
    assert (await office.steps(number))["axiom"].state == StepState.DONE


async def test_what_was_attempted_and_is_kept_back_can_be_cancelled_by_the_button(
    office: Office,
) -> None:
    number = await office.approved(office.hire(), profile="engineer")
    office.server.axiom.faults.down()
    await office.works(office.clock.now)
    assert "waiting for another try" in await line(office, number)
    assert REST not in await offered(office, number)
    await office.gives_nothing()
    await office.works(office.clock.now + MINUTE)
    assert WAITS in await line(office, number)
    assert REST in await offered(office, number)
    manager = office.server.cast.manager.id
    assert (await office.service.cancel(number, manager, office._delivery())).counted
    assert (await office.steps(number))["axiom"].state == StepState.UNKNOWN
    assert REST not in await offered(office, number)
