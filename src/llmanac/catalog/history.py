"""The past of a catalog: its editions by day, and its changes.

An installation has a history in its database. A catalog without one has the past that the package carries.
Each request runs in a new event loop on a new thread: the caller's thread may have a running loop, as in a notebook,
and no connection is left open between requests.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any, Protocol, TypeVar

from llmanac.clock import Clock
from llmanac.history.timeline import Timeline, unknown_day
from llmanac.ingest.packaged.seeds import PackagedDay, packaged_days
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.opening import open_or_build
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec, spec_of
from llmanac.service.editions.store import EditionStore
from llmanac.service.history.as_of import PastEditions, is_over
from llmanac.service.history.changes import MAX_LIMIT, ChangeFeed, ChangePage, ChangeSummary, Interest, summarise
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.storage.in_memory import InMemoryHistoryStore

KEPT = 2
"""Editions of past days that a catalog keeps in memory."""

Given = TypeVar("Given")
Made = TypeVar("Made")


class CatalogHistory(Protocol):
    """The past of a catalog."""

    def edition(self, day: date) -> Edition | None:
        """The edition that was current when a day ended; None for a day that has not ended.

        Raises NotFound for a day before the first, and InvalidRequest for one that is yet to come.
        """

    def changes(self, interest: Interest) -> Iterator[ChangeSummary]:
        """The changes of interest, newest first; each page is fetched when it is needed."""


class RecordedHistory:
    """The history that an installation has recorded."""

    def __init__(self, open_archive: Callable[[], AbstractAsyncContextManager[Archive]], *, clock: Clock) -> None:
        self._open_archive = open_archive
        self._clock = clock
        self._read: tuple[date, Timeline] | None = None
        self._kept = lru_cache(KEPT)(lambda begin: run(self._edition(begin)))

    def edition(self, day: date) -> Edition | None:
        """The edition that was current when a day ended. Raises NotFound, InvalidRequest and StorageError."""
        return self._kept(self._timeline(day).at(day).day) if is_over(day, clock=self._clock) else None

    def changes(self, interest: Interest) -> Iterator[ChangeSummary]:
        """The changes of interest, newest first. Raises InvalidRequest and StorageError."""
        return _every_page(lambda cursor: run(self._page(interest, cursor)))

    def _timeline(self, day: date) -> Timeline:
        """The timeline, as it was read once that day had ended."""
        if self._read is None or day >= self._read[0]:
            today = self._clock().astimezone(UTC).date()
            self._read = today, run(self._read_timeline())
        return self._read[1]

    async def _read_timeline(self) -> Timeline:
        async with self._open_archive() as archive:
            await archive.history.ready()
            return archive.history.timeline

    async def _edition(self, day: date) -> Edition:
        async with self._open_archive() as archive:
            return await archive.past.edition(day)

    async def _page(self, interest: Interest, cursor: str | None) -> ChangePage:
        async with self._open_archive() as archive:
            return await archive.changes.page(interest, cursor=cursor, limit=MAX_LIMIT)


class PackagedHistory:
    """The past that the package carries, up to the edition of a catalog that has no installation.

    Its editions are built from the packaged feeds. Its changes are computed in memory when they are first asked
    for, which takes seconds.
    """

    def __init__(self, edition: Edition, spec: EditionSpec, *, past_editions: EditionStore, clock: Clock) -> None:
        """``spec`` is that of the edition; those of past days are kept in ``past_editions``."""
        self._current = edition
        self._spec = spec
        self._past_editions = past_editions
        self._clock = clock
        # Cursors are signed with it. They hide nothing here, and the next process has to read them.
        self._store = InMemoryHistoryStore(secret=spec.key.encode())
        self._working = Lock()
        self._kept = lru_cache(KEPT)(self._edition)

    def edition(self, day: date) -> Edition | None:
        """The edition that was current when a day ended. Raises NotFound and InvalidRequest."""
        if not is_over(day, clock=self._clock):
            return None
        begun = bisect_right(self._days, day, key=lambda known: known.day)
        if not begun:
            raise unknown_day(day, first=self._days[0].day)
        return self._kept(begun - 1)

    def changes(self, interest: Interest) -> Iterator[ChangeSummary]:
        """The changes of interest, newest first. Raises InvalidRequest."""
        return _every_page(lambda cursor: self.page(interest, cursor=cursor))

    def page(self, interest: Interest, *, cursor: str | None = None, limit: int = MAX_LIMIT) -> ChangePage:
        """A page of the changes of interest, newest first. Raises InvalidRequest."""
        with self._working:  # the changes that one thread computes are there for the next
            return run(self._page(interest, cursor=cursor, limit=limit))

    @cached_property
    def _days(self) -> tuple[PackagedDay, ...]:
        return packaged_days()

    def _edition(self, number: int) -> Edition:
        """The edition of the packaged day with this number, from 0."""
        spec = spec_of((seed.feed for seed in self._days[number].seeds.values()), self._spec.featured)
        if spec.key == self._spec.key:
            return self._current
        edition = open_or_build(spec, self._past_editions, whole=True)
        for _ in edition.release_pages():
            pass  # of a whole file that was checked, most questions read a small part
        return edition

    async def _page(self, interest: Interest, *, cursor: str | None, limit: int) -> ChangePage:
        async with self._change_feed() as feed:
            return await feed.page(interest, cursor=cursor, limit=limit)

    @asynccontextmanager
    async def _change_feed(self) -> AsyncIterator[ChangeFeed]:
        history = _recorder_of(self._current, self._spec, self._store, days=lambda: self._days, clock=self._clock)
        try:
            yield ChangeFeed(history, Reader(self._current))
        finally:
            await history.close()


@asynccontextmanager
async def open_packaged_archive(
    edition: Edition, spec: EditionSpec, *, past_editions: EditionStore, clock: Clock
) -> AsyncIterator[Archive]:
    """The past that the package carries, as a server has it: in one event loop, for as long as that runs.

    ``spec`` is that of the edition; those of past days are kept in ``past_editions``.
    """
    store = InMemoryHistoryStore(secret=spec.key.encode())
    reader = Reader(edition)
    history = _recorder_of(edition, spec, store, days=packaged_days, clock=clock)
    editions = EditionRepository(past_editions, run_in_worker=run_on_thread)
    past = PastEditions(history, reader, editions=editions, clock=clock, featured=spec.featured)
    try:
        yield Archive(history, past, reader=reader)
    finally:
        await history.close()


def _recorder_of(
    edition: Edition,
    spec: EditionSpec,
    store: InMemoryHistoryStore,
    *,
    days: Callable[[], Sequence[PackagedDay]],
    clock: Clock,
) -> HistoryRecorder:
    """The history of the packaged days up to an edition, computed in memory when it is first asked for."""
    return HistoryRecorder(
        store,
        packaged=days,
        served=lambda: edition,
        run_in_worker=run_on_thread,
        clock=clock,
        featured=spec.featured,
    )


class EditionsInTurn:
    """Gives the editions of days, one after another; each gives its mapped pages back when it is another's turn."""

    def __init__(self, edition_at: Callable[[date | None], Edition]) -> None:
        """``edition_at`` gives the edition of a day, or that of now for None."""
        self._edition_at = edition_at
        self._last: Edition | None = None

    def __call__(self, day: date | None) -> Edition:
        edition = self._edition_at(day)
        if self._last is not None and self._last is not edition:
            for _ in self._last.release_pages():
                pass  # nobody waits for it
        self._last = edition
        return edition


async def run_on_thread(job: Callable[[Given], Made], given: Given) -> Made:
    """Run a job on a thread, where a server runs it in a worker process.

    A new process would import the caller's main module, which may have no ``__main__`` guard.
    """
    return await asyncio.to_thread(job, given)


def run(coroutine: Coroutine[Any, Any, Made]) -> Made:
    """Run a coroutine in a new event loop on a new thread; its result."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def _every_page(page: Callable[[str | None], ChangePage]) -> Iterator[ChangeSummary]:
    cursor: str | None = None
    while True:
        fetched = page(cursor)
        yield from map(summarise, fetched.changes)
        cursor = fetched.next
        if cursor is None:
            return
