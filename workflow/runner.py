"""The durable engine (DBOS) and nothing else: no other module but ``takeover`` imports it.

One workflow is one attempt of one step. It is enqueued in the transaction that made it necessary,
so that either both are there after a crash or neither is. A retry is a new, delayed workflow. What
was under way when the process died runs again from its beginning: the attempt itself looks first.

DBOS finds queued work by polling. So that a click is answered at once, ``wake`` claims from the
queue right after the commit, by the same call that the poll makes: the limits of the queue hold,
and the poll stays as the net below. That call and the one in ``takeover`` are private to DBOS,
which is why its version is bound tightly and ``tests/integration/test_runner.py`` watches them.

https://docs.dbos.dev/python/reference/queues, https://docs.dbos.dev/python/reference/client
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from dbos._core import execute_dequeued_workflow
from dbos._dbos import _get_dbos_instance
from dbos._utils import GlobalParams, generate_uuid
from dbos._workflow_commands import BACKGROUND_JOBS_THREAD_NAME
from sqlalchemy.engine import Connection

from storage.engine import is_sqlite, normal_url

_log = structlog.get_logger(__name__)

APPLICATION = "aboard"
WORKFLOW_VERSION = "1"
"""Pinned: by default any change of code or of DBOS strands what waits in the queues."""

_POLL_SECONDS = 2.0

_VITAL = ("(queue_thread)", BACKGROUND_JOBS_THREAD_NAME)
"""What the threads are called that the engine cannot do without; others end at once on SQLite."""

Attempt = Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class QueueRule:
    """How a vendor may be called: attempts at once, and attempts started in a period of seconds."""

    concurrency: int
    limit: int
    period: float


def migrate(url: str) -> None:
    """Bring the engine's own tables to the form that this version needs."""
    DBOS.migrate(normal_url(url))


