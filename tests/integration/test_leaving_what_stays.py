"""What a bot that serves asks of Python's collector and of its threads, whichever way it serves."""

import json
import sys
from pathlib import Path

import pytest

from bot import turns
from bot.garbage import ALLOCATIONS, ROUNDS, SELDOM
from tests.integration.bots import Bot, SocketBot, sandbox

_TELLING = """
import atexit, gc, json, runpy, sys
told = lambda: {"kept": gc.get_freeze_count(), "threshold": gc.get_threshold(),
    "turn": sys.getswitchinterval()}
atexit.register(lambda: print("collector", json.dumps(told()), flush=True))
module = sys.argv.pop(1)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""
"""Runs a module as `python -m` does, and tells at the end what the collector looked at."""

MANNERS = {"http": Bot, "socket": SocketBot}
TELLING = (sys.executable, "-c", _TELLING)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("mode", list(MANNERS))
async def test_a_bot_that_serves_spares_the_collector_what_is_there_and_has_threads_give_way(
    mode: str, sqlite: str, tmp_path: Path
) -> None:
    async with sandbox(mode) as server:
        bot = MANNERS[mode](server, tmp_path, database=sqlite)
        bot._command = (*TELLING, *bot._command[2:])
        try:
            await bot.start()
            assert await bot.terminate() == 0
        finally:
            await bot.end()
    lines = bot.log.read_text(encoding="utf-8").splitlines()
    [told] = [json.loads(one.partition(" ")[2]) for one in lines if one.startswith("collector ")]
    assert told["kept"] > 50_000
    assert told["threshold"] == [ALLOCATIONS, ROUNDS, SELDOM]
    assert told["turn"] == pytest.approx(turns.SECONDS)
