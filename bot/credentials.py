"""The credentials that Aboard works with: where each came from, how old it is, and its fingerprint.

A credential that is mounted as a file may be replaced while Aboard runs (``bot.rotation``).
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pydantic import BaseModel, SecretStr

from bot.findings import Finding, Mark
from vendors.secrets import LiveSecret

OLD_DAYS = 90
"""After so many days a credential should be replaced (ASVS 5.0, 13.3.4)."""

LARGEST_FILE = 2**20
"""Bytes: room for a bundle of certificates, and no more than is read in no time."""


class UnreadableError(Exception):
    """Why a credential cannot be read from where it comes, as a part of a sentence."""


_SUBJECT = "Credentials"
_DIGITS = 6


@dataclass(slots=True)
class Credential:
    """One credential. ``path`` is the file that it is mounted as; None where it is a variable.

    ``source`` reads the newest value from elsewhere, or raises ``UnreadableError``. ``is_list``:
    there are several, with commas between them.

    ``fits`` tells whether a value could stand in its place. ``may_be_empty``: an empty file means
    that there is none. ``problem`` is why the newest content of the file is not used.
    """

    name: str
    secret: SecretStr
    path: Path | None
    fits: Callable[[str], bool]
    may_be_empty: bool = False
    problem: str = ""
    source: Callable[[], str] | None = None
    is_list: bool = False

    @property
    def value(self) -> str:
        """What it is now."""
        return self.secret.get_secret_value()

    @property
    def fingerprint(self) -> str:
        """The first six characters of its SHA-256, which lead nobody back to it."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:_DIGITS]

    @property
    def is_replaceable(self) -> bool:
        """Whether another value can be put to use without a restart."""
        comes_from_elsewhere = self.path is not None or self.source is not None
        return comes_from_elsewhere and isinstance(self.secret, LiveSecret)

    def parts(self, value: str) -> list[str]:
        """Return every secret that ``value`` stands for, so that each can be masked."""
        return [value, *value.split(",")] if self.is_list else [value]

    def newest(self) -> str:
        """Read the newest value from where it comes; raises ``UnreadableError``."""
        if self.source is not None:
            return self.source()
        try:
            return content(self.path or Path())
        except (OSError, ValueError) as error:
            raise UnreadableError("its file cannot be read") from error


def of_model(
    model: BaseModel, names: Mapping[str, str], files: Mapping[str, Path], empty: Iterable[str] = ()
) -> Iterator[Credential]:
    """Yield the credentials in ``model``: ``names`` says which variable each field comes from.

    ``files`` are those that variables were read from; the fields ``empty`` may hold nothing.
    """
    for field, name in names.items():
        secret = getattr(model, field)
        if isinstance(secret, SecretStr):
            fits = partial(_fits, model, field)
            yield Credential(name, secret, files.get(name), fits, may_be_empty=field in empty)


def _fits(model: BaseModel, field: str, value: str) -> bool:
    given = {**model.model_dump(exclude_unset=True), field: value}
    try:
        type(model).model_validate(given)
    except Exception:  # noqa: BLE001 - whatever a check of the settings stumbles over cannot be used
        return False
    return True


def content(path: Path) -> str:
    """Return what a mounted file holds, without the line's end.

    Raises ``OSError`` for what cannot be read or is no file (a pipe would be waited for), and
    ``ValueError`` for what is no UTF-8 or too large.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - of a descriptor
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no regular file")
        read = file.read(LARGEST_FILE + 1)
    if len(read) > LARGEST_FILE:
        raise ValueError("too large")
    return read.decode().rstrip("\r\n")


def findings(credentials: Iterable[Credential], now: datetime) -> Iterator[Finding]:
    """Yield how each credential stands that is not empty: its age and fingerprint, no value."""
    for one in credentials:
        if one.problem:
            kept = f"; the one before is still used, {one.fingerprint}" if one.value else ""
            detail = f"{one.problem}{kept}."
            yield Finding(_SUBJECT, one.name, Mark.WRONG, detail)
        elif one.value:
            yield _finding(one, now)


def _finding(one: Credential, now: datetime) -> Finding:
    days = _age(one, now)
    if one.source is not None:
        detail = f"fingerprint {one.fingerprint}; it is that of the installation."
        return Finding(_SUBJECT, one.name, Mark.OK, detail)
    if days is None:
        detail = f"fingerprint {one.fingerprint}; it is a variable, and its age is not known."
        return Finding(_SUBJECT, one.name, Mark.OK, detail)
    cure = f" It is older than {OLD_DAYS} days: replace it." if days > OLD_DAYS else ""
    detail = f"fingerprint {one.fingerprint}, {days} days old.{cure}"
    return Finding(_SUBJECT, one.name, Mark.UNKNOWN if cure else Mark.OK, detail)


def _age(one: Credential, now: datetime) -> int | None:
    """Return for how many days the file has been as it is; None where that cannot be told."""
    if one.path is None:
        return None
    try:
        changed = one.path.stat().st_mtime
    except OSError:
        return None
    return max(0, (now - datetime.fromtimestamp(changed, UTC)).days)
