"""The contract of every ArrivalStore, run over each database: what is kept first stays, and approvals are changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.service.access.audit import AuditEntry
from llmanac.service.rules.policies.store import Approval
from llmanac.storage.database import Database, open_postgresql, open_sqlite

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
HOUR = timedelta(hours=1)

Connect = Callable[[], Awaitable[Database]]


def entry() -> AuditEntry:
    return AuditEntry(
        at=NOON, author="1", author_name="ann", action="policy.approve", subject="corp", detail="", request_id=None
    )


class ArrivalStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same database."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    async def test_the_time_that_is_kept_first_stays(self, connect: Connect) -> None:
        one, other = await connect(), await connect()

        await one.arrivals.add(["a/b", "c/ü"], at=NOON)
        await other.arrivals.add(["a/b", "d/e"], at=NOON + HOUR)

        expected = {"a/b": NOON, "c/ü": NOON, "d/e": NOON + HOUR}
        assert await one.arrivals.first_seen() == expected
        assert await other.arrivals.first_seen() == expected

    async def test_takes_a_whole_catalog_at_once(self, connect: Connect) -> None:
        database = await connect()
        everything = [f"acme/{number}" for number in range(2500)]

        await database.arrivals.add(everything, at=NOON)

        assert await database.arrivals.first_seen() == dict.fromkeys(everything, NOON)

    async def test_approvals_are_of_one_policy_and_the_first_stays(self, connect: Connect) -> None:
        database = await connect()
        approval = Approval(at=NOON, author="ann", reason="Looked at")

        await database.arrivals.approve("corp", ["a/b", "c/d"], approval, entry=entry())
        await database.arrivals.approve("corp", ["a/b"], Approval(at=NOON + HOUR, author="bob"))
        await database.arrivals.withdraw("corp", ["c/d", "unknown/one"])

        assert await database.arrivals.approvals() == {"corp": {"a/b": approval}}
        assert [it.entry.action for it in await database.audit.newest(5)] == ["policy.approve"]

    async def test_an_approval_and_its_withdrawal_count_as_changes(self, connect: Connect) -> None:
        one, other = await connect(), await connect()

        await one.arrivals.approve("corp", ["a/b"], Approval(at=NOON, author="ann"))
        assert await other.resources.changes() == 1
        await one.arrivals.withdraw("corp", ["a/b"])

        assert await other.resources.changes() == 2


class TestOnSqlite(ArrivalStoreContract):
    """The suite on a file."""

    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:

            async def open_another() -> Database:
                database = await open_sqlite(migrated_dir)
                stack.push_async_callback(database.close)
                return database

            yield open_another


class TestOnPostgresql(ArrivalStoreContract):
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
