"""A process that answers /readyz is started, killed, started again and ended."""

import sys
from pathlib import Path

import aiohttp
import pytest

from sandbox.bot_process import BotProcess, bot_running
from sandbox.parts import Server

BOT = """
import http.server, os, sys
port = int(sys.argv[sys.argv.index("--port") + 1])
print("token", os.environ["SLACK_BOT_TOKEN"], flush=True)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments):
        pass
http.server.HTTPServer(("127.0.0.1", port), Ready).serve_forever()
"""
DIES = "import sys; sys.exit('no configuration')"


def test_nobody_is_killed_before_the_start(server: Server, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="not running"):
        _ = BotProcess(server, tmp_path).pid


async def test_a_killed_bot_comes_back_and_an_ended_one_does_not(
    server: Server, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with bot_running(server, tmp_path, (sys.executable, "-c", BOT), 0) as bot:
        first = bot.pid
        assert server.bot.up
        assert server.workspace.http.request_url == f"{bot.url}/slack/events"
        assert server.kill is not None
        await server.kill()
        assert not server.bot.up
        await server.changes.until(lambda: server.bot.restarts == 1 and server.bot.up)
        assert bot.pid != first
        assert (tmp_path / "aboard.toml").read_text() == server.configuration()
        assert bot.log.read_text().count("token xoxb-sandbox") == 2
    assert (server.bot.up, server.kill) == (False, None)
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.get(f"{bot.url}/readyz")


async def test_a_bot_that_ends_at_once_says_why(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no configuration"):
        async with bot_running(server, tmp_path, (sys.executable, "-c", DIES)):
            pass
