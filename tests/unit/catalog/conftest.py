"""The catalog in the package, opened once for all tests that only read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from llmanac.catalog.catalog import Catalog
from llmanac.catalog.history import PackagedHistory
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import spec_of
from llmanac.storage.in_memory import InMemoryEditions

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalog(embedded_edition: Edition) -> Catalog:
    """The catalog that ``open_catalog()`` opens on the 20th of November 2026."""
    spec = spec_of(open_sources())
    history = PackagedHistory(embedded_edition, spec, past_editions=InMemoryEditions(), clock=lambda: NOON)
    return Catalog(embedded_edition, open_history=lambda: history)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache directory, empty."""
    path = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: path)
    return path
