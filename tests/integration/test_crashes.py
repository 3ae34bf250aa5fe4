"""kill -9 at any moment, under load: nothing is lost, nothing is done twice, nothing is made up.

`ABOARD_KILLS` sets how often the bot is killed; the full figure is 200. On PostgreSQL, where every
start is another process to the others and the dead one's work has to be taken over, it is half of
that. The series of moments is seeded by `ABOARD_SEED`; what happens at them is up to the machine.
"""

import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from storage.database import Database
from storage.engine import is_sqlite
from tests.integration.bots import Bot, end_all, events_of, sandbox
from tests.integration.facts import Case, Watch, until
from tests.integration.judge import gather, judge
from tests.integration.killing import Killer
from tests.integration.load import Load, working
from workflow.audit_verify import verify

KILLS = int(os.environ.get("ABOARD_KILLS", "6"))
SEED = int(os.environ.get("ABOARD_SEED", "1"))
SETTLED_WITHIN = 90.0


@pytest.mark.timeout(180 + 10 * KILLS)
async def test_a_bot_that_is_killed_again_and_again_keeps_every_promise(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, kills = Database(url), KILLS if is_sqlite(url) else KILLS // 2
    random = Random(SEED)  # noqa: S311 - the same series every time
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=url)
        server.connect(events_of(bot))
        killer, load = Killer(bot, random), Load(server, Watch(database), random)
        killer.slow_down(server)
        try:
            async with working(load):
                await killer.rounds(kills)
                await bot.start()
            cases = await until(database, _are_settled, SETTLED_WITHIN)
            evidence = gather(server, cases, load.promised)
        finally:
            await end_all([bot])
    with capsys.disabled():
        print("\n", kills, "kills:", figures(cases, load), await bot.errors())  # noqa: T201 - figures
    assert (await database.read(verify)).flaw is None
    database.close()
    assert judge(evidence) == []
    assert load.unfinished == []
    assert load.promised, "people were answered"
    steps = {one.state for case in cases for one in case.dossier.steps}
    assert "done" in steps, "and work was done"
    if is_sqlite(url):
        assert integrity_of(url) == "ok"


def _are_settled(cases: list[Case]) -> bool:
    """Tell whether every request has ended, and whoever asked was told so."""
    told = all(one.shown >= one.wanted for case in cases for one in case.answers)
    return told and all(case.is_ended for case in cases)


def figures(cases: list[Case], load: Load) -> dict[str, object]:
    """Sum up a run."""
    steps = [one for case in cases for one in case.dossier.steps]
    return {
        "requests": len(cases),
        "promised": len(load.promised),
        "ended": dict(Counter(case.request.state for case in cases)),
        "steps": dict(Counter(f"{one.vendor} {one.state}" for one in steps)),
        "attempts taken up again": sum(max(0, _started(case) - _attempts(case)) for case in cases),
    }


def _started(case: Case) -> int:
    return len(case.codes("STP001I"))


def _attempts(case: Case) -> int:
    return sum(one.attempts for one in case.dossier.steps)


def integrity_of(url: str) -> str:
    """Return what SQLite itself says of the file."""
    with closing(sqlite3.connect(urlsplit(url).path)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
