"""What is seen of a running bot: what is counted, what has to live, what is traced and logged."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from bot.life import Life
from bot.metrics import Meters
from bot.tracing import Tracer
from vendors.tools import Observation

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watched:
    """Counts, marks and logs."""

    meters: Meters
    life: Life
    tracer: Tracer

    @contextmanager
    def answering(self, kind: str) -> Iterator[Callable[[], None]]:
        """Watch one answer to Slack; what is given is to be called where it failed."""
        outcomes, began = ["ok"], time.perf_counter()
        with self.tracer.span(f"slack {kind}"):
            try:
                yield partial(outcomes.append, "failed")
            finally:
                seconds = time.perf_counter() - began
                self.meters.answered(kind, outcomes[-1], seconds)

    def called(self, call: Observation) -> None:
        """Note a call of a vendor that has just ended."""
        self.meters.called(call)
        self.tracer.called(call)
        _log.info(
            "vendor called", vendor=call.vendor, method=call.method, path=call.path,
            status=call.status, seconds=round(call.seconds, 3), trace=call.trace,
            failure=call.failure,
        )  # fmt: skip
