"""Vendors and a Slack that fail."""

from tests.battery.frame import Control, Row, Scale

_OUTCOMES = "tests/faults/test_unknown_outcomes.py"
_OUTAGES = "tests/faults/test_outages.py"
_LEAVERS = f"{_OUTAGES}::test_whoever_leaves_is_removed_or_named_people_are_reminded_in_time"
_ANSWERS = "tests/faults/test_hostile_answers.py"


def _outcomes(seeds: int) -> Scale:
    """Try five vendors, thirteen faults and two directions with so many seeds."""
    return Scale({"ABOARD_OUTCOME_SEEDS": str(seeds)}, tried=5 * 13 * 2 * seeds)


def _answers(times: int) -> Scale:
    """Give each of five vendors so many answers."""
    return Scale({"ABOARD_HOSTILE": str(times)}, tried=5 * times)


def _leavers(people: int) -> Scale:
    return Scale({"ABOARD_LEAVERS": str(people)}, tried=people)


ROWS: tuple[Row, ...] = (
    Row(
        "REL-05",
        "Thirteen faults befall the calls to five vendors, giving and taking away",
        "0 false done, 0 false failed, 0 made twice, the rest flagged for a person",
        (_OUTCOMES,),
        (
            Control("an unknown outcome is tried again without a look", (_OUTCOMES,)),
            Control("an unknown outcome counts as failed", (_OUTCOMES,)),
        ),
        _outcomes(2),
        _outcomes(20),
    ),
    Row(
        "REL-06",
        "Hostile answers to what five vendors are asked: broken, flooding, lying",
        "0 crashes, 0 false done, each in 31 s, less than 64 MB more memory",
        (_ANSWERS,),
        (
            Control("an answer may be of any length", (_ANSWERS,), scale=_answers(100)),
            Control("an answer is parsed as it comes", (_ANSWERS,)),
        ),
        _answers(100),
        _answers(5_000),
    ),
    Row(
        "REL-17",
        "Whoever leaves while vendors are away for two hours; and each vendor away alone",
        "all removed, or named people reminded in time; the others go on",
        (_OUTAGES,),
        (Control("no alarm is ever due", (_LEAVERS,), scale=_leavers(3)),),
        _leavers(50),
        _leavers(1_000),
    ),
)
