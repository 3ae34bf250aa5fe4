"""The audit trail and what is kept of people."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_VERIFY = "tests/unit/workflow/test_audit_verify.py"
_TAMPER = f"{_VERIFY}::test_every_tampering_is_found_with_anchors_and_its_beginning_is_named"
_KEPT = ("tests/unit/storage/test_audit_chain.py", "tests/unit/storage/test_audit_role.py")
_PERIOD = "tests/unit/bot/test_evidence_of_a_period.py"
_EIGHTEEN = f"{_PERIOD}::test_every_grant_and_every_removal_has_all_eighteen_fields"
_TRAIL = "tests/e2e/test_audit_trail.py"
_ERASING = "tests/unit/bot/test_erasing_many.py"
_ERASING_ONE = (
    "tests/e2e/test_erasing_a_person.py::"
    "test_nothing_is_left_of_whoever_is_erased_and_the_trail_verifies"
)
_REFUSALS = "tests/integration/test_refusals.py"
_ROTATION = (
    "tests/e2e/test_rotation.py::test_every_credential_is_replaced_under_load_and_nobody_notices"
)


def _tampering(times: int) -> Scale:
    return Scale({"ABOARD_TAMPERINGS": str(times)}, tried=times)


def _erased(people: int) -> Scale:
    return Scale({"ABOARD_ERASED": str(people)}, tried=people)


def _evidence(people: int) -> Scale:
    """Have so many grants, and as many removals."""
    return Scale({"ABOARD_EVIDENCE": str(people)})


def _flood(times: int) -> Scale:
    return Scale({"ABOARD_FLOOD": str(times)})


def _turning(times: int) -> Scale:
    """Six credentials each time."""
    return Scale({"ABOARD_ROTATIONS": str(times)}, tried=6 * times)


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-13",
        "Every credential is replaced, again and again, while people work",
        "0 answered 401 that either secret signed, 0 steps failed, a broken file replaces nothing",
        (_ROTATION, "tests/unit/bot/test_rotation.py"),
        (
            Control(
                "files are not read again",
                (_ROTATION,),
                scale=_turning(1),
                word="was not taken in time",
            ),
        ),
        _turning(2),
        _turning(60),
    ),
    Row(
        "AUD-05",
        "A flood of unsigned requests, and signed ones that come too late or again",
        "all counted in the trail, one fact of a kind in a minute, no row for each",
        (_REFUSALS,),
        (
            Control(
                "what is refused at the door is not counted",
                (_REFUSALS,),
                scale=_flood(50),
                word="Counter()",
            ),
        ),
        _flood(2_000),
        _flood(100_000),
    ),
    Row(
        "PRIV-01",
        "People are erased one after the other: every byte of the file, its journal and an export",
        "0 words left of any of them, the trail verifies",
        (_ERASING, _ERASING_ONE),
        (
            Control(
                "a table is not searched for words",
                (_ERASING,),
                scale=_erased(1),
                word="left == []",
            ),
            Control(
                "first and last names are left in requests",
                (_ERASING,),
                scale=_erased(1),
                word="'Family0000'",
            ),
        ),
        _erased(20),
        _erased(200),
        no_postgresql,
    ),
    Row(
        "AUD-01",
        "Seven kinds of tampering with the audit trail",
        "100 % found with anchors, each beginning named",
        (_TAMPER,),
        (
            Control(
                "anchors are not compared",
                (_TAMPER,),
                scale=_tampering(70),
                word="'truncate'",
            ),
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
            Control(
                "the tables have no triggers",
                _KEPT,
                word="only ever added to",
            ),
            Control(
                "events are not sealed",
                _KEPT[:1],
                word="links(connection)",
            ),
        ),
        Scale(),
        Scale(),
        no_postgresql,
    ),
    Row(
        "AUD-03",
        "Refusals, denials, expiries, failures, exports and settings, through Slack",
        "each in the trail, and the trail whole",
        (_TRAIL,),
        (
            Control(
                "refusals are not recorded",
                (_TRAIL,),
                word="'denied'",
            ),
            Control(
                "events are not sealed",
                (_TRAIL,),
                word="no link seals it",
            ),
        ),
        Scale(),
        Scale(),
        no_postgresql,
    ),
    Row(
        "AUD-04",
        "Evidence of a period for an auditor",
        "all 18 fields of each grant and removal, every exception named",
        (_PERIOD,),
        (
            Control(
                "nothing is an exception",
                (_PERIOD,),
                word="whoever approved is concerned",
            ),
            Control("a field is left empty", (_EIGHTEEN,), word="str(value).strip()"),
        ),
        _evidence(5),
        _evidence(40),
    ),
)
