"""Reads the schema revision of a database.

Nearly every start finds nothing to migrate. A query shows that, so alembic, which takes 0.3 s to import, is
imported only where there is something to migrate.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.storage.schema import HEAD


async def is_at_head(engine: AsyncEngine) -> bool:
    """Whether the database has the newest schema and needs no migration."""
    async with engine.connect() as connection:
        return await connection.run_sync(read_revision) == HEAD


def read_revision(connection: Connection) -> str | None:
    """The revision recorded in the database; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
