"""Opens the installation's database; nothing else chooses its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac.settings import Settings
from llmanac.storage import sqlite
from llmanac.storage.database import Database, open_sqlite


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the installation's database, creating and migrating it if needed. Raises StorageError."""
    database = await open_sqlite(settings.data_dir)
    try:
        yield database
    finally:
        await database.close()


def describe_database() -> str:
    """The kind and version of the database, and its journal mode."""
    return sqlite.describe()
