from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from llmanac.errors import StorageError
from llmanac.storage.database import open_sqlite
from llmanac.storage.location import FILE_NAME
from llmanac.storage.migration import migrate
from llmanac.storage.sqlite import (
    JournalMode,
    choose_journal_mode,
    create_sqlite_engine,
    prepare_file,
)
from llmanac.storage.transactions import writing


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 31, 1), JournalMode.DELETE),
        ((3, 40, 1), JournalMode.DELETE),
        ((3, 44, 5), JournalMode.DELETE),
        ((3, 44, 6), JournalMode.WAL),
        ((3, 44, 9), JournalMode.WAL),
        ((3, 45, 0), JournalMode.DELETE),
        ((3, 49, 99), JournalMode.DELETE),
        ((3, 50, 6), JournalMode.DELETE),
        ((3, 50, 7), JournalMode.WAL),
        ((3, 50, 10), JournalMode.WAL),
        ((3, 51, 0), JournalMode.DELETE),
        ((3, 51, 2), JournalMode.DELETE),
        ((3, 51, 3), JournalMode.WAL),
        ((3, 52, 0), JournalMode.WAL),
        ((4, 0, 0), JournalMode.WAL),
    ],
)
def test_wal_is_chosen_only_where_it_is_safe(version: tuple[int, int, int], mode: JournalMode) -> None:
    assert choose_journal_mode(version) is mode


@pytest.mark.usefixtures("open_umask")
def test_a_new_directory_and_file_are_their_owners_alone(tmp_path: Path) -> None:
    path = prepare_file(tmp_path / "new" / "data")

    assert path == tmp_path / "new" / "data" / FILE_NAME
    assert permissions(path) == 0o600
    assert permissions(path.parent) == 0o700


@pytest.mark.usefixtures("open_umask")
def test_permissions_that_an_operator_gave_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    (tmp_path / FILE_NAME).touch(0o640)

    prepare_file(tmp_path)

    assert (permissions(tmp_path), permissions(tmp_path / FILE_NAME)) == (0o750, 0o640)


def test_a_directory_that_cannot_be_made_is_refused_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="must belong to the user") as refusal:
        prepare_file(tmp_path / "file" / "data")

    assert str(tmp_path) not in refusal.value.detail


@pytest.mark.anyio
@pytest.mark.parametrize("mode", JournalMode)
async def test_a_connection_is_durable_and_waits_for_locks(tmp_path: Path, mode: JournalMode) -> None:
    engine = create_sqlite_engine(prepare_file(tmp_path), journal_mode=mode)
    async with engine.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await engine.dispose()

    assert found == {"journal_mode": mode.value.lower(), "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.anyio
@pytest.mark.parametrize("mode", JournalMode)
async def test_processes_that_start_at_once_migrate_one_after_another(tmp_path: Path, mode: JournalMode) -> None:
    path = prepare_file(tmp_path)
    engines = [create_sqlite_engine(path, journal_mode=mode) for _ in range(4)]

    await asyncio.gather(*(migrate(engine) for engine in engines))

    async with engines[0].connect() as connection:
        assert (await connection.execute(text("SELECT count FROM token_changes"))).scalar_one() == 0
    for engine in engines:
        await engine.dispose()


@pytest.mark.anyio
async def test_a_write_begun_by_another_is_waited_for_and_then_seen(tmp_path: Path) -> None:
    await (await open_sqlite(tmp_path)).close()
    ours, theirs = (writing(create_sqlite_engine(tmp_path / FILE_NAME)) for _ in range(2))
    increment = text("UPDATE token_changes SET count = count + 1")

    async def write() -> None:
        async with theirs.begin() as connection:
            await connection.execute(increment)

    async with ours.begin() as connection:
        waiting = asyncio.create_task(write())
        await connection.execute(increment)
    await waiting

    async with ours.connect() as connection:
        assert (await connection.execute(text("SELECT count FROM token_changes"))).scalar_one() == 2
    await ours.dispose()
    await theirs.dispose()
