"""All processes serve what one of them has accepted."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar, cast

import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed
from llmanac.service.editions.build import build_edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.refresh.publisher import MOST_ATTEMPTS, Publisher
from llmanac.service.refresh.records import AcceptedFeed, Snapshot, SourceState
from llmanac.service.refresh.served import BundledFeeds, ServedFeeds
from llmanac.service.refresh.store import RefreshStore
from llmanac.service.runtime.ports import RunInWorker

from ....shelf import Shelf
from ...small_past import FIRST, NOON, edition_of, litellm, model, models_dev

pytestmark = pytest.mark.anyio

Argument = TypeVar("Argument")
Result = TypeVar("Result")

OWN = (models_dev(FIRST, alpha=model()), litellm())


class Store:
    """The store that another process writes to: snapshots of one feed each."""

    def __init__(self) -> None:
        self._snapshots: list[Snapshot] = []
        self._documents: dict[str, bytes] = {}

    def accept(self, feed: Feed, *, number: int) -> Snapshot:
        self._documents[feed.ref.sha256] = gzip.compress(feed.data)
        accepted = AcceptedFeed(ref=feed.ref, upstream_sha256=feed.ref.sha256)
        made = Snapshot(number=number, accepted_at=NOON, digest="", refresh="r", feeds=(accepted,))
        self._snapshots.insert(0, made)
        return made

    async def newest_number(self) -> int:
        return self._snapshots[0].number if self._snapshots else 0

    async def latest(self) -> tuple[Snapshot, ...]:
        return tuple(self._snapshots)

    async def content(self, sha256: str) -> bytes | None:
        return self._documents.get(sha256)

    async def states(self) -> Mapping[str, SourceState]:
        return {}


class Worker:
    """Runs jobs in this process, in place of a worker process; counts them, and fails the first ``failures``."""

    def __init__(self, *, failures: int = 0) -> None:
        self.attempts = 0
        self._failures = failures

    async def __call__(self, function: Callable[[Argument], Result], argument: Argument) -> Result:
        self.attempts += 1
        if self.attempts <= self._failures:
            raise InvalidSource("the feeds could not be processed within 120 s.")
        return function(argument)


def publisher_of(reader: Reader, store: Store, *, run_in_worker: RunInWorker, shelf: Shelf | None = None) -> Publisher:
    """A publisher that serves the bundled feeds, in a process that has accepted nothing itself."""
    return Publisher(
        reader,
        cast("RefreshStore", store),
        served=ServedFeeds(feeds={}, snapshot=None),
        bundled=BundledFeeds(feeds={feed.name: feed for feed in OWN}),
        clock=lambda: NOON,
        stale_after=timedelta(hours=48),
        editions=EditionRepository(shelf or Shelf(), run_in_worker=run_in_worker),
    )


@pytest.fixture
def reader() -> Reader:
    return Reader(edition_of(*OWN))


@pytest.fixture
def store() -> Store:
    return Store()


def newer(day: int) -> Feed:
    return models_dev(date(2026, 7, day), **{f"alpha_{day}": model()})


async def test_a_snapshot_that_another_process_accepted_is_served_here(reader: Reader, store: Store) -> None:
    run_in_worker = Worker()
    publisher = publisher_of(reader, store, run_in_worker=run_in_worker)
    store.accept(newer(1), number=1)

    for _ in range(2):
        await publisher.catch_up()

    assert reader.edition.digest == edition_of(newer(1), OWN[1]).digest
    assert run_in_worker.attempts == 1


async def test_a_build_that_failed_is_retried(reader: Reader, store: Store) -> None:
    run_in_worker = Worker(failures=MOST_ATTEMPTS - 1)
    publisher = publisher_of(reader, store, run_in_worker=run_in_worker)
    store.accept(newer(1), number=1)

    for _ in range(MOST_ATTEMPTS):
        await publisher.catch_up()

    assert reader.edition.digest == edition_of(newer(1), OWN[1]).digest


async def test_retries_end_and_begin_anew_with_a_newer_snapshot(reader: Reader, store: Store) -> None:
    own = reader.edition
    run_in_worker = Worker(failures=MOST_ATTEMPTS)
    publisher = publisher_of(reader, store, run_in_worker=run_in_worker)
    store.accept(newer(1), number=1)

    for _ in range(MOST_ATTEMPTS + 2):
        await publisher.catch_up()
    assert (run_in_worker.attempts, reader.edition) == (MOST_ATTEMPTS, own)

    store.accept(newer(2), number=2)
    await publisher.catch_up()
    assert reader.edition.digest == edition_of(newer(2), OWN[1]).digest


async def test_a_newer_edition_published_meanwhile_is_not_replaced(reader: Reader, store: Store) -> None:
    newest = edition_of(newer(2), OWN[1])

    async def publish_meanwhile(function: Callable[[Argument], Result], argument: Argument) -> Result:
        publisher.publish(store.accept(newer(2), number=2), newest)
        return function(argument)

    publisher = publisher_of(reader, store, run_in_worker=publish_meanwhile)
    store.accept(newer(1), number=1)

    await publisher.catch_up()

    assert reader.edition is newest


async def test_an_edition_that_another_process_built_is_opened_and_not_built_again(
    reader: Reader, store: Store
) -> None:
    shelf, run_in_worker = Shelf(), Worker()
    feeds = {feed.name: feed for feed in (newer(1), OWN[1])}
    made = build_edition(EditionSpec(feeds=feeds), store=shelf)
    publisher = publisher_of(reader, store, run_in_worker=run_in_worker, shelf=shelf)
    store.accept(newer(1), number=1)

    await publisher.catch_up()

    assert reader.edition is shelf.kept[made.key]
    assert run_in_worker.attempts == 0


async def test_an_edition_that_cannot_be_stored_is_served_from_memory(
    reader: Reader, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    publisher = publisher_of(reader, store, run_in_worker=Worker(), shelf=Shelf(is_full=True))
    store.accept(newer(1), number=1)

    await publisher.catch_up()

    assert reader.edition.digest == edition_of(newer(1), OWN[1]).digest
    assert "No space left" in caplog.text
