"""Any order of what can happen."""

from tests.battery.frame import Control, Row, Scale

_LIVES = ("tests/life/test_life.py",)

_FEW = Scale({"ABOARD_LIFE": "400x30"})

ROWS: tuple[Row, ...] = (
    Row(
        "REL-07",
        "Whole lives: people, products, Slack, the clock and deaths in any order, judged each step",
        "0 violations of the twelve invariants",
        _LIVES,
        (
            Control("whoever asks may approve", _LIVES, scale=_FEW),
            Control("the digest does not bind the plan", _LIVES, scale=_FEW),
            Control("a move leaves no fact", _LIVES, scale=_FEW),
        ),
        Scale(),
        Scale({"ABOARD_LIFE": "700x100"}),
    ),
)
