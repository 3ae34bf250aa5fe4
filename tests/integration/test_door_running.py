"""The door while it runs: one company that hangs, a signal, a database that is not there."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.cast import acme
from sandbox.slack.signing import signed
from tests.integration.doors import environment, opened, told
from tests.listening import listening

NORTH, SOUTH = "T0NORTH001", "T0SOUTH001"
NOWHERE = "http://127.0.0.1:9"
CROWD = 150
PATIENCE = 60.0
A_MOMENT = 0.05


@dataclass
class Hanging:
    """A process that takes what comes and answers when the test is over."""

    taken: int = 0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        """Return what hangs."""

        async def take(_: Request) -> Response:
            self.taken += 1
            await self.is_over.wait()
            return Response()

        return Starlette(routes=[Route("/slack/events", take, methods=["POST"])])


async def _at_once(_: Request) -> Response:
    return Response()


async def _knock(web: httpx.AsyncClient, door: str, team: str) -> int:
    body = b"command=%2Faboard&text=help&team_id=" + team.encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    headers = kind | signed(acme().world.app.signing_secret, int(time.time()), body)
    answer = await web.post(f"{door}/slack/events", content=body, headers=headers)
    return answer.status_code


async def test_a_company_that_hangs_does_not_delay_another(tmp_path: Path) -> None:
    north = Hanging()
    quick = Starlette(routes=[Route("/slack/events", _at_once, methods=["POST"])])
    limits = httpx.Limits(max_connections=None)
    async with (
        listening(north.app()) as to_north,
        listening(quick) as to_south,
        opened(told(tmp_path, NOWHERE, {NORTH: to_north, SOUTH: to_south}), time.time) as (_, url),
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits) as web,
    ):
        crowd = [asyncio.create_task(_knock(web, url, NORTH)) for _ in range(CROWD)]
        while north.taken < 100:  # noqa: ASYNC110 - another server tells nobody
            await asyncio.sleep(A_MOMENT)
        assert await _knock(web, url, SOUTH) == 200
        answered = [one for one in crowd if one.done()]
        assert await asyncio.gather(*crowd) == [503] * CROWD
        north.is_over.set()
    assert answered == []


@asynccontextmanager
async def _door(folder: Path, given: dict[str, str]) -> AsyncIterator[tuple[Process, Path]]:
    """Run ``aboard door`` as a process; yield it with its log."""
    log = folder / "door.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "door", "--port", "0"),
            env={"PATH": os.environ["PATH"]} | given,
            stdout=file,
            stderr=file,
        )
    try:
        yield process, log
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _says(process: Process, log: Path, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words not in (said := await asyncio.to_thread(log.read_text)):
            assert process.returncode is None, said
            await asyncio.sleep(A_MOMENT)


@pytest.mark.slow
async def test_a_hangup_has_the_door_read_its_files_again_and_go_on(tmp_path: Path) -> None:
    told(tmp_path, NOWHERE, {NORTH: NOWHERE})
    given, file = environment(tmp_path, NOWHERE), tmp_path / "secret"
    file.write_text(given.pop("SLACK_SIGNING_SECRET"))
    async with _door(tmp_path, given | {"SLACK_SIGNING_SECRET_FILE": str(file)}) as (door, log):
        await _says(door, log, '"ready"')
        await asyncio.to_thread(file.write_text, "another-signing-secret")
        door.send_signal(signal.SIGHUP)
        await _says(door, log, "credential replaced")
        door.terminate()
        assert await door.wait() == 0


@pytest.mark.parametrize("words", [["door"], ["workspaces", "list"], ["workspaces", "reseal"]])
@pytest.mark.slow
async def test_a_database_that_is_down_is_told_in_a_sentence(
    tmp_path: Path, words: list[str]
) -> None:
    told(tmp_path, NOWHERE, {NORTH: NOWHERE})
    away = {"SLACK_INSTALLATIONS": "postgresql://nobody@127.0.0.1:9/none"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env={"PATH": os.environ["PATH"]} | environment(tmp_path, NOWHERE) | away,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"aboard: The database of SLACK_INSTALLATIONS cannot be used." in said
    assert b"Traceback" not in said
