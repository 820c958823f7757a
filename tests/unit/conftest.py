"""The catalog in the package, built once for every test that only reads it; and an installation with a small past."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from llmanac.ingest import pipeline
from llmanac.ingest.merge.build import Build
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.service.editions.edition import Edition
from llmanac.storage.database import Database, open_sqlite

from .small_overlays import overlaid_edition
from .small_past import Installation, installation_on


@pytest.fixture(scope="session")
def embedded_build() -> Build:
    """The build of the embedded feeds."""
    return pipeline.build(open_sources())


@pytest.fixture(scope="session")
def embedded_edition(embedded_build: Build) -> Edition:
    """The same, ready to answer."""
    return Edition.of(embedded_build)


@pytest.fixture(scope="session")
def overlaid() -> Edition:
    """A small catalog with an organisation's rules laid over it."""
    return overlaid_edition()


@pytest.fixture
async def database(migrated_dir: Path) -> AsyncIterator[Database]:
    """A new database."""
    opened = await open_sqlite(migrated_dir)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def recorded_past(new_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database in which the small past is recorded."""
    folder = tmp_path_factory.mktemp("recorded-past")
    shutil.copy(new_database, folder)

    async def record() -> None:
        database = await open_sqlite(folder)
        await installation_on(database).archive.history.ready()
        await database.close()

    asyncio.run(record())
    return folder / new_database.name


@pytest.fixture
async def installation(recorded_past: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation with a small past, over a database of its own."""
    folder = tmp_path / "installation"
    folder.mkdir()
    shutil.copy(recorded_past, folder)
    database = await open_sqlite(folder)
    yield installation_on(database)
    await database.close()
