"""The contract of every ResourceStore, run over each database: versions, preconditions, all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.errors import AlreadyExists, LlmanacError, NotFound, WriteConflict
from llmanac.service.access.audit import AuditEntry
from llmanac.service.rules.resources.resource import ABSENT, Resource, ResourceKind, ResourceWrite
from llmanac.storage.database import Database, open_postgresql, open_sqlite

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
HOUR = timedelta(hours=1)
TEXT = '{"name":"a","notes":"Zoë ☕ \'quoted\\" ; DROP TABLE resources --"}'

Connect = Callable[[], Awaitable[Database]]


def put(name: str, content: str | None = TEXT, *, expected: int | None = None) -> ResourceWrite:
    return ResourceWrite(kind=ResourceKind.OVERLAY, name=name, content=content, expected=expected)


def entry(subject: str) -> AuditEntry:
    return AuditEntry(
        at=NOON, author="1", author_name="ann", action="overlay.write", subject=subject, detail="", request_id=None
    )


async def names(database: Database) -> list[str]:
    return [it.name for it in await database.resources.all(ResourceKind.OVERLAY)]


class ResourceStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same database."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    async def test_is_empty_at_first(self, connect: Connect) -> None:
        database = await connect()

        assert await database.resources.changes() == 0
        assert await database.resources.all(ResourceKind.OVERLAY) == ()
        assert await database.resources.find(ResourceKind.OVERLAY, "a") is None

    async def test_gives_back_what_was_written_to_every_process(self, connect: Connect) -> None:
        one, other = await connect(), await connect()

        number = await one.resources.write([put("a")], at=NOON, author="ann")

        expected = Resource(
            kind=ResourceKind.OVERLAY,
            name="a",
            version=number,
            content=TEXT,
            created_at=NOON,
            created_by="ann",
            updated_at=NOON,
            updated_by="ann",
        )
        assert await other.resources.find(ResourceKind.OVERLAY, "a") == expected
        assert await other.resources.all(ResourceKind.OVERLAY) == (expected,)
        assert await other.resources.all(ResourceKind.POLICY) == ()
        assert await other.resources.changes() == number

    async def test_a_replacement_keeps_when_and_by_whom_it_was_made(self, connect: Connect) -> None:
        database = await connect()
        first = await database.resources.write([put("a")], at=NOON, author="ann")

        second = await database.resources.write([put("a", "{}", expected=first)], at=NOON + HOUR, author="bob")

        now = await database.resources.find(ResourceKind.OVERLAY, "a")
        assert now is not None
        assert (now.version, now.content, now.created_by, now.updated_by) == (second, "{}", "ann", "bob")
        assert (now.created_at, now.updated_at) == (NOON, NOON + HOUR)

    async def test_every_version_is_kept_a_deletion_too(self, connect: Connect) -> None:
        database = await connect()
        await database.resources.write([put("a", "1")], at=NOON, author="ann")
        await database.resources.write([put("a", "2")], at=NOON, author="bob")
        await database.resources.write([put("a", None)], at=NOON + HOUR, author="cat")

        versions = await database.resources.versions(ResourceKind.OVERLAY, "a", limit=10)

        assert [(it.content, it.author) for it in versions] == [(None, "cat"), ("2", "bob"), ("1", "ann")]
        assert await database.resources.versions(ResourceKind.OVERLAY, "a", limit=1) == versions[:1]

    async def test_a_name_that_is_made_anew_never_has_an_old_version(self, connect: Connect) -> None:
        database = await connect()
        first = await database.resources.write([put("a")], at=NOON, author="ann")
        await database.resources.write([put("a", None, expected=first)], at=NOON, author="ann")
        second = await database.resources.write([put("a", expected=ABSENT)], at=NOON, author="ann")

        with pytest.raises(WriteConflict, match=f"version {second} by now"):
            await database.resources.write([put("a", "{}", expected=first)], at=NOON, author="bob")

    @pytest.mark.parametrize(
        ("write", "error"),
        [
            (put("a", expected=ABSENT), AlreadyExists),
            (put("a", "{}", expected=99), WriteConflict),
            (put("b", "{}", expected=1), WriteConflict),
            (put("b", None), NotFound),
        ],
    )
    async def test_nothing_is_written_where_a_precondition_fails(
        self, connect: Connect, write: ResourceWrite, error: type[LlmanacError]
    ) -> None:
        database = await connect()
        await database.resources.write([put("a")], at=NOON, author="ann")
        changes = await database.resources.changes()

        with pytest.raises(error, match=repr(write.name)):
            await database.resources.write([put("c"), write], at=NOON, author="bob", entries=[entry("c")])

        assert await names(database) == ["a"]
        assert await database.resources.changes() == changes
        assert await database.audit.newest(10) == ()

    async def test_audit_entries_are_written_with_it(self, connect: Connect) -> None:
        database = await connect()

        await database.resources.write([put("a"), put("b")], at=NOON, author="ann", entries=[entry("a"), entry("b")])

        assert [it.entry.subject for it in await database.audit.newest(10)] == ["b", "a"]

    async def test_of_two_writers_with_the_same_version_one_wins(self, connect: Connect) -> None:
        one, other = await connect(), await connect()
        first = await one.resources.write([put("a")], at=NOON, author="ann")

        results = await asyncio.gather(
            *(
                it.resources.write([put("a", "{}", expected=first)], at=NOON, author="bob")
                for it in (one, other, one, other)
            ),
            return_exceptions=True,
        )

        assert sum(isinstance(it, WriteConflict) for it in results) == 3
        assert len(await one.resources.versions(ResourceKind.OVERLAY, "a", limit=10)) == 2


class TestOnSqlite(ResourceStoreContract):
    """The suite on a file."""

    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:

            async def open_another() -> Database:
                database = await open_sqlite(migrated_dir)
                stack.push_async_callback(database.close)
                return database

            yield open_another


class TestOnPostgresql(ResourceStoreContract):
    """The suite on a server."""

    @pytest.fixture
    async def connect(self, postgresql: Callable[[], str]) -> AsyncIterator[Connect]:
        url = postgresql()
        async with AsyncExitStack() as stack:

            async def open_another() -> Database:
                database = await open_postgresql(url)
                stack.push_async_callback(database.close)
                return database

            yield open_another
