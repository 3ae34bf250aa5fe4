"""Many lives, one after the other, each on a database of its own."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life.machine import Life

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Lived:
    """How many steps were lived in all, and at what moment each life came to its end."""

    steps: int
    ends: tuple[int, ...]


def live(empty: Path, lives: int, steps: int, seeded: int, how: settings | None = None) -> Lived:
    """Live so many lives of so many steps at most; they are others with every seed.

    AssertionError where a promise was broken.
    """
    room = MEMORY if MEMORY.is_dir() else None
    ends: list[int] = []
    with tempfile.TemporaryDirectory(dir=room) as folder:

        class Seeded(Life):
            template = empty

            def teardown(self) -> None:
                super().teardown()
                if hasattr(self, "world"):
                    ends.append(self.world.clock.now)

        Seeded.folder = Path(folder)
        seed(seeded)(Seeded)
        many = settings(
            how or settings(),
            max_examples=lives,
            stateful_step_count=steps,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Seeded, settings=many)
        return Lived(Seeded.steps_lived, tuple(ends))
