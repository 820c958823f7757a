"""Records the history of the catalog: which feeds were served since when, and what changed.

It begins with the feeds in the package, and continues with everything served since. Only feeds are kept; a past catalog
is built from them as today's is, so whatever this version of the program reads in a feed, it reads in past ones too.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, time

from llmanac.clock import Clock
from llmanac.domain.feed import FeedRef
from llmanac.errors import StorageError
from llmanac.history.change import RecordedChange
from llmanac.history.timeline import Content, Epoch, Timeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.packaged.seeds import PackagedDay, Seed
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import key_of
from llmanac.service.editions.store import EditionStore
from llmanac.service.history.diffs import DiffJob, EpochDiff, StoredEdition, diff_epochs
from llmanac.service.history.store import Addition, HistoryStore, Selection
from llmanac.service.runtime.ports import RunInWorker

MOST_ATTEMPTS = 5
"""Attempts to record an edition while other processes record theirs."""


TURN = "history"
"""Name of the lock of the process that compares what is served with what was: half a second's work."""


class HistoryRecorder:
    """Records what is served, and reads what was. Used from one event loop; processes may share its store."""

    def __init__(
        self,
        store: HistoryStore,
        *,
        packaged: Callable[[], Sequence[PackagedDay]],
        served: Callable[[], Edition],
        run_in_worker: RunInWorker,
        clock: Clock,
        editions: EditionStore | None = None,
        featured: FeaturedChoices = NO_CHOICES,
        after_recording: Callable[[], None] = lambda: None,
    ) -> None:
        """``packaged`` loads the days in the package, as ``ingest.packaged.seeds.packaged_days`` does.

        Editions that are in ``editions`` are compared without being built again. ``after_recording`` is called on a
        thread when there are new epochs, to return the memory that recording them took.
        """
        self._store = store
        self._packaged = packaged
        self._served = served
        self._run_in_worker = run_in_worker
        self._clock = clock
        self._editions = editions
        self._featured = featured
        self._after_recording = after_recording
        self._timeline = Timeline()
        self._epochs_cleaned_up: int | None = None
        """The number of epochs when ``after_recording`` was last called."""
        self._recorded: Edition | None = None
        self._lock = asyncio.Lock()
        self._beginning: asyncio.Task[None] | None = None

    @property
    def timeline(self) -> Timeline:
        """The epochs that this process knows of."""
        return self._timeline

    async def ready(self) -> None:
        """Wait until the history is complete up to today; the first call begins it, and the others wait for that.

        Raises StorageError, and InvalidSource where the package is damaged. After a failure, the next call tries
        again.
        """
        if self._beginning is None or (self._beginning.done() and self._beginning.exception() is not None):
            self._beginning = asyncio.create_task(self._begin())
        await asyncio.shield(self._beginning)

    async def follow(self) -> None:
        """Record the served edition if it is new, and load the epochs that other processes recorded.

        Raises as ``ready`` does.
        """
        await self._follow()
        if self._epochs_cleaned_up != len(self._timeline.epochs):
            self._epochs_cleaned_up = len(self._timeline.epochs)
            await asyncio.to_thread(self._after_recording)

    async def _follow(self) -> None:
        await self.ready()
        if self._served() is self._recorded:
            await self._catch_up()
            return
        async with self._lock:
            known = len(self._timeline.epochs)
            await self._catch_up()
            # Another process may have recorded this edition meanwhile.
            recorded = {epoch.content for epoch in self._timeline.epochs[max(known - 1, 0) :]}
            served = self._served()  # once: another edition may be published while this one is recorded
            if served.content in recorded or await self._record_in_turn(served):
                self._recorded = served

    async def _record_in_turn(self, served: Edition) -> bool:
        """Record an edition, unless another process that shares the editions is at it; whether it is recorded."""
        turn = nullcontext() if self._editions is None else await asyncio.to_thread(self._editions.lock, TURN)
        if turn is None:
            return False  # what the other one records, the next call finds
        with turn:
            await self._record(served)
        return True

    async def close(self) -> None:
        """Cancel a beginning that is under way. After that the store can be closed, and no method may be called."""
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)

    async def feeds(self, epoch: Epoch) -> tuple[Feed, ...]:
        """The feeds of an epoch, as gzip. Raises StorageError, also where a content is damaged."""
        return tuple([seed.feed for seed in await self._seeds(epoch)])

    async def secret(self) -> bytes:
        """Random bytes that all processes of the installation share. Raises StorageError."""
        return await self._store.secret()

    async def changes(
        self, selection: Selection, *, below: int | None = None, limit: int
    ) -> tuple[RecordedChange, ...]:
        """The newest changes of a selection, newest first. Raises as ``ready`` does."""
        await self.ready()
        return await self._store.changes(selection, below=below, limit=limit)

    async def _begin(self) -> None:
        async with self._lock:
            await self._catch_up()
            await self._record_packaged()
            served, last = self._served(), self._timeline.last
            if last is None or last.content != served.content:
                await self._record(served)
            self._recorded = served

    async def _catch_up(self) -> None:
        known = self._timeline.epochs
        newer = await self._store.epochs(after=len(known))
        if newer and self._timeline.epochs is known:
            self._timeline = Timeline((*known, *newer))

    async def _record_packaged(self) -> None:
        """Record the days in the package, unless anything else has been recorded."""
        days = await asyncio.to_thread(self._packaged)
        contents = [_content_of(day) for day in days]
        known = [epoch.content for epoch in self._timeline.epochs]
        if len(known) >= len(contents) or known != contents[: len(known)]:
            return
        missing = days[len(known) :]
        job = DiffJob(
            before=await self._last_catalog(),
            seeds=[tuple(day.seeds.values()) for day in missing],
            last_reported=await self._store.last_reported(),
            featured=self._featured,
        )
        for day, diff in zip(missing, await self._run_in_worker(diff_epochs, job), strict=True):
            if not await self._append(diff, at=_start_of(day.day)):
                break  # another process records the same

    async def _record(self, served: Edition) -> None:
        for _ in range(MOST_ATTEMPTS):
            job = DiffJob(
                before=await self._last_catalog(),
                served=self._stored_edition(served) or tuple(map(Seed, served.build.feeds.values())),
                last_reported=await self._store.last_reported(),
                featured=self._featured,
            )
            [diff] = await self._run_in_worker(diff_epochs, job)
            if await self._append(diff, at=self._clock()):
                return
            last = self._timeline.last
            if last is not None and last.content == served.content:
                return
        raise StorageError("The history is being written to by too many processes. Try again in a moment.")

    async def _append(self, diff: EpochDiff, *, at: datetime) -> bool:
        """Record a diff as the next epoch; False where another process was faster, whose epoch is loaded instead."""
        last = self._timeline.last
        epoch = Epoch(
            number=last.number + 1 if last else 1,
            began_at=max(at, last.began_at) if last else at,
            digest=diff.digest,
            offers=diff.offers,
            feeds=diff.feeds,
        )
        is_appended = await self._store.append(
            Addition(epoch=epoch, texts=diff.texts, changes=diff.changes, last_reported=diff.last_reported)
        )
        await self._catch_up()
        return is_appended

    async def _last_catalog(self) -> StoredEdition | tuple[Seed, ...] | None:
        last = self._timeline.last
        if last is None:
            return None
        lacks = {it.ref.name: it.lacks for it in last.feeds if it.lacks}
        return self._stored((it.ref for it in last.feeds), lacks) or await self._seeds(last)

    def _stored_edition(self, served: Edition) -> StoredEdition | None:
        return self._stored(served.feed_refs, {})

    def _stored(self, feeds: Iterable[FeedRef], lacks: Mapping[str, tuple[str, ...]]) -> StoredEdition | None:
        key = key_of(feeds, self._featured)
        if self._editions is None or not self._editions.holds(key):
            return None
        return StoredEdition(store=self._editions, key=key, lacks=lacks)

    async def _seeds(self, epoch: Epoch) -> tuple[Seed, ...]:
        seeds = []
        for version in epoch.feeds:
            ref = version.ref
            text = await self._store.content(ref.name, ref.sha256)
            if hashlib.sha256(text).hexdigest() != ref.sha256:
                raise StorageError(f"The history's feed of {ref.name} of {ref.date} is damaged.")
            # A build would compress unpacked content at a high level; this is only needed for a moment.
            data = await asyncio.to_thread(gzip.compress, text, compresslevel=1)
            seeds.append(Seed(Feed(ref=ref, data=data, size=len(text)), version.lacks))
        return tuple(seeds)


def _content_of(day: PackagedDay) -> Content:
    return frozenset((name, seed.feed.ref.sha256) for name, seed in day.seeds.items())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
