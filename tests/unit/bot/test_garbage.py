"""What Python's collector goes through in a process that serves."""

import json
import subprocess
import sys

_HEAP = """
import gc, json
from bot import garbage, server
before = len(gc.get_objects())
garbage.leave_what_stays()
kept = gc.get_freeze_count()
rings = [[] for _ in range(5 * garbage.ALLOCATIONS)]
for ring in rings:
    ring.append(ring)
del rings, ring
gc.collect()
print(json.dumps([before, kept, len(gc.get_objects())]))
"""

_UNDER_WAY = """
import gc, json
from collections import deque
from bot import garbage
garbage.leave_what_stays()
under_way, kept = deque(maxlen=garbage.ALLOCATIONS), []
for number in range(20 * garbage.ALLOCATIONS):
    ring = []
    ring.append(ring)
    under_way.append(ring)
    if number % 1_000 == 0:
        kept.append(len(gc.get_objects()))
print(json.dumps([garbage.ALLOCATIONS, max(kept)]))
"""

_OUTLIVES_TWO_LOOKS = """
import gc, json
from collections import deque
from bot import garbage, server
garbage.leave_what_stays()
under_way, kept = deque(maxlen=2_000), []
for number in range(1_000_000):
    ring = []
    ring.append(ring)
    if number % 20 == 0:
        under_way.append(ring)
    if number % 10_000 == 0:
        kept.append(len(gc.get_objects()))
print(json.dumps([garbage.ALLOCATIONS, max(kept)]))
"""

_MADE_AT_FIRST_USE = """
import gc, json
from bot import garbage
garbage.leave_what_stays()
begun, kept = gc.get_freeze_count(), []
for _ in range(garbage.FIRST_LOOKS + 2):
    kept.append([[] for _ in range(1_000)])
    gc.collect()
print(json.dumps([garbage.FIRST_LOOKS, gc.get_freeze_count() - begun, len(gc.get_objects())]))
"""


def _measured(program: str) -> list[int]:
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[int] = json.loads(ran.stdout)
    return found


def test_what_is_there_already_is_looked_at_no_more_and_new_garbage_still_goes() -> None:
    before, kept, after = _measured(_HEAP)
    assert before > 50_000
    assert kept >= before
    assert after < 1_000


def test_what_outlives_a_look_while_it_is_under_way_is_not_kept_for_long() -> None:
    at_once, most = _measured(_UNDER_WAY)
    assert most < 9 * at_once


def test_what_outlived_two_looks_is_gone_through_before_it_is_much() -> None:
    at_once, most = _measured(_OUTLIVES_TWO_LOOKS)
    assert most < 6 * at_once


def test_what_is_made_at_its_first_use_is_looked_at_no_more_and_nothing_later_is_kept() -> None:
    looks, kept, rest = _measured(_MADE_AT_FIRST_USE)
    assert 1_000 * looks <= kept < 1_000 * (looks + 1)
    assert 2_000 <= rest < 3_000
