"""Any order of what can happen keeps every promise: 200 lives of 30 steps, the same in each run.

`ABOARD_LIFE=full` has 5,000 lives of 100 steps, and `--hypothesis-profile=search` others each time.
"""

import os
from pathlib import Path

import pytest

from tests.life.lives import live

SHARDS = 8
LIVES, STEPS = (5000, 100) if os.environ.get("ABOARD_LIFE") == "full" else (200, 30)


@pytest.mark.timeout(120 + LIVES * STEPS // 10)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_order_of_events_breaks_a_promise(shard: int, empty: Path) -> None:
    lived = live(empty, LIVES // SHARDS, STEPS, shard)
    assert lived >= LIVES // SHARDS * STEPS // 2
