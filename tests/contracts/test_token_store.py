"""The contract of TokenStore, for every implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.auth.token import TokenId, mint
from llmanac.auth.token_record import TokenRecord
from llmanac.service.access.store import TokenStore
from llmanac.service.access.tokens import Tokens
from llmanac.storage.database import Database, open_postgresql, open_sqlite

from ..memory_tokens import MemoryTokenStore

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
HOUR = timedelta(hours=1)

Connect = Callable[[], Awaitable[TokenStore]]


def record(name: str = "ci", *, created_at: datetime = NOON, expires_at: datetime | None = None) -> TokenRecord:
    token = mint()
    return TokenRecord(
        id=token.id,
        name=name,
        scopes=frozenset({"catalog:read"}),
        digest=token.digest,
        created_at=created_at,
        expires_at=expires_at,
    )


class TokenStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same tokens."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, connect: Connect) -> TokenStore:
        return await connect()

    async def test_is_empty_at_first(self, store: TokenStore) -> None:
        assert await store.all() == ()

    async def test_gives_back_exactly_what_was_added(self, store: TokenStore) -> None:
        kept = replace(
            record(expires_at=NOON + HOUR),
            name="Zoë's laptop ☕ 'quoted\" ; DROP TABLE tokens --",
            scopes=frozenset({"catalog:read", "tokens:admin", "invented:later"}),
            in_path=True,
        )

        assert await store.add(kept)

        assert await store.all() == (kept,)

    async def test_gives_times_in_utc(self, store: TokenStore) -> None:
        await store.add(record(expires_at=NOON + HOUR))

        (kept,) = await store.all()
        assert (kept.created_at.tzinfo, kept.expires_at and kept.expires_at.tzinfo) == (UTC, UTC)

    async def test_lists_the_oldest_first(self, store: TokenStore) -> None:
        second, first = record("second", created_at=NOON + timedelta(microseconds=1)), record("first")

        await store.add(second)
        await store.add(first)

        assert await store.all() == (first, second)

    async def test_finds_a_token_by_its_digest(self, store: TokenStore) -> None:
        wanted = record("wanted")
        await store.add(record("other"))
        await store.add(wanted)

        assert await store.find(wanted.digest) == wanted

    async def test_finds_nothing_for_another_digest(self, store: TokenStore) -> None:
        await store.add(record())

        assert await store.find(b"\0" * 32) is None

    async def test_a_name_is_held_by_a_live_token(self, store: TokenStore) -> None:
        holder = record("ci", expires_at=NOON + HOUR)
        await store.add(holder)

        assert not await store.add(record("ci", created_at=NOON + HOUR - timedelta(microseconds=1)))

        assert await store.all() == (holder,)

    async def test_a_name_tells_upper_from_lower_case(self, store: TokenStore) -> None:
        await store.add(record("ci"))

        assert await store.add(record("CI"))

    async def test_a_name_is_free_once_its_holder_is_revoked(self, store: TokenStore) -> None:
        holder = record("ci")
        await store.add(holder)
        await store.revoke(holder.id, at=NOON)

        assert await store.add(record("ci"))

    async def test_a_name_is_free_once_its_holder_has_expired_which_stays_expired(self, store: TokenStore) -> None:
        holder, successor = record("ci", expires_at=NOON + HOUR), record("ci", created_at=NOON + HOUR)
        await store.add(holder)

        assert await store.add(successor)

        assert await store.all() == (holder, successor)

    async def test_of_many_that_want_one_name_at_once_one_gets_it(self, connect: Connect) -> None:
        stores = [await connect() for _ in range(4)]

        kept = await asyncio.gather(*(store.add(record("ci")) for store in stores))

        assert sorted(kept) == [False, False, False, True]

    async def test_revokes_a_token_at_a_time(self, store: TokenStore) -> None:
        kept = record()
        await store.add(kept)

        revoked = await store.revoke(kept.id, at=NOON + HOUR)

        assert revoked == replace(kept, revoked_at=NOON + HOUR)
        assert await store.all() == (revoked,)

    async def test_a_token_is_revoked_only_once(self, store: TokenStore) -> None:
        kept = record()
        await store.add(kept)
        await store.revoke(kept.id, at=NOON)

        revoked = await store.revoke(kept.id, at=NOON + HOUR)

        assert revoked is not None
        assert revoked.revoked_at == NOON

    async def test_a_successor_takes_the_name_and_the_old_one_ends_in_time(self, store: TokenStore) -> None:
        old, new = record("ci"), record("ci", created_at=NOON + HOUR)
        await store.add(old)

        assert await store.replace(old.id, new, until=NOON + 2 * HOUR)

        assert await store.all() == (replace(old, expires_at=NOON + 2 * HOUR), new)
        assert not await store.add(record("ci", created_at=NOON + HOUR))

    async def test_a_successor_makes_nobody_live_longer(self, store: TokenStore) -> None:
        old = record("ci", expires_at=NOON + 2 * HOUR)
        await store.add(old)

        assert await store.replace(old.id, record("ci", created_at=NOON + HOUR), until=NOON + 9 * HOUR)

        assert await store.find(old.digest) == old

    async def test_only_a_live_token_that_has_its_name_gets_a_successor(self, store: TokenStore) -> None:
        revoked, replaced, over = record("a"), record("b"), record("c", expires_at=NOON + HOUR)
        for kept in (revoked, replaced, over):
            await store.add(kept)
        await store.revoke(revoked.id, at=NOON)
        assert await store.replace(replaced.id, record("b"), until=NOON + HOUR)
        changes = await store.changes()

        for kept in (revoked, replaced, over):
            assert not await store.replace(kept.id, record(kept.name, created_at=NOON + HOUR), until=NOON + HOUR)
        assert not await store.replace(TokenId("unknown0"), record("d"), until=NOON)

        assert len(await store.all()) == 4
        assert await store.changes() >= changes

    async def test_knows_no_token_of_another_id(self, store: TokenStore) -> None:
        await store.add(record())

        assert await store.revoke(TokenId("unknown0"), at=NOON) is None

    async def test_adds_a_first_token(self, store: TokenStore) -> None:
        first = record("admin")

        assert await store.add_first(first)

        assert await store.all() == (first,)

    async def test_adds_no_first_token_where_there_ever_was_one(self, store: TokenStore) -> None:
        revoked = record("admin")
        await store.add(revoked)
        await store.revoke(revoked.id, at=NOON)

        assert not await store.add_first(record("another"))

        assert [kept.id for kept in await store.all()] == [revoked.id]

    async def test_revoking_nothing_leaves_the_first_token_to_come(self, store: TokenStore) -> None:
        await store.revoke(TokenId("unknown0"), at=NOON)

        assert await store.add_first(record("admin"))

    async def test_of_many_first_starts_at_once_one_makes_the_admin_token(self, connect: Connect) -> None:
        stores = [await connect() for _ in range(4)]

        made = await asyncio.gather(*(Tokens(store, clock=lambda: NOON).ensure_admin() for store in stores))

        assert sum(token is not None for token in made) == 1
        assert len(await stores[0].all()) == 1

    async def test_counts_each_change(self, store: TokenStore) -> None:
        counts = [await store.changes()]
        first, second = record("first"), record("second")
        for change in (store.add_first(first), store.add(second), store.revoke(first.id, at=NOON)):
            await change
            counts.append(await store.changes())

        assert counts == sorted(set(counts))

    async def test_reading_counts_as_no_change(self, store: TokenStore) -> None:
        await store.add(record())
        before = await store.changes()

        await store.all()
        await store.find(b"\0" * 32)

        assert await store.changes() == before

    async def test_another_process_sees_a_change_at_once(self, connect: Connect) -> None:
        ours, theirs = await connect(), await connect()
        before = await theirs.changes()
        kept = record()

        await ours.add(kept)

        assert await theirs.changes() > before
        assert await theirs.find(kept.digest) == kept


def read_files(directory: Path) -> bytes:
    """All that the files in a directory hold."""
    return b"".join(path.read_bytes() for path in directory.iterdir())


class TestMemory(TokenStoreContract):
    @pytest.fixture
    def connect(self) -> Connect:
        store = MemoryTokenStore()

        async def connect() -> TokenStore:
            return store

        return connect


class TestSQLite(TokenStoreContract):
    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_sqlite(migrated_dir))

    async def test_keeps_tokens_for_the_next_start(self, tmp_path: Path) -> None:
        kept = record()
        first = await open_sqlite(tmp_path)
        await first.tokens.add(kept)
        await first.close()

        second = await open_sqlite(tmp_path)

        assert await second.tokens.all() == (kept,)
        await second.close()

    async def test_writes_no_token_to_the_disk(self, connect: Connect, tmp_path: Path) -> None:
        token = await Tokens(await connect(), clock=lambda: NOON).create("ci")
        secret = token.text.split("_")[2].encode()

        written = read_files(tmp_path)
        assert token.record.digest in written
        assert secret not in written


class TestPostgreSQL(TokenStoreContract):
    @pytest.fixture
    def url(self, postgresql: Callable[[], str]) -> str:
        return postgresql()

    @pytest.fixture
    async def connect(self, url: str) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_postgresql(url))


def _connector(stack: AsyncExitStack, open_database: Callable[[], Awaitable[Database]]) -> Connect:
    async def connect() -> TokenStore:
        database = await open_database()
        stack.push_async_callback(database.close)
        return database.tokens

    return connect
