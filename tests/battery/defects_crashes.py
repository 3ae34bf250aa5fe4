"""Planted defects: processes that are killed at any moment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy.engine import Connection

from rules.states import StepState
from storage import engine
from workflow import attempts
from workflow.attempts import Attempts
from workflow.claiming import Claim
from workflow.ending import Ending
from workflow.means import Means


def _done_before_the_call() -> None:
    async def attempt(self: Attempts, ref: str, number: int) -> None:
        alone = await self._claimed(ref, number)
        if alone is None:
            return
        can_look = self._means.vendors[alone.step.vendor].traits.verify
        state = StepState.DONE if can_look else StepState.UNVERIFIED
        await self._record(alone, Ending(state, "It said yes."))
        await self._perform(alone)

    attempts_of: Any = Attempts
    attempts_of.attempt = attempt


def _deaths_forgotten() -> None:
    module: Any = attempts
    claim: Callable[..., Claim | None] = module.claim

    def anew(
        connection: Connection, ref: str, number: int, means: Means, call: str | None = None
    ) -> Claim | None:
        taken = claim(connection, ref, number, means, call)
        return None if taken is None else replace(taken, again=False)

    module.claim = anew


def _disk_not_waited_for() -> None:
    module: Any = engine
    module._PRAGMAS = tuple(one.replace("=FULL", "=NORMAL") for one in module._PRAGMAS)


DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "a step is called done before its vendor is called": _done_before_the_call,
        "an attempt that died is begun as if it had not been": _deaths_forgotten,
        "SQLite does not wait for the disk": _disk_not_waited_for,
    }
)
