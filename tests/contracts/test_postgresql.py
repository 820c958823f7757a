"""PostgreSQL alone: a server that others run, stop and share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from llmanac.errors import ConfigurationError, StorageError
from llmanac.service.access.tokens import Tokens
from llmanac.storage import db_errors
from llmanac.storage.database import open_postgresql
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.postgresql import create_postgresql_engine, parse_url

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:
    return postgresql()


async def execute(url: str, statement: str) -> None:
    engine = create_postgresql_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def test_replicas_that_start_at_once_migrate_one_after_another(url: str) -> None:
    databases = await asyncio.gather(*(open_postgresql(url) for _ in range(4)))

    assert [await database.tokens.all() for database in databases] == [()] * 4
    for database in databases:
        await database.close()


async def test_goes_on_after_the_server_ended_its_connections(url: str) -> None:
    database = await open_postgresql(url)
    await Tokens(database.tokens, clock=lambda: NOON).create("ci")

    await execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )

    assert [record.name for record in await database.tokens.all()] == ["ci"]
    await database.close()


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=db_errors.UNREACHABLE):
        await open_postgresql(f"postgresql://llmanac@/llmanac?host={tmp_path}")


async def test_a_server_that_hangs_is_given_up(url: str) -> None:
    engine = create_postgresql_engine(url, statement_timeout_s=0.1)

    with pytest.raises(StorageError, match=db_errors.UNREACHABLE), wrap_db_errors():
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))
    await engine.dispose()


async def test_a_database_that_is_not_there(url: str) -> None:
    with pytest.raises(StorageError, match=db_errors.REFUSED):
        await open_postgresql(url.replace("/test_", "/missing_"))


async def test_a_user_who_is_not_there(url: str) -> None:
    with pytest.raises(StorageError, match=db_errors.REFUSED):
        await open_postgresql(url.replace("llmanac@", "stranger@"))


async def test_a_database_that_is_read_only(url: str) -> None:
    await execute(url, f"ALTER DATABASE {parse_url(url).database} SET default_transaction_read_only = on")

    with pytest.raises(StorageError, match="read-only"):
        await open_postgresql(url)


async def test_a_database_of_a_newer_version(url: str) -> None:
    await (await open_postgresql(url)).close()
    await execute(url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageError, match="newer version of llmanac"):
        await open_postgresql(url)


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)

    with pytest.raises(ConfigurationError, match=r"llmanac\[postgres\]"):
        create_postgresql_engine("postgresql://u@h/n")


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://u:hunter2@h/n", "postgresql://u:hunter2@h:port/n"])
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(ConfigurationError, match="must read postgresql://") as refusal:
        parse_url(address)

    assert "hunter2" not in refusal.value.detail


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_any_usual_scheme_names_postgresql(scheme: str) -> None:
    assert parse_url(f"{scheme}://u@h/n").drivername == "postgresql+asyncpg"
