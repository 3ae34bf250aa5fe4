"""The database, its migrations and its copies."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_CONTENTION = "tests/integration/test_contention.py"
_MIGRATIONS = "tests/unit/storage/test_migrations.py"

ROWS: tuple[Row, ...] = (
    Row(
        "REL-10",
        "Four processes write to one SQLite file",
        "0 told that it is locked, nothing lost",
        (f"{_CONTENTION}::test_every_write_of_every_process_succeeds_and_counts",),
        (
            Control(
                "transactions that take the lock late are refused",
                (f"{_CONTENTION}::test_transactions_that_take_the_lock_late_fail",),
                shows=True,
            ),
        ),
        Scale(tried=800),
        Scale(tried=800),
    ),
    Row(
        "REL-14",
        "Migrations up and down, at once, and broken off",
        "the tables as the models say, nothing left behind",
        (_MIGRATIONS,),
        (
            Control(
                "a column and an index less are seen",
                (f"{_MIGRATIONS}::test_a_difference_would_be_seen",),
                shows=True,
            ),
        ),
        Scale(),
        Scale(),
        no_postgresql,
    ),
)
