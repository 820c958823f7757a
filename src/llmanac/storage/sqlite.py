"""The SQLite engine: one file in the data directory, with every committed transaction durable."""

from __future__ import annotations

import os
import sqlite3
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from llmanac.errors import StorageError
from llmanac.storage.db_errors import READ_ONLY
from llmanac.storage.location import FILE_NAME
from llmanac.storage.transactions import WRITES

BUSY_TIMEOUT_MS = 5_000


class JournalMode(StrEnum):
    """A journal mode of SQLite, by which it makes transactions atomic."""

    WAL = "WAL"
    DELETE = "DELETE"


def choose_journal_mode(version: tuple[int, int, int]) -> JournalMode:
    """WAL where this version of SQLite supports it safely, else the rollback journal.

    From 3.7.0 to 3.51.2, two connections that write and checkpoint at once can corrupt a database in WAL mode.
    3.51.3 fixed this, and so did 3.50.7 and 3.44.6 in their release lines. Elsewhere the rollback journal is fast
    enough: tokens are verified from memory, and its 800 commits a second exceed what is written by far.
    """
    is_safe = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return JournalMode.WAL if is_safe else JournalMode.DELETE


def describe() -> str:
    """The version of SQLite on this machine, and the journal mode that is used with it."""
    return f"SQLite {sqlite3.sqlite_version}, journal mode {choose_journal_mode(sqlite3.sqlite_version_info).value}"


def prepare_file(data_dir: Path) -> Path:
    """Create the database file if it is missing, readable by its owner only. Returns its path; raises StorageError."""
    path = data_dir / FILE_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StorageError(READ_ONLY) from error
    return path


def create_sqlite_engine(path: Path, *, journal_mode: JournalMode | None = None) -> AsyncEngine:
    """An engine for this file, by default in the journal mode that suits SQLite's version.

    A transaction of a ``writing`` engine takes the write lock when it begins.
    """
    mode = journal_mode or choose_journal_mode(sqlite3.sqlite_version_info)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,
        # More connections would only wait for each other's locks.
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
    )
    event.listen(engine.sync_engine, "connect", partial(_configure, mode))
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _configure(mode: JournalMode, connection: Any, _record: object) -> None:
    # The driver begins transactions only at the first write, after the reads it is based on; _begin does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"journal_mode={mode.value}",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then upgrades to the write lock can fail at once, whatever the timeout.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
