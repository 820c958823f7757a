from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import StatementError

from llmanac.storage.database import open_sqlite
from llmanac.storage.migration import alembic_config
from llmanac.storage.schema import HEAD, metadata, tokens

NOON = datetime(2026, 11, 23, 12, 0, 0, 1, UTC)


def row(created_at: datetime) -> dict[str, object]:
    return {"id": "00000000", "name": "ci", "scopes": "", "digest": b"\0" * 32, "created_at": created_at}


def test_the_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


@pytest.mark.anyio
async def test_the_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    database = await open_sqlite(tmp_path)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


@pytest.mark.anyio
async def test_a_time_is_stored_as_the_same_moment_in_utc(tmp_path: Path) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    database = await open_sqlite(tmp_path)
    async with database.engine.begin() as connection:
        await connection.execute(insert(tokens).values(row(tokyo)))
        kept = (await connection.execute(select(tokens.c.created_at))).scalar_one()
    await database.close()

    assert kept == NOON
    assert kept.tzinfo is UTC


@pytest.mark.anyio
async def test_a_time_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    database = await open_sqlite(tmp_path)
    with pytest.raises(StatementError, match="without a time zone"):
        async with database.engine.begin() as connection:
            await connection.execute(insert(tokens).values(row(NOON.replace(tzinfo=None))))
    await database.close()
