"""The database, its migrations and its copies."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_CONTENTION = "tests/integration/test_contention.py"
_EVERY_WRITE = f"{_CONTENTION}::test_every_write_of_every_process_succeeds_and_counts"
_MIGRATIONS = "tests/unit/storage/test_migrations.py"
_MANY_ROWS = "tests/unit/storage/test_many_rows.py"
_KILLED = "tests/unit/storage/test_killed_migrations.py"
_BEFORE = "tests/unit/storage/test_version_before.py"
_RESTORED = "tests/integration/test_restored.py"
_PAUSING = "tests/e2e/test_pausing.py"
_MOMENTS = "tests/unit/rules/test_moments.py"
_STORAGE = "tests/e2e/test_storage_faults.py"
_FULL = f"{_STORAGE}::test_on_a_full_disk_nothing_is_said_to_be_recorded_that_is_not"
_LOCKED = f"{_STORAGE}::test_while_another_process_holds_the_database_every_answer_is_honest"
_REFUSED = "tests/e2e/test_trail_refused.py"
_DISK = "tests/integration/test_small_disk.py"
_SMALL = "test_on_a_disk_that_is_full_nothing_is_lost_that_was_said_to_be_recorded[0]"
_FAILING = "tests/integration/test_failing_disk.py"
_GROUPS = "tests/unit/storage/test_groups.py"
_TAKEN_BACK = (
    f"{_GROUPS}::"
    "test_what_sqlite_takes_back_whole_is_told_to_the_whole_group_and_nothing_runs_behind_it"
)
_HIDDEN = f"{_GROUPS}::test_a_write_that_hides_that_its_transaction_is_gone_is_not_said_to_be_done"
_ANYWHERE = "tests/e2e/test_writes_that_fail.py"
_WAITING = "tests/faults/test_database_in_trouble.py"
_WAITED = f"{_WAITING}::test_what_was_seen_before_a_long_trouble_is_looked_up_again"
_LYING = "tests/integration/test_left_lying.py"
_EXPIRY = "tests/e2e/test_expiry.py"
_JUMP = f"{_EXPIRY}::test_a_clock_that_jumps_back_revives_nothing_that_is_over"
_SKIPPED = f"{_MOMENTS}::test_a_time_that_the_clock_skips_falls_after_the_gap"
_CLOCKS = (
    _SKIPPED,
    f"{_MOMENTS}::test_a_time_that_comes_twice_is_the_first_of_the_two",
    f"{_MOMENTS}::test_the_day_before_the_first_of_march_is_the_leap_day_where_there_is_one",
    _JUMP,
    f"{_EXPIRY}::test_a_click_after_the_end_does_nothing_although_nobody_noticed_the_end_yet",
    "tests/unit/workflow/test_machine_zone.py",
    "tests/e2e/test_time.py::test_nine_o_clock_is_nine_where_the_person_lives_also_when_the_clocks_were_changed",
    "tests/unit/bot/test_guard_signature.py::test_a_signature_holds_for_five_minutes_in_both_directions",
)
"""The clocks go forward and back, a leap day, the clock jumps back and forward, the machine's zone,
the reader's zone, and a clock that is off from Slack's."""


def _contending(rounds: int) -> Scale:
    return Scale({"ABOARD_ROUNDS": str(rounds)}, tried=4 * rounds)


def _migrating(rows: int, kills: int) -> Scale:
    """With so many requests, and killed so often on both databases together."""
    given = {"ABOARD_ROWS": str(rows), "ABOARD_MIGRATION_KILLS": str(kills // 2)}
    return Scale(given, tried=rows)


def _restoring(times: int) -> Scale:
    return Scale({"ABOARD_RESTORES": str(times)}, tried=times)


def _in_trouble(seconds: int, places: int, disks: int, asks: int, writes: int) -> Scale:
    given = {
        "ABOARD_WRITES": writes,
        "ABOARD_LOCKED": seconds,
        "ABOARD_PLACES": places,
        "ABOARD_SMALL_DISKS": disks,
        "ABOARD_FAILING_DISK": asks,
    }
    skips = () if disks else (f"{_DISK}::{_SMALL}",)
    return Scale({name: str(value) for name, value in given.items()}, skips=skips)


ROWS: tuple[Row, ...] = (
    Row(
        "REL-10",
        "Four processes write to one SQLite file",
        "0 told that it is locked, nothing lost",
        (_EVERY_WRITE,),
        (
            Control(
                "a transaction takes its lock late",
                (_EVERY_WRITE,),
                scale=_contending(500),
                word="(0, PROCESSES * ROUNDS)",
            ),
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
        "REL-11",
        "The disk is full or fails, the database is locked, the audit trail takes nothing",
        "0 said to be recorded and lost, 0 vendor calls off the record, well again within 30 s",
        (
            *(_STORAGE, _REFUSED, _DISK, _FAILING, _TAKEN_BACK, _HIDDEN),
            *(_ANYWHERE, _WAITING, _LYING),
        ),
        (
            Control(
                "what is not written is said to be recorded",
                (_FAILING,),
                word="though nothing reached the disk",
            ),
            Control(
                "what is not written is said to be recorded",
                (_LOCKED,),
                word="set(answers) == {None}",
            ),
            Control(
                "what is asked is acknowledged before it is written",
                (_LOCKED,),
                word='"before you try again" in answer',
            ),
            Control(
                "a full disk keeps nobody from being ready",
                (_FULL,),
                word="a balancer is told that it is",
            ),
            Control(
                "nobody looks whether the transaction is still there",
                (_HIDDEN,),
                word="DID NOT RAISE",
            ),
            Control(
                "an attempt does not wait for its database",
                (_WAITED,),
                word="database or disk is full",
            ),
        ),
        _in_trouble(seconds=3, places=2, disks=0, asks=8, writes=2),
        _in_trouble(seconds=10, places=20, disks=1, asks=60, writes=24),
    ),
    Row(
        "REL-13",
        "Eight ways of clocks: changes, a leap day, jumps, zones, and one that is off from Slack's",
        "8 of 8 as the wall says, nothing that is over comes back",
        _CLOCKS,
        (
            Control(
                "a time of day is read as UTC",
                (_SKIPPED,),
                word="utc(2026, 3, 29, 1, 30)",
            ),
        ),
        Scale(tried=8),
        Scale(tried=8),
        no_postgresql,
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
            Control(
                "a migration is kept statement by statement",
                (_KILLED,),
                word="== OLD",
            ),
            Control(
                "a migration renames what the version before writes",
                (_BEFORE,),
                word="has no column named",
            ),
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
                word="shelter.calls()",
            ),
        ),
        _restoring(2),
        _restoring(20),
        no_postgresql,
    ),
)
