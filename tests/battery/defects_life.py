"""Planted defects: any order of what can happen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from rules import policy
from rules.policy import Ruling


def _self_approval() -> None:
    yes = Ruling(allowed=True, rule="independent", sentence="Yes.")
    policy._independence = lambda *_: yes


def _life(name: str) -> Callable[[], None]:
    """Return how a defect is planted that the lives have a name for."""

    def plant() -> None:
        from tests.life.defects import DEFECTS as OF_LIVES  # noqa: PLC0415 - it has much to import

        OF_LIVES[name].plant(pytest.MonkeyPatch())

    return plant


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "whoever asks may approve": _self_approval,
        "the digest does not bind the plan": _life("plan-not-bound"),
        "a move leaves no fact": _life("no-fact"),
    }
)
