"""The parts of a composed bot that end while it works, or with it: readiness misses them then.

In a file of its own: the durable engine is one for a process, and the second to end takes it along.
"""

from pathlib import Path
from types import MethodType

from bot.life import Life
from tests.integration.composed import composed
from workflow.loops import Loop
from workflow.runner import Runner


def part(life: Life, name: str) -> object:
    """Return what has to live under a name."""
    (first, *_) = (alive for one, alive in life._parts if one == name)
    assert isinstance(first, MethodType)
    return first.__self__


async def test_every_part_that_ended_is_missed_by_its_name(tmp_path: Path) -> None:
    async with composed(tmp_path) as bot:
        life = bot.aboard.life
        assert life.missing() == []
        runner, delivering = part(life, "engine"), part(life, "outbox")
        assert isinstance(runner, Runner)
        assert isinstance(delivering, Loop)
        await delivering.stop()
        assert life.missing() == ["loops", "outbox"]
        await runner.rest()
        assert life.missing() == ["engine", "loops", "outbox"]
    assert sorted(life.missing()) == ["loops", "work"]
