"""Every credential is replaced while people work, and nobody notices."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from sandbox.server import running
from sandbox.slack.delivery import encoded
from sandbox.slack.signing import signed
from storage import audit
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.turning import Turner, mounted
from tests.e2e.world import PATIENCE, ShiftingClock, World, inhabited

pytestmark = [
    pytest.mark.usefixtures("alone", "logging_as_before"),
    pytest.mark.timeout(300),
]

TURNS = int(os.environ.get("ABOARD_ROTATIONS", "2"))
AT_ONCE = 2


@dataclass(frozen=True)
class Came:
    """What the vendors know of somebody who came on board."""

    at_axiom: str | None
    at_axolo: bool


class Shift:
    """People who bring others on board, and Slack, which signs what it sends."""

    def __init__(self, world: World, turner: Turner) -> None:
        self.world, self.turner = world, turner
        self.people = People(world)
        self.onboarded: list[Came] = []
        self.answers = Counter[int]()
        self.is_over = False

    async def work(self) -> None:
        """Bring one after the other on board."""
        while not self.is_over or not self.onboarded:
            story = Story(self.world, self.people, self.people.member(), self.people.approver())
            ada = self.people.member()
            await story.onboarded(ada)
            self.onboarded.append(Came(story.at_axiom(ada), story.at_axolo(ada)))

    async def press(self) -> None:
        """Send commands that are signed with every secret that Slack may sign with."""
        slack = self.world.slack
        channel = slack.state.directory.channel(slack.channel("#general"))
        payload = slack.payloads().command(self.people.member(), "/aboard", "help", channel)
        async with httpx.AsyncClient(trust_env=False) as client:
            while not self.is_over:
                body, kind = encoded("command", {**payload, "trigger_id": f"{time.time_ns()}"})
                async with self.turner.sending:
                    for secret in self.turner.signing:
                        given = {"content-type": kind, **signed(secret, int(time.time()), body)}
                        answer = await client.post(
                            slack.http.request_url, content=body, headers=given, timeout=30
                        )
                        self.answers[answer.status_code] += 1
                await asyncio.sleep(0)

    def _have_come(self, number: int) -> Callable[[], bool]:
        return lambda: len(self.onboarded) >= number

    async def turn(self) -> None:
        """Have every credential replaced, so often."""
        for _ in range(TURNS):
            before = len(self.onboarded)
            await self.turner.turn()
            enough = before + AT_ONCE
            assert await self.world.slack.until(self._have_come(enough), PATIENCE)
        self.is_over = True


def _outcomes(world: World) -> list[str]:
    """Return how the calls of vendors ended, each way once for each vendor."""
    [family] = world.aboard.meters.calls.collect()
    return [one.labels["outcome"] for one in family.samples if "outcome" in one.labels]


async def test_every_credential_is_replaced_under_load_and_nobody_notices(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with running() as server:
        settings, files = mounted(server, tmp_path)
        async with inhabited(server, settings, ShiftingClock()) as world:
            shift = Shift(world, Turner(world, settings, files))
            async with asyncio.TaskGroup() as group:
                for work in (shift.turn, shift.press, *[shift.work] * AT_ONCE):
                    group.create_task(work())
            failed = await world.aboard.means.database.read(
                partial(audit.last_with, code="STP004E")
            )
            refused = [one for one in _outcomes(world) if one == "credential"]
            errors, complaints = list(world.errors), list(world.slack.complaints)
    others = shift.answers.total() - shift.answers[200]
    record_property("measured", f"{others} of {shift.answers.total()} requests refused")
    assert shift.turner.turned == TURNS
    assert set(shift.answers) == {200}
    assert (failed, refused, errors, complaints) == (None, [], [], [])
    assert len(shift.onboarded) >= TURNS * AT_ONCE
    assert set(shift.onboarded) == {Came("user", at_axolo=True)}


async def test_a_token_that_slack_refuses_or_of_another_workspace_or_app_is_not_used(
    tmp_path: Path,
) -> None:
    async with running() as server:
        settings, files = mounted(server, tmp_path)
        async with inhabited(server, settings, ShiftingClock()) as world:
            [token] = [one for one in settings.credentials if one.name == "SLACK_BOT_TOKEN"]
            state, faults = world.slack.state, server.slack.faults

            async def told(value: str) -> str:
                files["SLACK_BOT_TOKEN"].write_text(value)
                await world.aboard.rotation.once()
                return token.problem

            assert await told("xoxb-other") == "Slack refuses what its file holds (invalid_auth)"
            state.former_tokens |= {"xoxb-one", "xoxb-two", "xoxb-three", "xoxb-four"}
            home, state.team = state.team, replace(state.team, id="T0OTHER001")
            assert await told("xoxb-one") == "its file holds the token of another workspace"
            state.team = home
            other = People(world).member().id
            us, state.app = state.app, replace(state.app, bot_user_id=other)
            assert await told("xoxb-two") == "its file holds the token of another app"
            state.app = us
            faults.status(200, body={"ok": False, "error": "internal_error"}, only="auth.test")
            passing = "Slack could not be asked about what its file holds"
            assert await told("xoxb-three") == passing
            assert world.aboard.bolt.client.token == token.value == "xoxb-sandbox"
            assert await told("xoxb-four") == ""
            assert world.aboard.bolt.client.token == token.value == "xoxb-four"
