"""A start that leads nowhere ends in order: whoever cannot listen never says that it is ready."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.reader import ConfigurationError
from bot.sockets import listening
from tests.integration.bots import SERVED, Bot, sandbox

HERE = "127.0.0.1"
SECONDS = 60.0


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port on which somebody else listens."""
    with socket.create_server((HERE, 0)) as other:
        yield int(other.getsockname()[1])


async def _ended(command: tuple[str, ...], environment: dict[str, str], folder: Path) -> str:
    """Run a command that has to end with status 2; return what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 2, errors.decode()
    return (out + errors).decode()


async def test_a_port_that_is_taken_ends_the_start_with_a_sentence(
    tmp_path: Path, taken: int
) -> None:
    async with sandbox() as server:
        (tmp_path / "aboard.toml").write_text(server.configuration())
        environment = Bot(server, tmp_path).environment
        said = await _ended((*SERVED, "--port", str(taken)), environment, tmp_path)
    assert f"aboard: Nobody can listen on {HERE}, port {taken}: Address already in use" in said
    assert '"event": "ready"' not in said


async def test_the_door_says_so_too(tmp_path: Path, taken: int) -> None:
    (tmp_path / "door.toml").write_text('[door]\nurl = "https://door.example"\n')
    secrets = ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "DOOR_KEY")
    environment = {"PATH": "/usr/bin:/bin", **dict.fromkeys(secrets, "k" * 32)}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = (sys.executable, "-m", "bot", "door", "--port", str(taken))
    said = await _ended(command, environment, tmp_path)
    assert f"Nobody can listen on {HERE}, port {taken}" in said
    assert '"event": "ready"' not in said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_every_address_of_a_host_is_listened_on(host: str) -> None:
    with listening(host, 0) as sockets:
        places = [one.getsockname()[:2] for one in sockets]
        for place in places:
            socket.create_connection(place, timeout=SECONDS).close()
    assert places
    for place in places:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place, timeout=SECONDS)


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with (
        pytest.raises(ConfigurationError, match=r"listen on 192\.0\.2\.7, port 3000: [A-Z]"),
        listening("192.0.2.7", 3000),
    ):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_that_waits_for_slack_ends_when_it_is_asked_to(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with sandbox() as server:
        (tmp_path / "aboard.toml").write_text(server.configuration())
        environment = Bot(server, tmp_path).environment | {"SLACK_API_URL": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        *SERVED, "--port", "0", cwd=tmp_path, env=environment, stderr=PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            assert process.stderr is not None
            assert b"stamina.retry_scheduled" in await process.stderr.readline()
            process.send_signal(number)
            await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
