"""The rows of the battery: promises of docs/security.md, each with what must make it fail."""

from tests.battery import (
    rows_crashes,
    rows_databases,
    rows_door,
    rows_edge,
    rows_faults,
    rows_life,
    rows_mutants,
    rows_replicas,
    rows_secrets,
    rows_steady,
    rows_trail,
)
from tests.battery.frame import Row

_FAMILIES = ("SEC", "REL", "AUD")


def _place(row: Row) -> tuple[int, str]:
    family = row.id.split("-")[0]
    return (_FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES), row.id)


ROWS: tuple[Row, ...] = tuple(
    sorted(
        (
            *rows_edge.ROWS,
            *rows_secrets.ROWS,
            *rows_door.ROWS,
            *rows_crashes.ROWS,
            *rows_replicas.ROWS,
            *rows_faults.ROWS,
            *rows_databases.ROWS,
            *rows_life.ROWS,
            *rows_mutants.ROWS,
            *rows_steady.ROWS,
            *rows_trail.ROWS,
        ),
        key=_place,
    )
)
"""Every row, in the order of the table."""
