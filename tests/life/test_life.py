"""Any order of what can happen keeps every promise: 200 lives of 30 steps, the same in each run.

`ABOARD_LIFE=5000x100` has so many lives of so many steps, and `--hypothesis-profile=search` others
each time.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.life.lives import live

SHARDS = 8
LIVES, STEPS = (int(one) for one in os.environ.get("ABOARD_LIFE", "200x30").split("x"))


@pytest.mark.timeout(120 + LIVES * STEPS // 10)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_order_of_events_breaks_a_promise(
    shard: int, empty: Path, record_property: Callable[[str, object], None]
) -> None:
    lives = LIVES // SHARDS
    lived = live(empty, lives, STEPS, shard)
    record_property("tried", lives)
    record_property("measured", f"{STEPS} steps each")
    assert lived >= lives * STEPS // 2
