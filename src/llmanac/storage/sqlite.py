"""SQLite: one file in the data directory, opened so that what was acknowledged is durable."""

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
    """How SQLite makes a transaction whole."""

    WAL = "WAL"
    DELETE = "DELETE"


def choose_journal_mode(version: tuple[int, int, int]) -> JournalMode:
    """WAL where this version of SQLite does it safely.

    From 3.7.0 to 3.51.2 two connections that write and checkpoint at once can corrupt a database in WAL
    mode. 3.51.3 mended it, and so did 3.50.7 and 3.44.6 for their lines. Elsewhere the older journal does
    very well: reads are answered from memory, and 800 commits a second are plenty for what is written.
    """
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return JournalMode.WAL if mended else JournalMode.DELETE


def describe() -> str:
    """This machine's SQLite, and the journal mode that is used with it."""
    return f"SQLite {sqlite3.sqlite_version}, journal mode {choose_journal_mode(sqlite3.sqlite_version_info).value}"


def prepare_file(data_dir: Path) -> Path:
    """The path of the database file, which now exists and, if it is new, is its owner's alone."""
    path = data_dir / FILE_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StorageError(READ_ONLY) from error
    return path


def create_sqlite_engine(path: Path, *, journal_mode: JournalMode | None = None) -> AsyncEngine:
    """An engine on this file, in the journal mode that suits SQLite's version if none is given.

    A connection that is ``writing`` takes the write lock as it begins.
    """
    mode = journal_mode or choose_journal_mode(sqlite3.sqlite_version_info)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,
        # More than one connection would only wait for each other's locks.
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
    )
    event.listen(engine.sync_engine, "connect", partial(_make_ready, mode))
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _make_ready(mode: JournalMode, connection: Any, _record: object) -> None:
    # Python's own transactions begin too late, after the reads on which a write is based; _begin does it.
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
    # Who reads first and asks for the write lock later can be refused it, whatever the timeout.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
