"""Whatever befalls a call, no outcome is guessed: it is seen, or somebody is asked to look.

Each request asks five vendors for something, and a fault of its own befalls each of them. The truth
is what the simulators hold.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from structlog.testing import capture_logs

from rules.values import Kind
from sandbox.slack.model import User
from storage import messages
from storage.models import Step
from tests.faults.office import Office, open_office
from tests.faults.silence import A_MOMENT, LONGER_THAN_ANY_DEADLINE
from tests.faults.truth import VENDORS, holds
from tests.faults.wire import FAULTS, Wire, tapped

SEEDS = int(os.environ.get("ABOARD_OUTCOME_SEEDS", "1"))
CREATIONS = {
    "appxite": "POST /appxite/users/invite",
    "axiom": "POST /axiom/v2/users",
    "axolo": "POST /axolo/v1/engineer/onboard",
    "ixon": "POST /ixon/invites",
}
"""What makes something new at a vendor each time that it is carried out."""
SEEN = ("done", "unchanged", "invited")
GOOD = (*SEEN, "unverified")
SETTLED_MOSTLY = 0.5
"""At least this part is settled without a person: whoever flags everything keeps no promise."""


@dataclass
class Case:
    """One request and what befalls its calls."""

    office: Office
    wire: Wire
    random: Random

    def befall(self, first: int) -> None:
        """Plant a fault for every vendor, beginning with this one, and what follows it."""
        self.wire.clear()
        for place, vendor in enumerate(VENDORS):
            fault = FAULTS[(first + place) % len(FAULTS)]
            times = self.random.choice((1, 1, 1, 2, 3, 8))
            later = [self.random.choice(FAULTS)] * self.random.choice((0, 0, 1))
            self.wire.writes[vendor] = [fault] * times + later
            looks = self.random.choice((0, 0, 1, 2))
            self.wire.looks[vendor] = [self.random.choice(FAULTS) for _ in range(looks)]

    def wrong(self, user: User, steps: dict[str, Step], before: dict[str, int]) -> list[str]:
        """Return what the bot says of each vendor that is not so."""
        return [
            f"{vendor}: {what} ({step.state}: {step.detail})"
            for vendor, step in steps.items()
            for what in self._wrong(vendor, step, user, before[vendor])
        ]

    def _wrong(self, vendor: str, step: Step, user: User, before: int) -> list[str]:
        has, gives = (
            holds(self.office, vendor, self.office.login(user), user.email),
            bool(step.access),
        )
        claims = step.state in (GOOD if vendor != "axolo" else SEEN)
        made = self.wire.done[vendor, CREATIONS.get(vendor, "")]
        checks = {
            "false done": claims and (has > 0) is not gives,
            "false failed": step.state == "failed" and has != before,
            "made twice": has > 1 or made > 1,
            "left open": step.next_at is not None or step.state in ("waiting", "running"),
        }
        return [what for what, so in checks.items() if so]


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


@pytest.fixture
def unbroken() -> Iterator[None]:
    """See that nothing breaks inside the bot, whatever befalls its calls."""
    with capture_logs() as lines:
        yield
    assert [str(one) for one in lines if "exc_info" in one] == []


@pytest.mark.usefixtures("unbroken")
@pytest.mark.timeout(120 + 90 * SEEDS)
@pytest.mark.parametrize("kind", [Kind.ONBOARD, Kind.OFFBOARD])
async def test_nothing_is_claimed_that_is_not_so_and_the_rest_is_flagged_for_a_person(
    office: Office, kind: Kind
) -> None:
    wrong, ends = list[str](), Counter[str]()
    for seed in range(SEEDS):
        random = Random(f"{kind} {seed}")  # noqa: S311 - it has to be the same again
        with tapped(office, random) as wire:
            for first in range(len(FAULTS)):
                case = Case(office, wire, random)
                told, states = await _tried(case, kind, first)
                wrong += [f"seed {seed}, {FAULTS[first]}: {one}" for one in told]
                ends.update(states)
        assert wire.struck.keys() == set(FAULTS)
    assert not wrong, "\n".join(wrong[:20])
    assert sum(ends[state] for state in GOOD) > SETTLED_MOSTLY * ends.total(), ends


async def test_an_answer_too_short_to_drip_puts_no_clock_forward(office: Office) -> None:
    user = office.hire()
    await office.approved(user)
    await office.works()
    number = await office.approved(user, Kind.OFFBOARD)
    loop = asyncio.get_running_loop()
    with tapped(office, Random(1)) as wire:  # noqa: S311 - it has to be the same again
        wire.writes["axiom"] = ["an answer that drips"]
        before = loop.time()
        await office.works()
        await asyncio.sleep(2 * A_MOMENT)
        after = loop.time()
    assert wire.struck["an answer that drips"] == 1
    assert (await office.steps(number))["axiom"].state == "done"
    assert after - before < LONGER_THAN_ANY_DEADLINE


async def _tried(case: Case, kind: Kind, first: int) -> tuple[list[str], list[str]]:
    """Return what was wrong with a request, and how its steps ended."""
    office, user = case.office, case.office.hire()
    case.wire.clear()
    if kind is Kind.OFFBOARD:
        await office.approved(user)
        await office.works()
    number = await office.approved(user, kind)
    before = {one: holds(office, one, office.login(user), user.email) for one in VENDORS}
    case.befall(first)
    await office.works()
    steps = await office.steps(number)
    wrong = case.wrong(user, steps, before)
    if not await _is_told_truly(office, number, steps):
        wrong.append(f"nobody was asked to look at request #{number}")
    case.wire.clear()
    return wrong, [step.state for step in steps.values()]


async def _is_told_truly(office: Office, number: int, steps: dict[str, Step]) -> bool:
    """Tell whether the request says it needs attention where it does, and its requester hears."""
    state = (await office.request(number)).state
    is_good = all(step.state in GOOD for step in steps.values())
    told = await office.means.database.read(
        lambda connection: messages.of_request(connection, number, "outcome")
    )
    expected = "completed" if is_good else "completed_with_errors"
    manager = office.server.cast.manager.id
    return state == expected and any(one.channel == manager and one.wanted for one in told)
