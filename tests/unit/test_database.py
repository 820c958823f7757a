"""Which database an installation has, and whether it has one yet."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from llmanac import bootstrap, settings, standalone
from llmanac.bootstrap.database import open_database

pytestmark = pytest.mark.anyio


async def test_an_installation_has_a_database_from_its_first_opening(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=tmp_path)
    assert not standalone.has_database(chosen)

    async with open_database(chosen) as database:
        assert await database.tokens.all() == ()

    assert standalone.has_database(chosen)


def test_it_says_how_it_makes_transactions_whole(tmp_path: Path) -> None:
    described = bootstrap.describe_database(settings.load(data_dir=tmp_path))
    assert described.startswith(f"{tmp_path}: SQLite {sqlite3.sqlite_version}, journal mode ")
    assert described.rsplit(" ", 1)[-1] in {"WAL", "DELETE"}
