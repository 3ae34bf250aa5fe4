"""The parts of a composed bot end with it, and readiness misses them then.

In a file of its own: the durable engine is one for a process, and the second to end takes it along.
"""

from pathlib import Path

from tests.integration.composed import composed


async def test_every_part_that_ended_is_missed_by_its_name(tmp_path: Path) -> None:
    async with composed(tmp_path) as bot:
        assert bot.aboard.life.missing() == []
    assert sorted(bot.aboard.life.missing()) == ["engine", "loops", "outbox"]
