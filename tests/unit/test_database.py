"""The database of an installation, and whether it has one yet."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from llmanac import settings
from llmanac.database import describe_database, has_database, open_database, require_database
from llmanac.errors import ConfigurationError, NotFound


@pytest.mark.anyio
async def test_an_installation_has_a_database_from_its_first_opening(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=tmp_path)
    assert not has_database(chosen)

    async with open_database(chosen) as database:
        assert await database.tokens.all() == ()

    assert has_database(chosen)
    require_database(chosen, "nothing is wrong.")


def test_where_one_is_required_it_says_that_there_is_none_and_creates_none(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=tmp_path)
    expected = re.escape(f"There is no database in {tmp_path}, so make one.")

    with pytest.raises(NotFound, match=expected):
        require_database(chosen, "make one.")
    with pytest.raises(ConfigurationError, match=expected):
        require_database(chosen, "make one.", error=ConfigurationError)
    assert list(tmp_path.iterdir()) == []


def test_it_says_how_it_makes_transactions_whole(tmp_path: Path) -> None:
    described = describe_database(settings.load(data_dir=tmp_path))
    assert described.startswith(f"{tmp_path}: SQLite {sqlite3.sqlite_version}, journal mode ")
    assert described.rsplit(" ", 1)[-1] in {"WAL", "DELETE"}


def test_looking_for_one_imports_none() -> None:
    program = "import sys, llmanac.database; print({'sqlalchemy', 'aiosqlite'} & sys.modules.keys())"
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert printed == "set()\n"
