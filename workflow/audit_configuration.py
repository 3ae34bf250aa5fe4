"""That Aboard runs with other settings than before is a fact of the audit trail."""

import hashlib
from collections.abc import Mapping

import rfc8785
from sqlalchemy.engine import Connection

from storage import audit
from storage.audit import Fact

CHANGED = "CFG001I"
_DIGITS = 12

Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None


def fingerprints(sections: Mapping[str, Plain]) -> str:
    """Return each section's name with the first digits of the SHA-256 of what it holds."""
    return ", ".join(f"{name} {_digest(sections[name])}" for name in sorted(sections))


def _digest(section: Plain) -> str:
    return hashlib.sha256(rfc8785.dumps(section)).hexdigest()[:_DIGITS]


def note(connection: Connection, settings: str, now: int) -> bool:
    """Record that Aboard runs with ``settings`` now; False where it did before."""
    last = audit.last_with(connection, CHANGED)
    if last is not None and last.detail == settings:
        return False
    audit.record(connection, Fact(CHANGED, now, "aboard", detail=settings))
    return True
