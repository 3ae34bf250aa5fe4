"""The demo's clock: both processes see the same moment, and what fails does not stop it."""

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from bot.rehearsal import Rehearsed, notice
from sandbox.passing import HOUR, Passing


def test_a_reader_in_the_middle_of_a_change_reads_a_whole_file(tmp_path: Path) -> None:
    passing = Passing(tmp_path / "ahead")
    with passing.file.open() as before:
        passing.forward(HOUR)
        assert before.read() == "0"
    assert Rehearsed(passing.file).ahead() == HOUR
    assert list(tmp_path.iterdir()) == [passing.file]


async def test_what_is_due_is_looked_for_again_after_an_error(tmp_path: Path) -> None:
    passing = Passing(tmp_path / "ahead")
    clock, tries, found = Rehearsed(passing.file), list[int](), asyncio.Event()

    async def look() -> None:
        tries.append(clock.ahead())
        if len(tries) == 1:
            raise OSError("the database is away")
        found.set()

    with capture_logs() as logged:
        noticing = asyncio.create_task(notice(look, clock, 0))
        await asyncio.sleep(0)
        passing.forward(HOUR)
        async with asyncio.timeout(5):
            await found.wait()
        noticing.cancel()
        await asyncio.gather(noticing, return_exceptions=True)
    assert tries == [HOUR, HOUR]
    assert [one["event"] for one in logged] == ["could not look for what is due"]
