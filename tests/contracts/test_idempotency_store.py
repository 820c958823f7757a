"""The contract of every IdempotencyStore, run over each database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.service.access.idempotency import Attempt, IdempotencyStore
from llmanac.storage.database import Database, open_postgresql, open_sqlite

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
DAY, MINUTE, MICROSECOND = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)

Connect = Callable[[], Awaitable[IdempotencyStore]]

FIRST = Attempt(owner="Zoë's laptop ☕", key=bytes(range(32)), request=b"\0" * 32, began_at=NOON)
SEALED = b"sealed \0\xff"


async def begin(store: IdempotencyStore, attempt: Attempt = FIRST) -> Attempt | None:
    return await store.begin(attempt, forget_before=attempt.began_at - DAY, retry_before=attempt.began_at - MINUTE)


class IdempotencyStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same store."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, connect: Connect) -> IdempotencyStore:
        return await connect()

    async def test_an_attempt_is_kept_for_those_who_come_after(self, connect: Connect) -> None:
        ours, theirs = await connect(), await connect()

        assert await begin(ours) is None

        assert await begin(theirs, replace(FIRST, request=b"\1" * 32, began_at=NOON + MINUTE)) == FIRST

    async def test_gives_back_exactly_the_response_that_was_kept(self, connect: Connect) -> None:
        ours, theirs = await connect(), await connect()
        await begin(ours)

        await ours.finish(FIRST, sealed=SEALED)

        assert await begin(theirs) == replace(FIRST, sealed=SEALED)

    async def test_owners_and_keys_are_apart(self, store: IdempotencyStore) -> None:
        others = (replace(FIRST, owner="zoë's laptop ☕"), replace(FIRST, key=b"\0" * 32))
        for attempt in (FIRST, *others):
            assert await begin(store, attempt) is None

        await store.finish(FIRST, sealed=None)

        assert [await begin(store, it) for it in others] == [*others]

    async def test_an_attempt_that_failed_makes_room(self, store: IdempotencyStore) -> None:
        await begin(store)

        await store.finish(FIRST, sealed=None)

        assert await begin(store, replace(FIRST, began_at=NOON + MICROSECOND)) is None

    async def test_one_without_a_response_may_be_retried_after_its_time(self, store: IdempotencyStore) -> None:
        await begin(store)

        assert await begin(store, replace(FIRST, began_at=NOON + MINUTE)) == FIRST
        assert await begin(store, replace(FIRST, began_at=NOON + MINUTE + MICROSECOND)) is None

    async def test_one_with_a_response_is_kept_for_its_time(self, store: IdempotencyStore) -> None:
        await begin(store)
        await store.finish(FIRST, sealed=SEALED)

        assert await begin(store, replace(FIRST, began_at=NOON + DAY)) == replace(FIRST, sealed=SEALED)
        assert await begin(store, replace(FIRST, began_at=NOON + DAY + MICROSECOND)) is None

    @pytest.mark.parametrize("late", [b"late", None])
    async def test_who_was_retried_leaves_the_successor_alone(
        self, store: IdempotencyStore, late: bytes | None
    ) -> None:
        successor = replace(FIRST, began_at=NOON + 2 * MINUTE)
        await begin(store)
        assert await begin(store, successor) is None

        await store.finish(FIRST, sealed=late)

        assert await begin(store, successor) == successor

    async def test_of_many_that_begin_at_once_one_acts(self, connect: Connect) -> None:
        stores = [await connect() for _ in range(4)]

        begun = await asyncio.gather(*(begin(store) for store in stores))

        assert sorted(it is None for it in begun) == [False, False, False, True]

    async def test_while_attempts_fail_and_are_retried_one_acts_at_a_time(self, connect: Connect) -> None:
        stores = [await connect() for _ in range(4)]
        acting = 0

        async def retry(store: IdempotencyStore, number: int) -> None:
            nonlocal acting
            for round_ in range(25):
                attempt = replace(FIRST, began_at=NOON + (round_ * len(stores) + number) * MICROSECOND)
                if await begin(store, attempt) is None:
                    acting += 1
                    assert acting == 1
                    await asyncio.sleep(0)
                    acting -= 1
                    await store.finish(attempt, sealed=None)

        await asyncio.gather(*(retry(store, number) for number, store in enumerate(stores)))


class TestSQLite(IdempotencyStoreContract):
    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_sqlite(migrated_dir))


class TestPostgreSQL(IdempotencyStoreContract):
    @pytest.fixture
    def url(self, postgresql: Callable[[], str]) -> str:
        return postgresql()

    @pytest.fixture
    async def connect(self, url: str) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_postgresql(url))


def _connector(stack: AsyncExitStack, open_database: Callable[[], Awaitable[Database]]) -> Connect:
    async def connect() -> IdempotencyStore:
        database = await open_database()
        stack.push_async_callback(database.close)
        return database.idempotency

    return connect
