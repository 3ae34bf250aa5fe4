"""How many steps of a vendor run at once, and how many begin within its published limit."""

from collections.abc import Mapping

from vendors.contract import AnyVendor, Traits
from workflow.runner import QueueRule

PER_SECOND = 20
"""Steps that begin, where no limit is published."""

AT_ONCE = 12
"""Steps under way: enough for so many a second where each takes three calls of 0.2 seconds."""


def queue_rules(vendors: Mapping[str, AnyVendor]) -> dict[str, QueueRule]:
    """Return the rule of each vendor's queue, by the vendor's name."""
    return {name: queue_rule(one.traits) for name, one in vendors.items()}


def queue_rule(traits: Traits) -> QueueRule:
    """Return the rule of a vendor's queue: a limit is shared out by the calls of one step."""
    if traits.rate is None:
        return QueueRule(AT_ONCE, PER_SECOND, 1.0)
    steps = max(1, traits.rate.calls // traits.calls)
    return QueueRule(AT_ONCE, steps, float(max(1, traits.rate.seconds)))
