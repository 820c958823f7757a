"""Migrates a database to the schema of this version, with the migrations in ``migrations/versions``."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.errors import StorageError
from llmanac.storage.db_errors import NEWER
from llmanac.storage.revision import read_revision
from llmanac.storage.transactions import writing

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x6C6C6D61
"""Key of the PostgreSQL advisory lock that lets replicas migrate one at a time."""


async def migrate(engine: AsyncEngine) -> None:
    """Apply the pending migrations in one transaction.

    Of several processes that try at once, one migrates while the others wait. Raises StorageError where the
    database is newer than the program.
    """
    async with writing(engine).begin() as connection:
        await connection.run_sync(_upgrade)


def alembic_config() -> Config:
    """The configuration of alembic, which has no configuration file here."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> None:
    # SQLite allows one writing transaction at a time anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    config = alembic_config()
    if revision := read_revision(connection):
        _require_known(revision, config)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _require_known(revision: str, config: Config) -> None:
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as error:
        raise StorageError(NEWER) from error
