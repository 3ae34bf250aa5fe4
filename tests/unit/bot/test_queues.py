"""A vendor's published limit is shared out by the calls that one step of it costs."""

from dataclasses import replace

import pytest

from bot.queues import AT_ONCE, PER_SECOND, queue_rule
from vendors.contract import Rate
from vendors.ixon import Ixon
from workflow.runner import QueueRule


@pytest.mark.parametrize(
    ("calls", "rate", "limit", "period"),
    [
        (5, Rate(40, 1), 8, 1.0),
        (2, Rate(40, 1), 20, 1.0),
        (4, Rate(100, 60), 25, 60.0),
        (4, Rate(3, 60), 1, 60.0),
        (4, None, PER_SECOND, 1.0),
    ],
)
def test_so_many_steps_begin_as_their_calls_fit_into_the_limit(
    calls: int, rate: Rate | None, limit: int, period: float
) -> None:
    traits = replace(Ixon.traits, calls=calls, rate=rate)
    assert queue_rule(traits) == QueueRule(AT_ONCE, limit, period)


def test_steps_of_ixon_keep_its_limit_with_all_the_calls_that_each_of_them_makes() -> None:
    rate = Ixon.traits.rate
    assert rate is not None
    assert queue_rule(Ixon.traits).limit * Ixon.traits.calls <= rate.calls
