"""Each failure of SQLite here is a real one, brought about in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ResourceClosedError, SQLAlchemyError

from llmanac.errors import NotFound, StorageError
from llmanac.storage import db_errors
from llmanac.storage.db_errors import explain, wrap_db_errors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE things (thing)")
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        yield connection


def insert(connection: sqlite3.Connection, thing: object = 1) -> None:
    with wrap_db_errors():
        connection.execute("INSERT INTO things VALUES (?)", (thing,))


def test_locked_by_another(path: Path, connection: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StorageError, match=db_errors.BUSY):
            insert(connection)


def test_read_only(path: Path) -> None:
    read_only = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    with closing(read_only), pytest.raises(StorageError, match=db_errors.READ_ONLY):
        insert(read_only)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=db_errors.READ_ONLY), wrap_db_errors():
        sqlite3.connect(tmp_path / "missing" / "some.db")


def test_full(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 2")

    with pytest.raises(StorageError, match=db_errors.FULL):
        insert(connection, b"\0" * 100_000)


def test_no_database_at_all(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database. " * 100)
    notes = sqlite3.connect(tmp_path / "notes.txt")

    with closing(notes), pytest.raises(StorageError, match=db_errors.DAMAGED):
        insert(notes)


def test_damaged_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * len(content[4096:])  # the page of the table
    path.write_bytes(content)
    damaged = sqlite3.connect(path)

    with closing(damaged), pytest.raises(StorageError, match=db_errors.DAMAGED):
        insert(damaged)


def test_any_other_error_has_a_general_message(connection: sqlite3.Connection) -> None:
    with pytest.raises(StorageError, match=db_errors.OTHER), wrap_db_errors():
        connection.execute("SELECT secret FROM nowhere")


def test_an_error_wrapped_by_sqlalchemy_is_explained_without_its_sql(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")

    with pytest.raises(StorageError) as refusal, wrap_db_errors(), engine.connect() as connection:
        connection.execute(text("SELECT secret FROM nowhere"))
    engine.dispose()

    assert refusal.value.detail == db_errors.OTHER
    assert isinstance(refusal.value.__cause__, SQLAlchemyError)


def test_an_error_of_sqlalchemy_itself_has_a_general_message() -> None:
    with pytest.raises(StorageError, match=db_errors.OTHER), wrap_db_errors():
        raise ResourceClosedError("This Connection is closed")


def test_an_error_of_llmanac_passes_through() -> None:
    with pytest.raises(NotFound), wrap_db_errors():
        raise NotFound("There is no such token.")


def test_a_programming_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), wrap_db_errors():
        _ = 1 / 0


class ServerError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("password authentication failed for user llmanac")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "meaning"),
    [
        ("08006", db_errors.UNREACHABLE),
        ("57P01", db_errors.UNREACHABLE),
        ("57P03", db_errors.UNREACHABLE),
        ("57014", db_errors.OTHER),
        ("28P01", db_errors.REFUSED),
        ("3D000", db_errors.REFUSED),
        ("25006", db_errors.READ_ONLY),
        ("25P02", db_errors.OTHER),
        ("40001", db_errors.BUSY),
        ("40P01", db_errors.BUSY),
        ("55P03", db_errors.BUSY),
        ("53100", db_errors.FULL),
        ("53300", db_errors.BUSY),
        ("58030", db_errors.DISK),
        ("XX001", db_errors.DAMAGED),
        ("42P01", db_errors.OTHER),
    ],
)
def test_an_error_of_postgresql_is_explained_by_its_sqlstate(sqlstate: str, meaning: str) -> None:
    assert explain(ServerError(sqlstate)) == meaning


@pytest.mark.parametrize("error", [ConnectionRefusedError(), FileNotFoundError(), TimeoutError()])
def test_a_server_that_does_not_respond(error: OSError) -> None:
    assert explain(error) == db_errors.UNREACHABLE
