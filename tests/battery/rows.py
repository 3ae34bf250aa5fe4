"""The rows of the battery: promises of docs/security.md, each with what must make it fail."""

import os

from tests.battery.frame import Control, Row, Scale
from tests.databases import find_programs
from tests.unit.rules.test_truth_table import cells

_GUARD = "tests/integration/test_guard.py"
_MALFORMED = f"{_GUARD}::test_nothing_malformed_or_unsigned_is_accepted_or_breaks_anything"
_SIGNATURES = "tests/unit/bot/test_guard_signature.py"
_ONCE = "tests/e2e/test_one_decision.py"
_TABLE = "tests/unit/rules/test_truth_table.py"
_CSV = "tests/unit/workflow/test_spreadsheets.py"
_VIEWS = tuple(
    f"tests/unit/commands/test_views_{name}.py"
    for name in ("messages", "forms", "lists", "history", "access", "by_hand", "text")
)
_LOGS = ("tests/unit/bot/test_logs.py", "tests/unit/bot/test_settings_canaries.py")
_VERIFY = "tests/unit/workflow/test_audit_verify.py"
_TAMPER = f"{_VERIFY}::test_every_tampering_is_found_with_anchors_and_its_beginning_is_named"
_KEPT = ("tests/unit/storage/test_audit_chain.py", "tests/unit/storage/test_audit_role.py")
_PERIOD = "tests/unit/bot/test_evidence_of_a_period.py"
_RACES = "tests/integration/test_races.py"
_CONTENTION = "tests/integration/test_contention.py"
_REDIRECT = "tests/unit/vendors/test_client_answers.py::test_a_redirect_is_not_followed"
_TRAIL = "tests/e2e/test_audit_trail.py"
_CRASHES = "tests/integration/test_crashes.py"
_MIGRATIONS = "tests/unit/storage/test_migrations.py"
_REPEATED = tuple(
    f"{_ONCE}::test_a_{what}"
    for what in (
        "click_that_is_delivered_twice_has_one_effect",
        "command_that_is_delivered_twice_makes_one_request",
        "form_that_is_delivered_twice_makes_one_request",
        "double_click_counts_once",
    )
)


def _no_postgresql() -> str | None:
    if os.environ.get("ABOARD_TEST_POSTGRES") or find_programs() is not None:
        return None
    return "there is no PostgreSQL here"


def _cells() -> int:
    return sum(1 for _ in cells())


def _fuzz(times: int) -> Scale:
    return Scale({"ABOARD_FUZZ": str(times)}, tried=times)


def _tampering(times: int) -> Scale:
    return Scale({"ABOARD_TAMPERINGS": str(times)}, tried=times)


