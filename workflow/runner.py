"""The durable engine (DBOS): none but this, ``dequeuing`` and ``takeover`` imports it.

One workflow is one attempt of one step. It is enqueued in the transaction that made it necessary,
so that either both are there after a crash or neither is. A retry is a new, delayed workflow. What
was under way when the process died runs again from its beginning: the attempt itself looks first.

DBOS finds queued work by polling. So that a click is answered at once, ``wake`` claims from the
queue right after the commit, and the poll stays as the net below. What found no room is claimed
soon after there is some: by the poll alone a full queue would move on by what runs at once, every
two seconds.

https://docs.dbos.dev/python/reference/queues, https://docs.dbos.dev/python/reference/client
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from dbos._workflow_commands import BACKGROUND_JOBS_THREAD_NAME
from sqlalchemy.engine import Connection

from storage.engine import Frugal, is_sqlite, normal_url
from workflow.clock import as_datetime
from workflow.dequeuing import claim, in_single_file, queue_of

_log = structlog.get_logger(__name__)

APPLICATION = "aboard"
WORKFLOW_VERSION = "1"
"""Pinned: by default any change of code or of DBOS strands what waits in the queues."""

_POLL_SECONDS = 2.0
_FULL_SECONDS = 0.15
"""After so long it is looked again at a queue that gave work, or had no room for more; a limit for
longer than a second is looked at less often accordingly."""

THREADS, _CONNECTIONS = 8, 2
"""What the engine has of each on SQLite, which takes one writer at a time: more would wait for each
other, and each thread and each connection keeps memory of its own."""

_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

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
        self._woken: dict[str, None] = {}
        self._waking: asyncio.Task[None] | None = None
        self._full: dict[str, asyncio.TimerHandle] = {}

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
        if is_sqlite(self._url):
            in_single_file(dbos)
        for vendor, rule in self._queues.items():
            await DBOS.register_queue_async(
                queue_of(vendor),
                global_concurrency=rule.concurrency,
                limiter={"limit": rule.limit, "period": rule.period},
                polling_interval_sec=_POLL_SECONDS,
            )
        return dbos

    def _config(self) -> DBOSConfig:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._url,
            "executor_id": self.executor,
            "application_version": WORKFLOW_VERSION,
            "serializer": self._serializer,
            "log_level": "ERROR",
            "sys_db_idle_transaction_timeout_sec": 10,
            "run_migrations": is_sqlite(self._url),
        }
        if is_sqlite(self._url):
            config |= {
                "sys_db_pool_size": _CONNECTIONS,
                "max_executor_threads": THREADS,
                "db_engine_kwargs": {"connect_args": {"factory": Frugal}},
            }
        return config

    def _open_client(self) -> DBOSClient:
        return DBOSClient(
            system_database_url=self._url,
            serializer=self._serializer,
            application_name=APPLICATION,
            lazy=True,
        )

    async def rest(self, seconds: int = 15) -> None:
        """Let what is under way end, for at most ``seconds``; the rest is taken up at the start.

        Nothing new is claimed from now on; what is being claimed is claimed to the end, since the
        engine would go from under it. DBOS makes its own threads the loop's, and closes them before
        it has ended: the loop gets others first, and keeps them.
        """
        dbos, self._dbos = self._dbos, None
        if dbos is None:
            return
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        if self._waking is not None:
            await asyncio.wait({self._waking}, timeout=seconds)
        dbos._configure_asyncio_thread_pool = _keep_threads  # type: ignore[method-assign]  # noqa: SLF001 - an attempt that ends would bring them back
        loop.set_default_executor(ThreadPoolExecutor())
        left = max(0, round(end - loop.time()))
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=left
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
        self._opened.enqueue_in_transaction(connection, options, step, number)

    def wake(self, vendor: str) -> None:
        """Start what waits in a vendor's queue now, instead of at the next poll.

        Queues are claimed from one after the other: all at once they would wait for each other, and
        nothing would begin before the last of them.
        """
        if vendor in self._full:
            self._full.pop(vendor).cancel()
        if self._dbos is None:
            return
        self._woken[vendor] = None
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._claim_in_turn())

    async def _claim_in_turn(self) -> None:
        while self._woken and self._dbos is not None:
            vendor = next(iter(self._woken))
            del self._woken[vendor]
            try:
                if await asyncio.to_thread(claim, queue_of(vendor)):
                    self._look_again(vendor)
            except Exception as error:  # noqa: BLE001 - the poll stays as the net below
                _log.warning("could not wake a queue; the poll will", error=repr(error))

    def _look_again(self, vendor: str) -> None:
        """Claim once more in a moment: something may wait for what runs now."""
        rule = self._queues.get(vendor)
        if rule is not None and vendor not in self._woken and vendor not in self._full:
            wait = _FULL_SECONDS * max(1.0, rule.period)
            loop = asyncio.get_running_loop()
            self._full[vendor] = loop.call_later(wait, self.wake, vendor)

    def is_alive(self) -> bool:
        """Tell whether the engine was launched, and looks for work and for what is delayed."""
        if self._dbos is None:
            return False
        threads = self._dbos._background_threads  # noqa: SLF001 - no public name tells
        living = " ".join(thread.name for thread in threads if thread.is_alive())
        return all(name in living for name in _VITAL)

    async def alive(self, step: str) -> bool:
        """Tell whether some attempt of this step is enqueued, delayed or running."""
        waiting = await self._opened.list_workflows_async(
            workflow_id_prefix=f"{step}:",
            status=["ENQUEUED", "DELAYED", "PENDING"],
            load_input=False,
        )
        return bool(waiting)

    async def drop_ended(self, before: int, most: int) -> int:
        """Drop at most ``most`` attempts that began before a moment and ended; return how many."""
        ended = await self._opened.list_workflows_async(
            status=_ENDED,
            end_time=as_datetime(before).isoformat(),
            limit=most,
            load_input=False,
            load_output=False,
        )
        if ended:
            await self._opened.delete_workflows_async([one.workflow_id for one in ended])
        return len(ended)

    @property
    def _opened(self) -> DBOSClient:
        """The client: unlike the engine, it asks in threads of the loop's own."""
        if self._client is None:
            raise RuntimeError("The runner was not started.")
        return self._client


async def _keep_threads() -> None:
    """Leave the loop the threads that it has."""


def _options(vendor: str, name: str) -> EnqueueOptions:
    return {"workflow_name": "attempt", "queue_name": queue_of(vendor), "workflow_id": name}
