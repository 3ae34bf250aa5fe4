"""Who is alive among the replicas on one PostgreSQL, and whose work is taken over.

The open-source engine gives a dead process its work back only when that process starts again under
its name. Here every process holds a session advisory lock under its name: PostgreSQL itself drops
it with the process, with the connection, or, for a process that froze, by ``idle_session_timeout``.
Whoever finds the lock of another one free at two looks in a row takes its work over: one look is
not enough, since a restart of the database frees every lock for a moment.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import threading
import zlib
from collections.abc import Callable

import sqlalchemy as sa
import structlog
from dbos import DBOS
from dbos._dbos import _get_dbos_instance
from sqlalchemy.engine import Connection

from storage.engine import normal_url

_log = structlog.get_logger(__name__)

_SPACE = 7701
_LOOK_SECONDS = 3.0
_PING_SECONDS = 1.0
_DEAD_AFTER_MS = 10_000

_LOCK = sa.text("SELECT pg_try_advisory_lock(:space, :name)")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(:space, :name)")


def _key(executor: str) -> dict[str, int]:
    return {"space": _SPACE, "name": zlib.crc32(executor.encode()) - 2**31}


class Takeover:
    """Shows that this process is alive, and takes over the work of those that are not."""

    def __init__(self, url: str, executor: str) -> None:
        """Watch over the replicas on ``url`` under the name ``executor``."""
        self._me = executor
        self._suspects: set[str] = set()
        self._stopping = threading.Event()
        self._engine = sa.create_engine(
            normal_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=2,
            pool_pre_ping=True,
            connect_args={"options": f"-c idle_session_timeout={_DEAD_AFTER_MS}"},
        )
        self._seen_enough = threading.Event()
        self._holder = self._thread("alive", self._hold, _PING_SECONDS, self._stopping)
        self._watcher = self._thread("watch", self._watch, _LOOK_SECONDS, self._seen_enough)

    def _thread(
        self, name: str, work: Callable[[], None], pause: float, end: threading.Event
    ) -> threading.Thread:
        return threading.Thread(
            target=self._until, args=(end, work, pause), name=f"aboard-{name}", daemon=True
        )

    def show_life(self) -> None:
        """Count as alive from now on; before this process begins any work."""
        self._holder.start()

    def watch(self) -> None:
        """Begin to watch the others. It needs the engine."""
        self._watcher.start()

    def is_alive(self) -> bool:
        """Tell whether both go on."""
        return self._holder.is_alive() and self._watcher.is_alive()

    def watch_no_more(self) -> None:
        """Take nothing over any more. What this process has under way is still its own."""
        self._seen_enough.set()
        _join(self._watcher)

    def stop(self) -> None:
        """End both; from now on this process counts as gone."""
        self.watch_no_more()
        self._stopping.set()
        _join(self._holder)
        self._engine.dispose()

    @staticmethod
    def _until(end: threading.Event, work: Callable[[], None], pause: float) -> None:
        while not end.is_set():
            try:
                work()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                _log.warning("takeover: the database did not answer", error=type(error).__name__)
            end.wait(pause)

    def _hold(self) -> None:
        """Hold the lock on one connection, touching it often enough to stay alive."""
        with self._engine.connect() as connection:
            if not connection.scalar(_LOCK, _key(self._me)):
                _log.error("another process has the same name", executor=self._me)
                return
            while not self._stopping.wait(_PING_SECONDS):
                connection.scalar(sa.text("SELECT 1"))

    def _watch(self) -> None:
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        owners = {one.executor_id for one in running if one.executor_id} - {self._me}
        self._suspects &= owners
        for executor in owners:
            with self._engine.connect() as connection:
                self._look_at(connection, executor)

    def _look_at(self, connection: Connection, executor: str) -> None:
        if not connection.scalar(_LOCK, _key(executor)):
            self._suspects.discard(executor)
            return
        try:
            if executor in self._suspects:
                recovered = _get_dbos_instance()._recover_pending_workflows(  # noqa: SLF001 - the public call is part of a paid service
                    [executor]
                )
                _log.warning("took over", executor=executor, attempts=len(recovered))
            self._suspects.add(executor)
        finally:
            connection.execute(_UNLOCK, _key(executor))


def _join(thread: threading.Thread) -> None:
    if thread.is_alive():
        thread.join(timeout=5)