def _killing(times: int) -> Scale:
    """Killed so often on SQLite, and half as often on PostgreSQL."""
    return Scale({"ABOARD_KILLS": str(times)}, tried=times + times // 2)


def _racing(times: int) -> Scale:
    return Scale({"ABOARD_RACES": str(times)}, tried=times)


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-01",
        "Requests that are malformed or not signed reach the guard",
        "0 answered 5xx, 0 accepted, 0 reach a handler",
        (_MALFORMED,),
        (Control("the guard lets everything pass", (_MALFORMED,), scale=_fuzz(200)),),
        _fuzz(10_000),
        _fuzz(100_000),
    ),
    Row(
        "SEC-02",
        "Signatures and timestamps at their edges",
        "every one as Slack's document says",
        (_SIGNATURES,),
        (Control("a signature holds for fifteen minutes", (_SIGNATURES,)),),
        Scale(),
        Scale(),
    ),
    Row(
        "SEC-03",
        "Slack delivers a click, a command and a form twice",
        "one effect each, on both databases",
        _REPEATED,
        (Control("every delivery is new", _REPEATED),),
        Scale(),
        Scale(),
        _no_postgresql,
    ),
    Row(
        "SEC-04",
        "Every cell of who may decide what, against an oracle written from the documents",
        "all equal, 0 more allowed",
        (_TABLE,),
        (
            Control("any team is the home team", (_TABLE,)),
            Control("whoever it is about may decide", (_TABLE,)),
        ),
        Scale(tried=_cells),
        Scale(tried=_cells),
    ),
    Row(
        "SEC-06",
        "Hostile text through every view",
        "0 active sequences, 0 limits broken",
        _VIEWS,
        (Control("text is not escaped", _VIEWS, scale=Scale(examples=40)),),
        Scale(examples=60),
        Scale(examples=3_000),
    ),
    Row(
        "SEC-07",
        "Hostile cells through the CSV export",
        "0 live cells",
        (_CSV,),
        (Control("cells are made safe as defusedcsv 3.0.0 does", (_CSV,)),),
        Scale(examples=1_000),
        Scale(examples=10_000),
    ),
    Row(
        "SEC-08",
        "Secrets in whatever is logged, and in what is said of settings",
        "0 hits, each line one JSON object",
        _LOGS,
        (Control("the log masks nothing", _LOGS[:1]),),
        Scale(examples=200),
        Scale(examples=5_000),
    ),
    Row(
        "SEC-09",
        "Vendors that redirect a call elsewhere",
        "0 followed, 0 bytes at the trap",
        (_REDIRECT,),
        (Control("redirects are followed", (_REDIRECT,)),),
        Scale(),
        Scale(),
    ),
    Row(
        "REL-02",
        "kill -9 at any moment under load, on both databases",
        "0 lost, 0 decided or created twice, 0 false green, the trail whole",
        (_CRASHES,),
        (
            Control(
                "whatever must not be is found where it is planted",
                ("tests/integration/test_judge.py::test_what_is_wrong_is_found",),
                shows=True,
            ),
        ),
        _killing(4),
        _killing(200),
        _no_postgresql,
    ),
    Row(
        "REL-04",
        "Approve and deny at once, through two processes on PostgreSQL",
        "exactly one decision each",
        (f"{_RACES}::test_two_processes_make_one_decision_of_two_clicks_at_once",),
        (
            Control(
                "a decision that reads before it writes is made twice",
                (f"{_RACES}::test_a_decision_that_only_reads_before_it_writes_is_made_twice",),
                shows=True,
            ),
        ),
        _racing(60),
        _racing(1_000),
        _no_postgresql,
    ),
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
        _no_postgresql,
    ),
    Row(
        "AUD-01",
        "Seven kinds of tampering with the audit trail",
        "100 % found with anchors, each beginning named",
        (_TAMPER,),
        (
            Control("anchors are not compared", (_TAMPER,), scale=_tampering(70)),
            Control(
                "without anchors a cut end and a chain made anew are missed",
                (f"{_VERIFY}::test_without_anchors_a_cut_end_and_a_chain_made_anew_are_not_seen",),
                shows=True,
            ),
        ),
        _tampering(500),
        _tampering(10_000),
    ),
    Row(
        "AUD-02",
        "Changing, removing and replacing events; a role that may only add",
        "all refused by both databases",
        _KEPT,
        (
            Control("the tables have no triggers", _KEPT),
            Control("events are not sealed", _KEPT[:1]),
        ),
        Scale(),
        Scale(),
        _no_postgresql,
    ),
    Row(
        "AUD-03",
        "Refusals, denials, expiries, failures, exports and settings, through Slack",
        "each in the trail, and the trail whole",
        (_TRAIL,),
        (
            Control("refusals are not recorded", (_TRAIL,)),
            Control("events are not sealed", (_TRAIL,)),
        ),
        Scale(),
        Scale(),
        _no_postgresql,
    ),
    Row(
        "AUD-04",
        "Evidence of a period for an auditor",
        "all 18 fields of each grant and removal, every exception named",
        (_PERIOD,),
        (Control("nothing is an exception", (_PERIOD,)),),
        Scale(),
        Scale(),
    ),
)
"""Every row, in the order of the table."""
