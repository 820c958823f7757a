"""``llmanac doctor`` looks at an installation, and changes nothing of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmanac.storage.database import open_sqlite

Run = Callable[..., Any]


def test_where_there_is_no_database_it_says_so_and_makes_none(run: Run, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    told = run("doctor", "--data-dir", str(data_dir))

    assert told.code == 0
    assert f"{data_dir}: there is none yet" in told.out
    assert not data_dir.exists()


@pytest.mark.slow
def test_a_database_is_described(run: Run, tmp_path: Path) -> None:
    async def create() -> None:
        await (await open_sqlite(tmp_path)).close()

    asyncio.run(create())

    told = run("doctor", "--data-dir", str(tmp_path))

    assert told.code == 0
    assert f"{tmp_path}: SQLite {sqlite3.sqlite_version}, " in told.out
    assert "up to date, 0 tokens" in told.out


@pytest.mark.slow
def test_a_database_that_cannot_be_read_is_wrong(run: Run, tmp_path: Path) -> None:
    tmp_path.joinpath("llmanac.db").write_text("this is no database")

    told = run("doctor", "--data-dir", str(tmp_path))

    assert told.code == 1
    assert "The database file is damaged" in told.out
