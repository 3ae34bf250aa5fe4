"""Any order of what can happen keeps every promise: 104 lives of 30 steps, the same in each run.

`ABOARD_LIFE=5000x100` has so many lives of so many steps, `--hypothesis-profile=search` others each
time, and `--hypothesis-seed=1` those of a seed.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.life.lives import live

SHARDS = 8
LIVES, STEPS = (int(one) for one in os.environ.get("ABOARD_LIFE", "104x30").split("x"))


@pytest.fixture
def first_seed(request: pytest.FixtureRequest) -> int:
    """Return the seed of the first shard: each of the others has one of its own."""
    given = request.config.getoption("hypothesis_seed")
    if given is not None and str(given).isdigit():
        return int(given)
    return 0 if settings().derandomize else random.SystemRandom().randrange(2**32)


@pytest.mark.timeout(120 + LIVES * STEPS // 10)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_order_of_events_breaks_a_promise(
    shard: int, first_seed: int, empty: Path, record_property: Callable[[str, object], None]
) -> None:
    lives = LIVES // SHARDS
    lived = live(empty, lives, STEPS, first_seed + shard)
    record_property("tried", lived.steps)
    record_property("measured", f"{SHARDS} times {lives} lives of {STEPS} steps at most")
    assert len(lived.ends) >= lives
    assert lived.steps >= lives * STEPS // 2


def test_every_shard_has_lives_of_its_own_also_where_a_seed_is_given(
    first_seed: int, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypothesis.core.global_force_seed", 1)
    search = settings(settings(), derandomize=False)
    ends = [live(empty, 6, 5, first_seed + shard, search).ends for shard in range(SHARDS)]
    assert len(set(ends)) == SHARDS
    assert live(empty, 6, 5, first_seed, search).ends == ends[0]