class Runner:
    """Runs attempts durably. One per process; ``start`` and ``stop`` belong to its event loop.

    After ``open`` work can be enqueued, whether anything runs it or not. Between ``start`` and
    ``rest`` it is run, as often as these follow one another. ``stop`` is the end.
    """

    def __init__(self, url: str, executor: str, queues: Mapping[str, QueueRule]) -> None:
        """Describe the engine.

        ``executor`` names this process for ever on SQLite, where a restart takes its own work up
        again, and uniquely on PostgreSQL, where others take over.
        """
        self.executor = executor
        self._url, self._queues = normal_url(url), queues
        self._serializer = DBOSPortableJSONSerializer()
        self._client: DBOSClient | None = None
        self._dbos: DBOS | None = None

    async def open(self) -> None:
        """Have work enqueued from now on, without running it.

        On SQLite the engine's tables are made where they are missing.
        """
        if self._client is None:
            if is_sqlite(self._url):
                await asyncio.to_thread(migrate, self._url)
            self._client = self._open_client()

    async def start(self, attempt: Attempt) -> None:
        """Launch the engine inside the running event loop; ``attempt`` does one try of a step.

        Where that fails nothing of it is left, so that it can be tried again.
        """
        try:
            self._dbos = await self._launched(attempt)
        except BaseException:
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            raise
        if self._client is None:
            self._client = self._open_client()

    async def _launched(self, attempt: Attempt) -> DBOS:
        dbos = DBOS(config=self._config())

        @DBOS.workflow(name="attempt")
        async def run_attempt(step: str, number: int) -> None:
            await attempt(step, number)

        DBOS.launch()  # in this thread: the attempts run in the loop that it finds here
        for vendor, rule in self._queues.items():
            await DBOS.register_queue_async(
                queue_of(vendor),
                global_concurrency=rule.concurrency,
                limiter={"limit": rule.limit, "period": rule.period},
                polling_interval_sec=_POLL_SECONDS,
            )
        return dbos

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_url": self._url,
            "executor_id": self.executor,
            "application_version": WORKFLOW_VERSION,
            "serializer": self._serializer,
            "log_level": "ERROR",
            "sys_db_idle_transaction_timeout_sec": 10,
            "run_migrations": is_sqlite(self._url),
        }

    def _open_client(self) -> DBOSClient:
        return DBOSClient(
            system_database_url=self._url,
            serializer=self._serializer,
            application_name=APPLICATION,
            lazy=True,
        )

    async def rest(self, seconds: int = 15) -> None:
        """Let what is under way end, for at most ``seconds``; the rest is taken up at the start.

        Nothing new is claimed from now on. DBOS makes its own threads the loop's, and closes them
        before it has ended: the loop gets others first, and keeps them.
        """
        dbos, self._dbos = self._dbos, None
        if dbos is None:
            return
        dbos._configure_asyncio_thread_pool = _keep_threads  # type: ignore[method-assign]  # noqa: SLF001 - an attempt that ends would bring them back
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=seconds
        )

    async def stop(self, seconds: int = 15) -> None:
        """Rest, and take no more work."""
        await self.rest(seconds)
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def enqueue(
        self, connection: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        """Have attempt ``number`` of a step run, ``delay`` seconds after this transaction.

        The same attempt enqueued twice runs once.
        """
        options = _options(vendor, f"{step}:{number}")
        if delay > 0:
            options["delay_seconds"] = delay
        self._enqueue(connection, options, step, number)

    def revive(self, connection: Connection, vendor: str, step: str, number: int, at: int) -> None:
        """Have an attempt run that the engine gave up, under a name of its own with ``at`` in it.

        What has ended in the engine's books never runs again under the name that it had.
        """
        self._enqueue(connection, _options(vendor, f"{step}:{number}:{at}"), step, number)

    def _enqueue(
        self, connection: Connection, options: EnqueueOptions, step: str, number: int
    ) -> None:
        if self._client is None:
            raise RuntimeError("The runner was not started.")
        self._client.enqueue_in_transaction(connection, options, step, number)

    def wake(self, vendor: str) -> None:
        """Start what waits in a vendor's queue now, instead of at the next poll."""
        if self._dbos is None:
            return
        task = asyncio.get_running_loop().run_in_executor(None, _claim, queue_of(vendor))
        task.add_done_callback(_report)

    def is_alive(self) -> bool:
        """Tell whether the engine was launched, and looks for work and for what is delayed."""
        if self._dbos is None:
            return False
        threads = self._dbos._background_threads  # noqa: SLF001 - no public name tells
        living = " ".join(thread.name for thread in threads if thread.is_alive())
        return all(name in living for name in _VITAL)

    async def alive(self, step: str) -> bool:
        """Tell whether some attempt of this step is enqueued, delayed or running."""
        waiting = await DBOS.list_workflows_async(
            workflow_id_prefix=f"{step}:",
            status=["ENQUEUED", "DELAYED", "PENDING"],
            load_input=False,
        )
        return bool(waiting)


async def _keep_threads() -> None:
    """Leave the loop the threads that it has."""


def _options(vendor: str, name: str) -> EnqueueOptions:
    return {"workflow_name": "attempt", "queue_name": queue_of(vendor), "workflow_id": name}


def _report(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.warning("could not wake a queue; the poll will", error=repr(task.exception()))


def queue_of(vendor: str) -> str:
    """Return the name of a vendor's queue."""
    return f"vendor-{vendor}"


def _claim(name: str) -> None:
    """Claim what a queue may start now and start it, as DBOS's own poll does."""
    dbos = _get_dbos_instance()
    system, active = dbos._sys_db, dbos._active_workflows_set  # noqa: SLF001 - see the module
    queue = system.get_queue(name)
    if queue is None:
        return
    owner = generate_uuid()
    me, version = GlobalParams.executor_id, GlobalParams.app_version
    running = active.count_for_queue(name)
    claimed, _ = system.start_queued_workflows(queue, me, version, None, running, owner_xid=owner)
    for status in system.get_workflow_statuses(claimed):
        execute_dequeued_workflow(dbos, status, owner)
