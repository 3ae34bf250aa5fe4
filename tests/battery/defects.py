"""Planted defects: each takes one promise out of the product, for one run of the tests.

A row of the battery means something only where its tests fail with its defect. They are planted
before any test is imported (`tests.battery.plugin`), in a process of its own.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping

from tests.battery import (
    defects_crashes,
    defects_databases,
    defects_door,
    defects_edge,
    defects_faults,
    defects_life,
    defects_replicas,
    defects_secrets,
    defects_steady,
    defects_trail,
)

DEFECTS: Mapping[str, Callable[[], None]] = ChainMap(
    dict(defects_crashes.DEFECTS),
    dict(defects_databases.DEFECTS),
    dict(defects_door.DEFECTS),
    dict(defects_edge.DEFECTS),
    dict(defects_faults.DEFECTS),
    dict(defects_life.DEFECTS),
    dict(defects_replicas.DEFECTS),
    dict(defects_secrets.DEFECTS),
    dict(defects_steady.DEFECTS),
    dict(defects_trail.DEFECTS),
)
"""What is wrong with the product, in words, and how it is made so."""
