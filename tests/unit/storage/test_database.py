from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from llmanac.errors import StorageError
from llmanac.storage import db_errors
from llmanac.storage.database import open_sqlite
from llmanac.storage.location import FILE_NAME

OPEN_AND_TELL_OF_ALEMBIC = """
import asyncio, sys
from pathlib import Path
from llmanac.storage.database import open_sqlite

async def main():
    await (await open_sqlite(Path(sys.argv[1]))).close()

asyncio.run(main())
print("alembic" in sys.modules)
"""


@pytest.fixture
def read_only_dir() -> Iterator[Path]:
    """A directory that may be entered and not written; as root, to whom that means nothing, be another user."""
    with tempfile.TemporaryDirectory(prefix="llmanac-") as name:  # pytest's own are below one that is root's alone
        directory = Path(name)
        directory.chmod(0o555)
        user = os.geteuid()
        os.seteuid(user or 65534)
        yield directory
        os.seteuid(user)
        directory.chmod(0o755)


def execute(data_dir: Path, statement: str) -> None:
    with closing(connect(data_dir / FILE_NAME)) as connection, connection:
        connection.execute(statement)


@pytest.mark.anyio
async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()

    database = await open_sqlite(tmp_path)

    assert await database.tokens.all() == ()
    await database.close()


@pytest.mark.slow
def test_only_a_first_start_imports_alembic(tmp_path: Path) -> None:
    def start() -> str:
        command = [sys.executable, "-c", OPEN_AND_TELL_OF_ALEMBIC, str(tmp_path)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert [start(), start()] == ["True", "False"]


@pytest.mark.anyio
async def test_a_directory_below_a_read_only_one(read_only_dir: Path) -> None:
    with pytest.raises(StorageError, match=db_errors.READ_ONLY):
        await open_sqlite(read_only_dir / "data")


@pytest.mark.anyio
async def test_a_read_only_directory(read_only_dir: Path) -> None:
    with pytest.raises(StorageError, match=db_errors.READ_ONLY):
        await open_sqlite(read_only_dir)


@pytest.mark.anyio
async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("Not a database. " * 100)

    with pytest.raises(StorageError, match=db_errors.DAMAGED):
        await open_sqlite(tmp_path)


@pytest.mark.anyio
async def test_a_database_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    await (await open_sqlite(tmp_path)).close()
    execute(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / FILE_NAME).read_bytes()

    with pytest.raises(StorageError, match=db_errors.NEWER):
        await open_sqlite(tmp_path)

    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.anyio
async def test_a_database_that_somebody_else_made_is_not_touched(tmp_path: Path) -> None:
    execute(tmp_path, "CREATE TABLE tokens (theirs)")
    before = (tmp_path / FILE_NAME).read_bytes()

    with pytest.raises(StorageError, match=db_errors.OTHER):
        await open_sqlite(tmp_path)

    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.anyio
async def test_a_table_lost_under_a_running_server_is_reported(tmp_path: Path) -> None:
    database = await open_sqlite(tmp_path)
    execute(tmp_path, "DROP TABLE tokens")

    with pytest.raises(StorageError, match=db_errors.OTHER):
        await database.tokens.all()
    await database.close()


@pytest.mark.slow
@pytest.mark.anyio
async def test_neither_closing_nor_a_refusal_leaks_a_connection(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    await (await open_sqlite(tmp_path)).close()
    (tmp_path / FILE_NAME).write_text("Not a database. " * 100)
    with pytest.raises(StorageError):
        await open_sqlite(tmp_path)

    for thread in set(threading.enumerate()) - before:  # each connection has one, which is at its end
        thread.join(timeout=10)
        assert not thread.is_alive()
