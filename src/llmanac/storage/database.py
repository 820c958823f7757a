"""Opens and migrates the database of an installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.storage.arrivals import SqlArrivalStore
from llmanac.storage.audit import SqlAuditStore
from llmanac.storage.baselines import SqlBaselineStore
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.history import SqlHistoryStore
from llmanac.storage.idempotency import SqlIdempotencyStore
from llmanac.storage.refreshes import SqlRefreshStore
from llmanac.storage.resources import SqlResourceStore
from llmanac.storage.revision import is_at_head
from llmanac.storage.sqlite import create_sqlite_engine, prepare_file
from llmanac.storage.tokens import SqlTokenStore


@dataclass(frozen=True, slots=True)
class Database:
    """The stores of an open database; ``close`` ends its connections."""

    engine: AsyncEngine
    tokens: SqlTokenStore
    history: SqlHistoryStore
    refreshes: SqlRefreshStore
    audit: SqlAuditStore
    idempotency: SqlIdempotencyStore
    resources: SqlResourceStore
    arrivals: SqlArrivalStore
    baselines: SqlBaselineStore

    @classmethod
    def of(cls, engine: AsyncEngine) -> Database:
        """The stores of a migrated database."""
        return cls(
            engine,
            tokens=SqlTokenStore(engine),
            history=SqlHistoryStore(engine),
            refreshes=SqlRefreshStore(engine),
            audit=SqlAuditStore(engine),
            idempotency=SqlIdempotencyStore(engine),
            resources=SqlResourceStore(engine),
            arrivals=SqlArrivalStore(engine),
            baselines=SqlBaselineStore(engine),
        )

    async def close(self) -> None:
        """Close all connections; the stores must not be used afterwards."""
        await self.engine.dispose()


async def open_sqlite(data_dir: Path) -> Database:
    """Open the database in this directory, creating both if they are missing. Raises StorageError."""
    engine = create_sqlite_engine(prepare_file(data_dir))
    try:
        with wrap_db_errors():
            if not await is_at_head(engine):
                await _migrate(engine)
    except BaseException:
        await engine.dispose()
        raise
    return Database.of(engine)


async def open_postgresql(url: str) -> Database:
    """Open the database at this ``postgresql://`` URL. Raises StorageError or ConfigurationError."""
    from llmanac.storage.postgresql import create_postgresql_engine  # noqa: PLC0415 -- its dialect is for few

    engine = create_postgresql_engine(url)
    try:
        with wrap_db_errors():
            if not await is_at_head(engine):
                await _migrate_without_timeout(url)
    except BaseException:
        await engine.dispose()
        raise
    return Database.of(engine)


async def _migrate_without_timeout(url: str) -> None:
    """Migrate with no statement timeout, since a migration may be long or wait for another replica's."""
    from llmanac.storage.postgresql import create_postgresql_engine  # noqa: PLC0415 -- its dialect is for few

    engine = create_postgresql_engine(url, statement_timeout_s=None)
    try:
        await _migrate(engine)
    finally:
        await engine.dispose()


async def _migrate(engine: AsyncEngine) -> None:
    from llmanac.storage.migration import migrate  # noqa: PLC0415 -- brings in alembic, which few starts need

    await migrate(engine)
