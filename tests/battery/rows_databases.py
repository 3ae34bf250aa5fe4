"""The database, its migrations and its copies."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_CONTENTION = "tests/integration/test_contention.py"
_MIGRATIONS = "tests/unit/storage/test_migrations.py"
_MANY_ROWS = "tests/unit/storage/test_many_rows.py"
_KILLED = "tests/unit/storage/test_killed_migrations.py"
_BEFORE = "tests/unit/storage/test_version_before.py"
_RESTORED = "tests/integration/test_restored.py"
_PAUSING = "tests/e2e/test_pausing.py"


def _contending(rounds: int) -> Scale:
    return Scale({"ABOARD_ROUNDS": str(rounds)}, tried=4 * rounds)


def _migrating(rows: int, kills: int) -> Scale:
    """With so many requests, and killed so often on both databases together."""
    given = {"ABOARD_ROWS": str(rows), "ABOARD_MIGRATION_KILLS": str(kills // 2)}
    return Scale(given, tried=rows)


def _restoring(times: int) -> Scale:
    return Scale({"ABOARD_RESTORES": str(times)}, tried=times)


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
        _contending(500),
        _contending(2_000),
    ),
    Row(
        "REL-14",
        "Migrations up and down under rows, killed in the middle, and beside the version before",
        "the tables as the models say, every row as it was, nothing half",
        (_MIGRATIONS, _MANY_ROWS, _KILLED, _BEFORE),
        (
            Control(
                "a column and an index less are seen",
                (f"{_MIGRATIONS}::test_a_difference_would_be_seen",),
                shows=True,
            ),
            Control("a migration is kept statement by statement", (_KILLED,)),
            Control("a migration renames what the version before writes", (_BEFORE,)),
        ),
        _migrating(500, 2),
        _migrating(10_000, 20),
        no_postgresql,
    ),
    Row(
        "REL-16",
        "Copies made under load, restored after the machine died",
        "the trail whole, 0 vendor calls while paused, nothing created twice",
        (_RESTORED, _PAUSING),
        (
            Control(
                "the pause is ignored",
                (f"{_PAUSING}::test_what_is_asked_and_decided_in_a_pause_is_done_after_it",),
            ),
        ),
        _restoring(2),
        _restoring(20),
        no_postgresql,
    ),
)
