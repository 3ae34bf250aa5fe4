"""Vendors and a Slack that fail."""

from tests.battery.frame import Control, Row, Scale

_OUTCOMES = "tests/faults/test_unknown_outcomes.py"


def _outcomes(seeds: int) -> Scale:
    """Try five vendors, thirteen faults and two directions with so many seeds."""
    return Scale({"ABOARD_OUTCOME_SEEDS": str(seeds)}, tried=5 * 13 * 2 * seeds)


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
)
