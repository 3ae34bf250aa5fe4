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
            Control(
                "whoever asks may approve",
                _LIVES,
                scale=_FEW,
                word="asked for it",
            ),
            Control(
                "the digest does not bind the plan",
                _LIVES,
                scale=_FEW,
                word="another plan than was approved",
            ),
            Control(
                "a move leaves no fact",
                _LIVES,
                scale=_FEW,
                word="moves: ",
            ),
        ),
        Scale(),
        Scale({"ABOARD_LIFE": "700x100"}),
        less="in full, 700 lives of 100 steps; the goal is 5,000.",
    ),
)
