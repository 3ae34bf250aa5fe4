"""Credentials that change while Aboard runs: files are read again, and new values are used.

Each file is read every other second, at SIGHUP, and when a vendor refuses what it held. The log
learns a new value before anything uses it, and goes on masking the one before. A file that is
empty, broken or away changes nothing, and that is said, in the log and by ``/aboard check``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path

import structlog

from bot.credentials import Credential
from vendors.secrets import LiveSecret
from workflow.events import Bell
from workflow.loops import Loop

SECONDS = 2.0

Learn = Callable[[Iterable[str]], None]
Objection = Callable[[str], Awaitable[str]]
"""Says why a value is not to be used; empty where nothing speaks against it."""

_log = structlog.get_logger(__name__)


class Rotation:
    """Watches the files of credentials. ``learn`` is told every value before it is used."""

    def __init__(self, credentials: Iterable[Credential], learn: Learn) -> None:
        """Watch those of ``credentials`` that may be replaced."""
        self._watched = [one for one in credentials if one.is_replaceable]
        self._learn = learn
        self._objections: dict[str, Objection] = {}
        self._used: dict[str, Callable[[str], None]] = {}
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
        """Look at every file once."""
        for one in self._watched:
            before = one.value
            value, problem = await asyncio.to_thread(_read, one)
            if one.value != before:
                continue  # a refusal had it looked at meanwhile, and saw what is newer
            is_new = not problem and value != before
            if is_new:
                self._learn([value])
                problem = await self._objection(one, value)
            self._mark(one, problem)
            if is_new and not problem:
                self._use(one, value)

    async def _objection(self, one: Credential, value: str) -> str:
        objection = self._objections.get(one.name)
        return await objection(value) if objection is not None else ""

    def _look(self, one: Credential) -> None:
        """Look at one file now: a vendor has just refused what is known."""
        value, problem = _read(one)
        if not problem and value != one.value and one.name not in self._objections:
            self._mark(one, "")
            self._learn([value])
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
        value = content(one.path or Path())
    except (OSError, UnicodeDecodeError):
        return "", "its file cannot be read"
    if not value:
        return "", "" if one.may_be_empty else "its file is empty"
    if not one.fits(value):
        return "", "its file holds what cannot be used"
    return value, ""


def content(path: Path) -> str:
    """Return what a mounted file holds, without the line's end."""
    return path.read_text(encoding="utf-8").rstrip("\r\n")
