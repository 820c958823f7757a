"""The contract of HistoryStore, for every implementation."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.feed import FeedRef
from llmanac.domain.pricing import Rates
from llmanac.errors import StorageError
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause
from llmanac.history.timeline import Epoch, FeedVersion
from llmanac.service.history.store import Addition, HistoryStore, Selection
from llmanac.storage.database import open_postgresql, open_sqlite
from llmanac.storage.history import chain
from llmanac.storage.in_memory import InMemoryHistoryStore

pytestmark = pytest.mark.anyio

MOVED = DifferenceCause.SERVED_SOURCE
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, UTC)

Connect = Callable[[], Awaitable[HistoryStore]]


def change(number: int = 0, **changes: Any) -> Change:
    known = {"kind": ChangeKind.PRICE, "offer": f"acme/{number}", "provider": "acme", "base": "model", "name": "Model"}
    return Change(**{**known, **changes})


def addition(number: int, *changes: Change, text: bytes | None = None, **epoch: Any) -> Addition:
    content = b"content %d" % number if text is None else text
    sha256 = hashlib.sha256(content).hexdigest()
    feed = FeedVersion(
        ref=FeedRef(name="models.dev", date="2026-11-23", origin="embedded", sha256=sha256), lacks=("tiers",)
    )
    known = {"number": number, "began_at": NOON + timedelta(hours=number), "digest": sha256, "offers": 7}
    return Addition(
        epoch=Epoch(**{**known, "feeds": (feed,), **epoch}), texts={sha256: content}, changes=changes, last_reported={}
    )


def sha256_of(addition: Addition) -> str:
    return addition.epoch.feeds[0].ref.sha256


class HistoryStoreContract:
    """The suite. A subclass says how to ``connect``: each call is another process's view of the same history."""

    @pytest.fixture
    def connect(self) -> Connect:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, connect: Connect) -> HistoryStore:
        return await connect()

    async def test_is_empty_at_first(self, store: HistoryStore) -> None:
        assert await store.epochs() == ()
        assert await store.last_reported() == {}
        assert await store.changes(Selection(), below=None, limit=10) == ()

    async def test_the_secret_is_the_same_for_all_who_share_the_store(
        self, store: HistoryStore, connect: Connect
    ) -> None:
        assert len(await store.secret()) == 32
        assert await (await connect()).secret() == await store.secret()

    async def test_gives_back_exactly_what_was_added(self, store: HistoryStore) -> None:
        odd = change(
            offer="acme/Zoë ☕ 'quoted\" ; DROP TABLE", name=None, previous="acme/old", kind=ChangeKind.RENAMED
        )
        full = change(
            1, differences=(Difference("tiers", [{"above": 1, "input": 0.05}], None), Difference("x", 1, 2.5, MOVED))
        )
        added = addition(1, odd, full)

        assert await store.append(added)
        assert await store.epochs() == (added.epoch,)
        assert await store.content("models.dev", sha256_of(added)) == b"content 1"
        assert [it.change for it in await store.changes(Selection(), below=None, limit=10)] == [odd, full]

    async def test_epochs_after_a_number(self, store: HistoryStore) -> None:
        for number in (1, 2, 3):
            await store.append(addition(number))

        assert [epoch.number for epoch in await store.epochs(after=1)] == [2, 3]

    async def test_of_two_who_add_the_same_number_one_is_refused(self, store: HistoryStore, connect: Connect) -> None:
        other = await connect()

        kept = await asyncio.gather(store.append(addition(1)), other.append(addition(1, text=b"other")))

        assert sorted(kept) == [False, True]
        assert len(await store.epochs()) == 1
        assert not await store.append(addition(3))

    async def test_every_version_of_a_feed_can_be_read_whatever_was_added_since(self, store: HistoryStore) -> None:
        added = [addition(number, text=b"prices " * 100 + b"%d" % number) for number in range(1, 20)]
        for it in added:
            await store.append(it)

        for it in added:
            assert await store.content("models.dev", sha256_of(it)) == it.texts[sha256_of(it)]

    async def test_a_content_that_comes_again_is_not_kept_again(self, store: HistoryStore) -> None:
        first, second = addition(1, text=b"one"), addition(2, text=b"two")
        await store.append(first)
        await store.append(second)

        assert await store.append(addition(3, text=b"one"))
        assert (await store.epochs())[2].feeds == first.epoch.feeds
        assert await store.content("models.dev", sha256_of(first)) == b"one"

    async def test_a_content_that_never_came_is_an_error(self, store: HistoryStore) -> None:
        with pytest.raises(StorageError):
            await store.content("models.dev", "0" * 64)

    async def test_the_last_reported_rates_are_those_of_the_last_addition(self, store: HistoryStore) -> None:
        rates = Rates(input=Decimal("0.049"), output=None)
        for number, last_reported in ((1, {"acme/a": rates}), (2, {"acme/b": rates})):
            it = addition(number)
            await store.append(Addition(epoch=it.epoch, texts=it.texts, changes=(), last_reported=last_reported))

        assert await store.last_reported() == {"acme/b": rates}

    async def test_changes_come_newest_first_and_within_an_epoch_in_their_order(self, store: HistoryStore) -> None:
        await store.append(addition(1, change(1), change(2)))
        await store.append(addition(2, change(3), change(4)))

        found = await store.changes(Selection(), below=None, limit=10)

        assert [(it.epoch, it.change.offer) for it in found] == [
            (2, "acme/3"),
            (2, "acme/4"),
            (1, "acme/1"),
            (1, "acme/2"),
        ]
        assert await store.changes(Selection(), below=found[1].id, limit=1) == found[2:3]

    @pytest.mark.parametrize(
        ("selection", "offers"),
        [
            (Selection(first=2), ["acme/3"]),
            (Selection(last=1), ["acme/1", "other/2"]),
            (Selection(first=2, last=1), []),
            (Selection(kinds=("renamed",)), ["other/2"]),
            (Selection(providers=("acme",)), ["acme/3", "acme/1"]),
            (Selection(base="other"), ["other/2"]),
            (Selection(offers=("acme/1",)), ["acme/1"]),
            (Selection(offers=("other/old", "acme/3")), ["acme/3", "other/2"]),
            (Selection(providers=("acme",), base="other"), []),
        ],
    )
    async def test_a_selection_takes_what_all_of_it_holds_for(
        self, store: HistoryStore, selection: Selection, offers: list[str]
    ) -> None:
        renamed = change(
            2, kind=ChangeKind.RENAMED, offer="other/2", provider="other", base="other", previous="other/old"
        )
        await store.append(addition(1, change(1), renamed))
        await store.append(addition(2, change(3)))

        assert [it.change.offer for it in await store.changes(selection, below=None, limit=10)] == offers


class TestSqlite(HistoryStoreContract):
    @pytest.fixture
    async def connect(self, migrated_dir: Path) -> AsyncIterator[Connect]:
        async with AsyncExitStack() as stack:

            async def connect() -> HistoryStore:
                database = await open_sqlite(migrated_dir)
                stack.push_async_callback(database.close)
                return database.history

            yield connect


class TestPostgresql(HistoryStoreContract):
    @pytest.fixture
    async def connect(self, postgresql: Callable[[], str]) -> AsyncIterator[Connect]:
        url = postgresql()
        async with AsyncExitStack() as stack:

            async def connect() -> HistoryStore:
                database = await open_postgresql(url)
                stack.push_async_callback(database.close)
                return database.history

            yield connect


class TestInMemory(HistoryStoreContract):
    @pytest.fixture
    def connect(self) -> Connect:
        store = InMemoryHistoryStore()

        async def connect() -> HistoryStore:
            return store

        return connect


@given(st.integers(1, 1 << 30))
def test_a_version_is_reached_by_few_patches_the_last_of_which_is_its_own(version: int) -> None:
    steps = chain(version)

    assert len(steps) <= 30
    assert steps[-1] == version
    assert [0, *steps[:-1]] == [step & (step - 1) for step in steps]
