"""Translates database errors into messages for people, without SQL, paths or the driver's own text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from llmanac.errors import StorageError

BUSY = "The database is busy with other work. Try again in a moment."
READ_ONLY = (
    "The database cannot be opened for writing. Its directory and file must belong to the user who runs llmanac, "
    "and must not be read-only."
)
FULL = "The database has no room left on its disk. Nothing was changed; make room and try again."
DAMAGED = (
    "The database file is damaged, or is no database of llmanac. Restore it from a backup, or move it away to "
    "start with an empty one."
)
DISK = "The disk of the database failed to read or write."
UNREACHABLE = "The database server does not answer. Check that it runs, and that its address is right."
REFUSED = "The database server refuses the user, the password or the name of the database."
NEWER = "The database was written by a newer version of llmanac. Run that version, or a later one."
OTHER = "The database could not do what was asked."

_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: DISK,
}

_POSTGRESQL = {  # by SQLSTATE or its prefix; the first match counts
    "08": UNREACHABLE,
    "57P": UNREACHABLE,  # shutting down, or starting
    "28": REFUSED,
    "3D": REFUSED,
    "25006": READ_ONLY,
    "40": BUSY,
    "55": BUSY,
    "53100": FULL,
    "53": BUSY,  # no connection or memory to spare
    "58": DISK,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


@contextmanager
def wrap_db_errors() -> Iterator[None]:
    """Raise whatever a database driver raises in this block as a StorageError, with the driver's error as cause."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StorageError(explain(cause or error)) from error
    # Not wrapped by SQLAlchemy: errors while a connection is opened or configured.
    except (sqlite3.Error, OSError) as error:
        raise StorageError(explain(error)) from error


def explain(error: BaseException) -> str:
    """A driver's error as a message for the operator."""
    sqlstate = getattr(error, "sqlstate", None)
    if isinstance(sqlstate, str):
        return next((meaning for code, meaning in _POSTGRESQL.items() if sqlstate.startswith(code)), OTHER)
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, OTHER)  # higher bits are the extended code
    if isinstance(error, OSError):  # a network error: SQLite's file is opened before
        return UNREACHABLE
    return OTHER
