"""The contract of every AuditStore, run over each database: its entries are written with what they record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.auth.token import mint
from llmanac.auth.token_record import TokenRecord
from llmanac.service.access.audit import AuditEntry, NumberedEntry
from llmanac.service.access.store import AuditStore, TokenStore
from llmanac.storage.database import Database, open_postgresql, open_sqlite

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
HOUR = timedelta(hours=1)

Connect = Callable[[], Awaitable[tuple[TokenStore, AuditStore]]]


def token(name: str) -> TokenRecord:
    made = mint()
    return TokenRecord(id=made.id, name=name, scopes=frozenset(), digest=made.digest, created_at=NOON)


def entry(subject: str, **changes: str | None) -> AuditEntry:
    whole = AuditEntry(
        at=NOON,
        author="00000001",
        author_name="Zoë's laptop ☕ 'quoted\" ; DROP TABLE audit_log --",
        action="token.create",
        subject=subject,
        detail="scopes catalog:read",
        request_id="r" * 36,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # -- each is a text or None


def entries(numbered: tuple[NumberedEntry, ...]) -> list[AuditEntry]:
    return [it.entry for it in numbered]


class AuditStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same database."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    async def test_is_empty_at_first(self, connect: Connect) -> None:
        _, audit = await connect()

        assert await audit.newest(10) == ()

    async def test_gives_back_exactly_what_was_written_the_newest_first(self, connect: Connect) -> None:
        tokens, _ = await connect()
        _, audit = await connect()
        written = [entry("a"), entry("b", request_id=None, detail=""), entry("c", action="token.revoke")]

        for it in written:
            assert await tokens.add(token(it.subject), entry=it)

        assert entries(await audit.newest(10)) == written[::-1]

    async def test_every_kind_of_write_leaves_its_entry(self, connect: Connect) -> None:
        tokens, audit = await connect()
        first, successor = token("first"), token("first")

        assert await tokens.add_first(first, entry=entry("add_first"))
        assert await tokens.replace(first.id, successor, until=NOON, entry=entry("replace"))
        assert await tokens.revoke(successor.id, at=NOON + HOUR, entry=entry("revoke"))

        assert [it.subject for it in entries(await audit.newest(10))] == ["revoke", "replace", "add_first"]

    async def test_what_was_not_written_leaves_none(self, connect: Connect) -> None:
        tokens, audit = await connect()
        holder = token("ci")
        await tokens.add(holder)
        await tokens.revoke(holder.id, at=NOON)
        await tokens.add(token("other"))

        assert not await tokens.add(token("other"), entry=entry("add"))
        assert not await tokens.add_first(token("x"), entry=entry("add_first"))
        assert not await tokens.replace(holder.id, token("y"), until=NOON, entry=entry("replace"))
        assert await tokens.revoke(holder.id, at=NOON + HOUR, entry=entry("revoke"))

        assert await audit.newest(10) == ()

    async def test_is_read_in_pages(self, connect: Connect) -> None:
        tokens, audit = await connect()
        for number in range(5):
            await tokens.add(token(str(number)), entry=entry(str(number)))

        first = await audit.newest(2)
        rest = await audit.newest(10, below=first[-1].number)

        assert [it.entry.subject for it in (*first, *rest)] == ["4", "3", "2", "1", "0"]
        numbers = [it.number for it in (*first, *rest)]
        assert numbers == sorted(set(numbers), reverse=True)

    async def test_writes_at_once_are_all_recorded(self, connect: Connect) -> None:
        connected = [await connect() for _ in range(4)]

        await asyncio.gather(
            *(tokens.add(token(str(number)), entry=entry(str(number))) for number, (tokens, _) in enumerate(connected))
        )

        recorded = await connected[0][1].newest(10)
        assert {it.entry.subject for it in recorded} == {"0", "1", "2", "3"}
        assert len({it.number for it in recorded}) == 4


class TestSQLite(AuditStoreContract):
    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_sqlite(migrated_dir))


class TestPostgreSQL(AuditStoreContract):
    @pytest.fixture
    def url(self, postgresql: Callable[[], str]) -> str:
        return postgresql()

    @pytest.fixture
    async def connect(self, url: str) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_postgresql(url))


def _connector(stack: AsyncExitStack, open_database: Callable[[], Awaitable[Database]]) -> Connect:
    async def connect() -> tuple[TokenStore, AuditStore]:
        database = await open_database()
        stack.push_async_callback(database.close)
        return database.tokens, database.audit

    return connect
