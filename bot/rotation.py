"""Credentials that change while Aboard runs: files are read again, and new values are used.

Each file is read every other second, at SIGHUP, and when a vendor refuses what it held; and so is
the installation that a bot token is of, less often, and after the files. Whatever takes long is
waited for by nothing else. The log learns a new value before anything uses
it, and goes on masking the one before. A file that is empty, broken or away changes nothing, and
that is said, in the log and by ``/aboard check``.

All files are read before any of them counts, the signing secret's before its predecessor's: who
changes both at once has the predecessor let in first, and nothing that Slack signed is refused.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

import structlog

from bot.credentials import Credential, UnreadableError
from vendors.secrets import LiveSecret
from workflow.events import Bell
from workflow.loops import Loop

SECONDS = 2.0
AT_MOST = 2.0
"""So many seconds one reading is waited for; a mounted folder or a database may hang."""
LONGEST = 64.0
"""So many seconds at most pass before it is asked again about a value that was spoken against."""

SIGNING, PREVIOUS = "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_PREVIOUS"

Learn = Callable[[Iterable[str]], None]
Objection = Callable[[str], Awaitable[str]]
"""Says why a value is not to be used; empty where nothing speaks against it."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What speaks against a value; it is asked about again at ``until``, ``after`` so long."""

    value: str
    problem: str
    after: float
    until: float


class Rotation:
    """Watches the files of credentials. ``learn`` is told every value before it is used."""

    def __init__(
        self,
        credentials: Iterable[Credential],
        learn: Learn,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch those of ``credentials`` that may be replaced; ``clock`` tells seconds."""
        self._watched = [one for one in credentials if one.is_replaceable]
        self._learn, self._clock = learn, clock
        self._objections: dict[str, Objection] = {}
        self._doubts: dict[str, _Doubt] = {}
        self._used: dict[str, Callable[[str], None]] = {}
        self._readings: dict[str, asyncio.Task[tuple[str, str]]] = {}
        self.bell = Bell()
        for one in self._watched:
            if isinstance(one.secret, LiveSecret):
                one.secret.watched_by(partial(self._look, one))

    def before(self, name: str, objection: Objection) -> None:
        """Ask ``objection`` before a new value of the credential ``name`` is used."""
        self._objections[name] = objection

    def after(self, name: str, use: Callable[[str], None]) -> None:
        """Give every new value of the credential ``name`` to ``use``."""
        self._used[name] = use

    def loop(self) -> Loop:
        """Return what looks every other second, and when the bell rings."""
        return Loop("rotate", self.bell, SECONDS, self.once)

    async def once(self) -> None:
        """Look at every file once, and at the rest then; what has to be asked about comes last."""
        await self._look_at([one for one in self._watched if one.source is None])
        await self._look_at([one for one in self._watched if one.source is not None])

    async def _look_at(self, watched: Iterable[Credential]) -> None:
        read = [(one, one.value, *await self._in_time(one)) for one in watched]
        for one, before, value, problem in sorted(read, key=self._place):
            if one.value == before:  # else a refusal had it looked at, and saw what is newer
                await self._take(one, value, problem)

    async def _in_time(self, one: Credential) -> tuple[str, str]:
        """Read one. What comes late is dropped and read anew: it may be old by then."""
        reading = self._readings.get(one.name)
        if reading is None or reading.done():
            reading = asyncio.create_task(asyncio.to_thread(_read, one))
            self._readings[one.name] = reading
            await asyncio.wait([reading], timeout=AT_MOST)
        return reading.result() if reading.done() else ("", "it cannot be read in time")

    def _place(self, read: tuple[Credential, str, str, str]) -> tuple[bool, bool]:
        return read[0].name in self._objections, read[0].name == SIGNING

    async def _take(self, one: Credential, value: str, problem: str) -> None:
        is_new = not problem and value != one.value
        if is_new:
            self._learn(one.parts(value))
            problem = self._held_back(one) or await self._objection(one, value)
        self._mark(one, problem)
        if is_new and not problem:
            self._use(one, value)

    def _held_back(self, one: Credential) -> str:
        """Hold a signing secret back where what the one before signed might be refused."""
        wrong = any(other.problem for other in self._watched if other.name == PREVIOUS)
        return f"{PREVIOUS} has to be put right first" if wrong and one.name == SIGNING else ""

    async def _objection(self, one: Credential, value: str) -> str:
        """Ask what speaks against a value, the less often the longer something does."""
        objection, known = self._objections.get(one.name), self._doubts.pop(one.name, None)
        if objection is None:
            return ""
        if known is None or known.value != value:
            known = _Doubt(value, "", SECONDS / 2, self._clock())
        if self._clock() >= known.until:
            after = min(2 * known.after, LONGEST)
            known = _Doubt(value, await objection(value), after, self._clock() + after)
        if known.problem:
            self._doubts[one.name] = known
        return known.problem

    def _look(self, one: Credential) -> None:
        """Look at one file now: a vendor has just refused what is known."""
        if one.name in self._objections:
            return
        value, problem = _read(one)
        if not problem and value != one.value:
            self._mark(one, "")
            self._learn(one.parts(value))
            self._use(one, value)

    def _use(self, one: Credential, value: str) -> None:
        if isinstance(one.secret, LiveSecret):
            one.secret.replace(value)
        use = self._used.get(one.name)
        if use is not None:
            use(value)
        _log.info("credential replaced", credential=one.name, fingerprint=one.fingerprint)

    def _mark(self, one: Credential, problem: str) -> None:
        if problem and problem != one.problem:
            _log.warning("credential not replaced", credential=one.name, problem=problem)
        one.problem = problem


def _read(one: Credential) -> tuple[str, str]:
    """Return what a file holds, and what is wrong with it; only one of them is not empty."""
    try:
        value = one.newest()
    except UnreadableError as error:
        return "", str(error)
    if not value:
        return "", "" if one.may_be_empty else "its file is empty"
    if value != one.value and not one.fits(value):
        return "", "its file holds what cannot be used"
    return value, ""
