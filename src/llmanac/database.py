"""Opens and describes the installation's database; nothing else chooses its kind.

Whether there is one says ``standalone.has_database``, which does without importing any.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from llmanac.settings import Settings
from llmanac.storage import sqlite
from llmanac.storage.database import Database, open_sqlite


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the installation, made and migrated if need be. Raises StorageError."""
    database = await open_sqlite(settings.data_dir)
    try:
        yield database
    finally:
        await database.close()


def describe_database(settings: Settings) -> str:
    """The place, kind and version of the installation's database, and its journal mode."""
    return f"{settings.data_dir}: {sqlite.describe()}"
