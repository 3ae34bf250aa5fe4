"""Every credential is replaced while people work, and nobody notices."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.server import running
from sandbox.slack import forms
from sandbox.slack.delivery import encoded
from sandbox.slack.signing import signed
from storage import audit
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import Story, mention
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
    ended = [one for one in family.samples if one.name.endswith("_count") and one.value]
    return [one.labels["outcome"] for one in ended]


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
            outcomes = _outcomes(world)
            refused = [one for one in outcomes if one == "credential"]
            errors, complaints = list(world.errors), list(world.slack.complaints)
    others = shift.answers.total() - shift.answers[200]
    record_property("measured", f"{others} of {shift.answers.total()} requests refused")
    assert shift.turner.turned == TURNS
    assert set(shift.answers) == {200}
    assert "ok" in outcomes
    assert (failed, refused, errors, complaints) == (None, [], [], [])
    assert len(shift.onboarded) >= TURNS * AT_ONCE
    assert set(shift.onboarded) == {Came("user", at_axolo=True)}


@dataclass
class Revoking:
    """A Slack that refuses one call of ``method``, whose token was replaced on the way."""

    world: World
    file: Path
    method: str
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        faults = self.world.server.slack.faults
        faults.plant("revoking", self._revoke, 1, only=f"/{self.method}")

    async def _revoke(self, request: web.Request, _handler: Handler) -> web.StreamResponse:
        self.seen.append(request.headers["authorization"])
        state, new = self.world.slack.state, "xoxb-sandbox-anew"
        state.former_tokens.add(state.app.bot_token)
        state.app = replace(state.app, bot_token=new)
        self.file.write_text(new)
        await self.world.aboard.rotation.once()
        state.former_tokens.clear()
        return web.json_response({"ok": False, "error": "invalid_auth"})


@asynccontextmanager
async def _revoked(folder: Path, method: str) -> AsyncIterator[Story]:
    """Yield a story in which one call went out with the token before, and nobody noticed."""
    async with running() as server:
        settings, files = mounted(server, folder)
        async with inhabited(server, settings, ShiftingClock()) as world:
            people, revoking = People(world), Revoking(world, files["SLACK_BOT_TOKEN"], method)
            yield Story(world, people, people.member(), people.approver())
            assert revoking.seen == ["Bearer xoxb-sandbox"]
            assert world.errors == []


async def test_a_message_that_went_out_with_the_token_before_goes_again_with_the_new_one(
    tmp_path: Path,
) -> None:
    async with _revoked(tmp_path, "chat.postMessage") as story:
        ada = story.people.member()
        await story.onboarded(ada)
        assert story.at_axiom(ada) == "user"


async def test_whoever_opens_a_form_meanwhile_gets_it(tmp_path: Path) -> None:
    async with _revoked(tmp_path, "views.open") as story:
        view = await story.opens("/offboard", mention(story.people.member()))
        assert "reason" in {place.block["block_id"] for place in forms.places(view)}


async def test_a_batch_that_is_asked_for_meanwhile_gets_its_card(tmp_path: Path) -> None:
    async with _revoked(tmp_path, "chat.postMessage") as story:
        crowd = Crowd(story)
        assert await crowd.pastes(crowd.row(story.people.member())) is None
        await crowd.card("Waiting for approval", "onboard 1")


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

            assert await told("xoxb-other") == "Slack refuses the new one (invalid_auth)"
            state.former_tokens |= {"xoxb-one", "xoxb-two", "xoxb-three", "xoxb-four"}
            home, state.team = state.team, replace(state.team, id="T0OTHER001")
            assert await told("xoxb-one") == "the new one is the token of another workspace"
            state.team = home
            other = People(world).member().id
            us, state.app = state.app, replace(state.app, bot_user_id=other)
            assert await told("xoxb-two") == "the new one is the token of another app"
            state.app = us
            faults.status(200, body={"ok": False, "error": "internal_error"}, only="auth.test")
            passing = "Slack could not be asked about the new one"
            assert await told("xoxb-three") == passing
            assert world.aboard.bolt.client.token == token.value == "xoxb-sandbox"
            assert await told("xoxb-four") == ""
            assert world.aboard.bolt.client.token == token.value == "xoxb-four"
