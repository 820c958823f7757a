"""The catalog in the package, built once for every test that only reads it; and an installation with a small past."""

from __future__ import annotations

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


@pytest.fixture
def installation(database: Database) -> Installation:
    """An installation with a small past, all of it still to be recorded."""
    return installation_on(database)
