"""Small changes of the code that a test has to notice."""

from importlib.util import find_spec

from tests.battery.frame import Control, Row, Scale

_TESTS = "tests/battery/test_mutants.py"
_KILLED = f"{_TESTS}::test_nearly_every_mutant_is_killed_and_of_who_may_decide_every_one"
_BLIND = f"{_TESTS}::test_without_the_tests_of_who_may_decide_mutants_survive"


def _no_mutmut() -> str | None:
    return None if find_spec("mutmut") else "mutmut is not installed"


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-05",
        "Small changes of what says who may decide; in full of policy, guard, states, outcomes and "
        "audit, too",
        "95 % killed of each, none survives in what says who may decide",
        (_KILLED,),
        (Control("the tests of who may decide are left out", (_BLIND,), shows=True),),
        Scale(),
        Scale({"ABOARD_MUTANTS": "250"}),
        _no_mutmut,
        less="in full, 250 are drawn of each part but who may decide, of which all are tried.",
    ),
)
