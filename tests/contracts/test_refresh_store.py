"""The contract of RefreshStore, for every implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmanac.domain.feed import FeedRef
from llmanac.errors import WriteConflict
from llmanac.service.refresh.records import (
    AcceptedFeed,
    Outcome,
    Pending,
    RefreshRecord,
    Snapshot,
    SourceOutcome,
    SourceState,
    Status,
    Trigger,
)
from llmanac.service.refresh.store import RefreshStore
from llmanac.storage.database import Database, open_postgresql, open_sqlite
from llmanac.storage.refreshes import KEPT_SNAPSHOTS

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)
MINUTE = timedelta(minutes=1)

Connect = Callable[[], Awaitable[RefreshStore]]


def record(name: str = "first", *, started_at: datetime = NOON) -> RefreshRecord:
    return RefreshRecord(id=name, trigger=Trigger.REQUEST, started_at=started_at)


def ended(begun: RefreshRecord) -> RefreshRecord:
    """With something in every field."""
    pending = Pending(rule="jumped", entry="host/model ☕", detail="input from 1 to 100", times=2)
    return replace(
        begun,
        status=Status.ENDED,
        ended_at=begun.started_at + MINUTE,
        snapshot="0123456789abcdef",
        detail="It's “all” well",
        sources=(
            SourceOutcome(
                name="models.dev",
                outcome=Outcome.UPDATED,
                detail="1 entry is held",
                added=1,
                removed=2,
                changed=3,
                repriced=4,
                rejects=5,
                unknown_keys=6,
                wire_bytes=7,
                size=8,
                duration_s=0.125,
                sha256="a" * 64,
                pending=(pending,),
                pending_count=1,
            ),
            SourceOutcome(name="litellm", outcome=Outcome.FAILED, stalled=True),
        ),
    )


def snapshot(number: int, *contents: str) -> Snapshot:
    feeds = tuple(
        AcceptedFeed(
            ref=FeedRef(name=f"source-{place}", origin="x", date="2026-11", sha256=it * 64), upstream_sha256=it * 64
        )
        for place, it in enumerate(contents)
    )
    return Snapshot(number=number, accepted_at=NOON, digest=f"{number:064}", refresh=f"r{number}", feeds=feeds)


def state(seen: str | None = None) -> SourceState:
    return SourceState(
        name="models.dev",
        origin="https://models.dev/api.json",
        etag='"v1"',
        last_modified="Mon, 23 Nov 2026 12:00:00 GMT",
        asked_in_full_at=NOON,
        seen_sha256=seen and seen * 64,
        anomalies={"jumped:0123": 2},
        checked_at=NOON,
        outcome=Outcome.HELD,
        detail="1 entry is held",
        failures=3,
        not_before=NOON + MINUTE,
    )


async def write(store: RefreshStore, *snapshots: Snapshot, seen: str | None = None) -> None:
    """A refresh for each snapshot, with the documents that it needs."""
    for it in snapshots:
        begun = await store.begin(record(it.refresh, started_at=NOON + it.number * MINUTE), until=NOON + 99 * MINUTE)
        async with store.change(it.refresh) as change:
            for feed in it.feeds:
                await change.keep_content(feed.ref.sha256, feed.ref.sha256.encode())
            await change.add_snapshot(it)
            await change.keep_state(state(seen))
            await change.end(ended(begun))
            await change.prune()


class RefreshStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same store."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, connect: Connect) -> RefreshStore:
        return await connect()

    async def test_is_empty_at_first(self, store: RefreshStore) -> None:
        assert await store.newest_number() == 0
        assert await store.latest() == ()
        assert await store.records(limit=10) == ()
        assert await store.record("first") is None
        assert dict(await store.states()) == {}
        assert await store.content("a" * 64) is None

    async def test_one_refresh_runs_at_a_time(self, connect: Connect) -> None:
        one, other = await connect(), await connect()
        first = await one.begin(record(), until=NOON + MINUTE)

        assert first == record()
        assert await other.begin(record("second"), until=NOON + MINUTE) == first

    async def test_of_many_that_begin_at_once_one_runs(self, connect: Connect) -> None:
        stores = [await connect() for _ in range(4)]

        begun = await asyncio.gather(
            *(store.begin(record(f"r{number}"), until=NOON + MINUTE) for number, store in enumerate(stores))
        )

        assert len({it.id for it in begun}) == 1

    async def test_another_begins_when_one_has_ended(self, store: RefreshStore) -> None:
        begun = await store.begin(record(), until=NOON + MINUTE)
        async with store.change("first") as change:
            await change.end(ended(begun))

        assert (await store.begin(record("second"), until=NOON + MINUTE)).id == "second"

    async def test_another_begins_when_ones_time_is_over(self, store: RefreshStore) -> None:
        await store.begin(record(), until=NOON + MINUTE)

        later = record("second", started_at=NOON + 2 * MINUTE)
        assert (await store.begin(later, until=NOON + 3 * MINUTE)).id == "second"

        interrupted = await store.record("first")
        assert interrupted is not None
        assert (interrupted.status, interrupted.ended_at) == (Status.INTERRUPTED, later.started_at)

    async def test_who_gives_signs_of_life_has_more_time(self, store: RefreshStore) -> None:
        await store.begin(record(), until=NOON + MINUTE)

        assert await store.extend("first", until=NOON + 5 * MINUTE)
        assert (await store.begin(record("second", started_at=NOON + 2 * MINUTE), until=NOON)).id == "first"
        assert not await store.extend("second", until=NOON + 5 * MINUTE)

    async def test_tells_until_when_the_running_refresh_is_leased(self, connect: Connect) -> None:
        ours, theirs = await connect(), await connect()
        assert await theirs.leased_until("first") is None
        begun = await ours.begin(record(), until=NOON + MINUTE)
        assert await theirs.leased_until("first") == NOON + MINUTE
        assert await theirs.leased_until("second") is None

        await ours.extend("first", until=NOON + 5 * MINUTE)
        assert await theirs.leased_until("first") == NOON + 5 * MINUTE

        async with ours.change("first") as change:
            await change.end(ended(begun))
        assert await theirs.leased_until("first") is None

    async def test_who_has_lost_the_turn_writes_nothing(self, store: RefreshStore) -> None:
        await store.begin(record(), until=NOON + MINUTE)
        await store.begin(record("second", started_at=NOON + 2 * MINUTE), until=NOON + 3 * MINUTE)

        with pytest.raises(WriteConflict, match="Another refresh"):
            async with store.change("first") as change:
                await change.keep_state(state())

        assert dict(await store.states()) == {}

    async def test_gives_back_exactly_what_was_written(self, connect: Connect) -> None:
        await write(await connect(), snapshot(1, "a", "b"), seen="a")
        other = await connect()

        assert await other.record("r1") == ended(record("r1", started_at=NOON + MINUTE))
        assert await other.latest() == (snapshot(1, "a", "b"),)
        assert await other.newest_number() == 1
        assert await other.content("a" * 64) == b"a" * 64
        assert dict(await other.states()) == {"models.dev": state("a")}

    async def test_a_change_that_fails_leaves_nothing(self, store: RefreshStore) -> None:
        await store.begin(record(), until=NOON + MINUTE)

        async def fail_halfway() -> None:
            async with store.change("first") as change:
                await change.keep_content("a" * 64, b"a")
                await change.add_snapshot(snapshot(1, "a"))
                raise RuntimeError("halfway")

        with pytest.raises(RuntimeError, match="halfway"):
            await fail_halfway()

        assert await store.newest_number() == 0
        assert await store.content("a" * 64) is None

    async def test_a_document_takes_the_place_of_a_damaged_one(self, store: RefreshStore) -> None:
        await write(store, snapshot(1, "a"))
        begun = await store.begin(record("again", started_at=NOON + 5 * MINUTE), until=NOON + 9 * MINUTE)
        async with store.change("again") as change:
            await change.keep_content("a" * 64, b"whole")
            await change.end(begun)

        assert await store.content("a" * 64) == b"whole"

    async def test_knows_what_was_served_before(self, store: RefreshStore) -> None:
        await write(store, snapshot(1, "a", "x"), snapshot(2, "b", "x"), snapshot(3, "c", "x"))

        assert await store.superseded("source-0") == {"a" * 64, "b" * 64}
        assert await store.superseded("source-1") == frozenset()
        assert await store.superseded("unknown") == frozenset()

    async def test_forgets_documents_that_nothing_refers_to(self, store: RefreshStore) -> None:
        await write(store, *(snapshot(number + 1, it) for number, it in enumerate("abcd")), seen="a")

        kept = [it for it in "abcd" if await store.content(it * 64) is not None]
        assert kept == ["a", *"bcd"[-KEPT_SNAPSHOTS:]]

    async def test_lists_the_newest_first(self, store: RefreshStore) -> None:
        await write(store, *(snapshot(number, "a") for number in range(1, 5)))

        assert [it.id for it in await store.records(limit=3)] == ["r4", "r3", "r2"]


class TestSQLite(RefreshStoreContract):
    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_sqlite(migrated_dir))


class TestPostgreSQL(RefreshStoreContract):
    @pytest.fixture
    def url(self, postgresql: Callable[[], str]) -> str:
        return postgresql()

    @pytest.fixture
    async def connect(self, url: str) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:
            yield _connector(stack, lambda: open_postgresql(url))


def _connector(stack: AsyncExitStack, open_database: Callable[[], Awaitable[Database]]) -> Connect:
    async def connect() -> RefreshStore:
        database = await open_database()
        stack.push_async_callback(database.close)
        return database.refreshes

    return connect
