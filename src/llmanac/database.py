"""Opens and describes the installation's database, and says whether there is one; nothing else chooses its kind.

Cheap to import: what reads and writes databases is imported when one is opened or described. Opening one creates it,
so whatever only reads asks here first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from llmanac.errors import LlmanacError, NotFound
from llmanac.settings import Settings
from llmanac.storage.location import FILE_NAME

if TYPE_CHECKING:  # it takes longer to import than a command takes that only looks for one
    from llmanac.storage.database import Database


def has_database(settings: Settings) -> bool:
    """Whether a server or a command has created the installation's database."""
    return (settings.data_dir / FILE_NAME).exists()


def require_database(settings: Settings, consequence: str, *, error: type[LlmanacError] = NotFound) -> None:
    """Check that the installation has a database. Raises ``error``, NotFound by default, where it has none.

    ``consequence`` completes the sentence *There is no database in …, so*, and says what to do.
    """
    if not has_database(settings):
        raise error(f"There is no database in {settings.data_dir}, so {consequence}")


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the installation, made and migrated if need be. Raises StorageError."""
    from llmanac.storage.database import open_sqlite  # noqa: PLC0415 -- it takes longer to import than all else here

    database = await open_sqlite(settings.data_dir)
    try:
        yield database
    finally:
        await database.close()


def describe_database(settings: Settings) -> str:
    """The place, kind and version of the installation's database, and its journal mode."""
    from llmanac.storage import sqlite  # noqa: PLC0415 -- it takes longer to import than all else here

    return f"{settings.data_dir}: {sqlite.describe()}"
