"""The installation's database, by the settings: the one place that chooses which one is opened."""

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


def describe_database() -> str:
    """The kind and version of the database, and how it makes transactions whole."""
    return sqlite.describe()
