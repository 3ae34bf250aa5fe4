"""Claiming from the engine's queues, by the same call that its poll makes: their limits hold.

What was claimed and is not run by anybody is given back. The engine leaves it so where the disk is
full at the wrong moment: between the claim and the beginning, or when the end is to be recorded. It
would stand as under way until the next start, and keep a place in its queue from others.

These calls and the one in ``takeover`` are private to DBOS, which is why its version is bound
tightly and ``tests/integration/test_runner.py`` watches them.
"""

import asyncio
from threading import Lock
from typing import Any

import structlog
from dbos import DBOS
from dbos._core import execute_dequeued_workflow
from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME, GlobalParams, generate_uuid

_log = structlog.get_logger(__name__)


def queue_of(vendor: str) -> str:
    """Return the name of a vendor's queue."""
    return f"vendor-{vendor}"


def in_single_file(dbos: DBOS) -> None:
    """Have the poll and a waking claim one after the other.

    On SQLite the engine counts what has begun before its transaction does, so that two at once
    would begin twice as much as a vendor allows. PostgreSQL refuses the second.
    """
    system, turn = dbos._sys_db, Lock()  # noqa: SLF001 - see the module
    start = system.start_queued_workflows

    def in_turn(*given: Any, **named: Any) -> tuple[list[str], Any]:  # noqa: ANN401 - whatever the engine gives
        with turn:
            return start(*given, **named)

    system.start_queued_workflows = in_turn  # type: ignore[method-assign]  # the poll calls it by this name


def claim(name: str) -> bool:
    """Claim what a queue may start now and start it, as DBOS's own poll does.

    Returns whether more may be waiting: it gave work, or its limits left no room for any.
    """
    dbos = _get_dbos_instance()
    system, active = dbos._sys_db, dbos._active_workflows_set  # noqa: SLF001 - see the module
    queue = system.get_queue(name)
    if queue is None:
        return False
    owner = generate_uuid()
    me, version = GlobalParams.executor_id, GlobalParams.app_version
    running = active.count_for_queue(name)
    claimed, stopped_by = system.start_queued_workflows(
        queue, me, version, None, running, owner_xid=owner
    )
    for status in system.get_workflow_statuses(claimed):
        execute_dequeued_workflow(dbos, status, owner)
    return bool(claimed) or stopped_by is not None


class LeftLying:
    """What this process has claimed and does not run; ``once`` is called by a loop."""

    def __init__(self) -> None:
        """Begin with nothing that was seen."""
        self._seen = frozenset[str]()

    async def once(self) -> float | None:
        """Give back what lay there at the look before and still does.

        One look is not enough: what was claimed a moment ago is about to begin.
        """
        await asyncio.to_thread(self._look)
        return None

    def _look(self) -> None:
        lying = _left_lying()
        for name in lying & self._seen:
            _give_back(name)
            _log.warning("an attempt was claimed and left; it is claimed again", attempt=name)
        self._seen = lying - self._seen


def _left_lying() -> frozenset[str]:
    """Return what stands as under way in this process, and is not.

    The rows are read first: what ends in between is under way no more, and neither in the rows.
    """
    dbos = _get_dbos_instance()
    system, active = dbos._sys_db, dbos._active_workflows_set  # noqa: SLF001 - see the module
    claimed = system.get_pending_workflows(GlobalParams.executor_id, GlobalParams.app_version)
    return frozenset(one.workflow_id for one in claimed) - frozenset(active.activeList())


def _give_back(name: str) -> None:
    system = _get_dbos_instance()._sys_db  # noqa: SLF001 - see the module
    system.reenqueue_for_recovery(name, [GlobalParams.executor_id], INTERNAL_QUEUE_NAME)
