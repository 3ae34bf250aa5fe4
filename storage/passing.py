"""Failures of the database itself that pass: a full disk, one that fails, a server that is away.

They say nothing of what was to be read or written, which is as right a while later.

https://www.sqlite.org/rescode.html, https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_ABORT,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""The lowest eight bits of a code are the kind of it."""

_POSTGRESQL = ("08", "25006", "40", "53", "57P", "58")
"""No connection, read-only, taken back, too little of something, stopping, and a fault of the
system: the beginnings of such codes."""


def is_passing(error: Exception) -> bool:
    """Tell whether what met ``error`` may be done again later, when the database is well."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    if isinstance(error.orig, psycopg.Error):
        code = error.orig.sqlstate
        away = code is None and isinstance(error.orig, psycopg.OperationalError)
        return away or (code or "").startswith(_POSTGRESQL)
    return error.connection_invalidated
