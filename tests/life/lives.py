"""Many lives, one after the other, each on a database of its own."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import Life

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def live(empty: Path, lives: int, steps: int, shard: int, how: settings | None = None) -> int:
    """Live so many lives of so many steps; return the steps that were lived in all.

    Each shard has lives of its own. AssertionError where a promise was broken.
    """
    room = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=room) as folder:

        class Lived(Life):
            template = empty

        Lived.folder = Path(folder)
        if settings().derandomize:
            seed(shard)(Lived)
        many = settings(
            how or settings(),
            max_examples=lives,
            stateful_step_count=steps,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Lived, settings=many)
        return Lived.steps_lived
