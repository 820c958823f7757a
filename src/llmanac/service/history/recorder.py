"""The history of the catalog: what is served is recorded, and what was served on any day is given back.

It begins with the feeds in the package, and goes on with all that was served since. What it keeps are feeds; a past
catalog is made from them as today's is, so whatever this version of the program reads in a feed, it reads in the
past ones too.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from llmanac.clock import Clock
from llmanac.domain.feed import FeedRef
from llmanac.errors import StorageError
from llmanac.history.change import RecordedChange
from llmanac.history.timeline import Content, Epoch, Timeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.ingest.packaged.seeds import PackagedDay, Seed
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import key_of
from llmanac.service.editions.store import EditionStore
from llmanac.service.history.diffs import DiffJob, EpochDiff, StoredEdition, diff_epochs
from llmanac.service.history.store import Addition, HistoryStore, Selection
from llmanac.service.ports import RunInWorker

MOST_ATTEMPTS = 5
"""To record what is served, while other processes record what they serve."""


class HistoryRecorder:
    """Records what is served, and answers about the past. One event loop uses it; processes may share its store."""

    def __init__(
        self,
        store: HistoryStore,
        *,
        packaged: Callable[[], Sequence[PackagedDay]],
        served: Callable[[], Edition],
        run_in_worker: RunInWorker,
        clock: Clock,
        editions: EditionStore | None = None,
        featured: Choices = NO_CHOICES,
        after_recording: Callable[[], None] = lambda: None,
    ) -> None:
        """``packaged`` tells the past that the package knows, as ``ingest.packaged.seeds.packaged_days`` does.

        What is kept among ``editions`` is not made again to be compared. ``after_recording`` is called on a thread
        when there are new epochs: what they took can be given back.
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
        self._given_back: int | None = None
        """How many epochs there were after the last recording."""
        self._followed: Edition | None = None
        self._turn = asyncio.Lock()
        self._beginning: asyncio.Task[None] | None = None

    @property
    def timeline(self) -> Timeline:
        """All epochs that this process knows of."""
        return self._timeline

    async def ready(self) -> None:
        """Return when there is a history up to today; who asks first begins it, and the others wait.

        Raises StorageError, and InvalidSource where the package is damaged. What failed is tried again when it is
        asked for again.
        """
        if self._beginning is None or (self._beginning.done() and self._beginning.exception() is not None):
            self._beginning = asyncio.create_task(self._begin())
        await asyncio.shield(self._beginning)

    async def follow(self) -> None:
        """Record what is served, where that has changed; and take note of what other processes recorded.

        Raises as ``ready`` does.
        """
        await self._follow()
        if self._given_back != len(self._timeline.epochs):
            self._given_back = len(self._timeline.epochs)
            await asyncio.to_thread(self._after_recording)

    async def _follow(self) -> None:
        await self.ready()
        if self._served() is self._followed:
            await self._catch_up()
            return
        async with self._turn:
            known = len(self._timeline.epochs)
            await self._catch_up()
            # Another process may be ahead by now: what it has recorded already is no news.
            recorded = {epoch.content for epoch in self._timeline.epochs[max(known - 1, 0) :]}
            served = self._served()  # once: another edition may be published while this one is recorded
            if served.content not in recorded:
                await self._record(served)
            self._followed = served

    async def close(self) -> None:
        """End a beginning that is under way; the store may go after that, and nothing is asked any more."""
        if self._beginning is not None:
            self._beginning.cancel()
            await asyncio.gather(self._beginning, return_exceptions=True)

    async def feeds(self, epoch: Epoch) -> tuple[Feed, ...]:
        """The feeds of an epoch, as gzip. Raises StorageError, also where they are not what they were."""
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
        async with self._turn:
            await self._catch_up()
            await self._plant()
            served, last = self._served(), self._timeline.last
            if last is None or last.content != served.content:
                await self._record(served)
            self._followed = served

    async def _catch_up(self) -> None:
        known = self._timeline.epochs
        newer = await self._store.epochs(after=len(known))
        if newer and self._timeline.epochs is known:
            self._timeline = Timeline((*known, *newer))

    async def _plant(self) -> None:
        """Record the days that the package knows, where nothing else has been recorded."""
        days = await asyncio.to_thread(self._packaged)
        contents = [_content_of(day) for day in days]
        known = [epoch.content for epoch in self._timeline.epochs]
        if len(known) >= len(contents) or known != contents[: len(known)]:
            return
        missing = days[len(known) :]
        task = DiffJob(
            before=await self._before(),
            seeds=[tuple(day.seeds.values()) for day in missing],
            untold=await self._store.untold(),
            featured=self._featured,
        )
        for day, chapter in zip(missing, await self._run_in_worker(diff_epochs, task), strict=True):
            if not await self._append(chapter, at=_start_of(day.day)):
                break  # another process plants the same

    async def _record(self, served: Edition) -> None:
        for _ in range(MOST_ATTEMPTS):
            task = DiffJob(
                before=await self._before(),
                served=self._as_kept(served) or tuple(map(Seed, served.build.feeds.values())),
                untold=await self._store.untold(),
                featured=self._featured,
            )
            [chapter] = await self._run_in_worker(diff_epochs, task)
            if await self._append(chapter, at=self._clock()):
                return
            last = self._timeline.last
            if last is not None and last.content == served.content:
                return
        raise StorageError("The history is being written to by too many processes. Try again in a moment.")

    async def _append(self, chapter: EpochDiff, *, at: datetime) -> bool:
        """Whether a chapter was recorded; False where another process was quicker, which is now known."""
        last = self._timeline.last
        epoch = Epoch(
            number=last.number + 1 if last else 1,
            began_at=max(at, last.began_at) if last else at,
            digest=chapter.digest,
            offers=chapter.offers,
            feeds=chapter.feeds,
        )
        is_kept = await self._store.append(
            Addition(epoch=epoch, texts=chapter.texts, changes=chapter.changes, untold=chapter.untold)
        )
        await self._catch_up()
        return is_kept

    async def _before(self) -> StoredEdition | tuple[Seed, ...] | None:
        last = self._timeline.last
        if last is None:
            return None
        lacks = {it.ref.name: it.lacks for it in last.feeds if it.lacks}
        return self._kept((it.ref for it in last.feeds), lacks) or await self._seeds(last)

    def _as_kept(self, served: Edition) -> StoredEdition | None:
        return self._kept((it.ref for it in served.sources), {})

    def _kept(self, feeds: Iterable[FeedRef], lacks: Mapping[str, tuple[str, ...]]) -> StoredEdition | None:
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
            # A build packs what comes unpacked, and thoroughly; this is packed for a moment only.
            data = await asyncio.to_thread(gzip.compress, text, compresslevel=1)
            seeds.append(Seed(Feed(ref=ref, data=data, size=len(text)), version.lacks))
        return tuple(seeds)


def _content_of(day: PackagedDay) -> Content:
    return frozenset((name, seed.feed.ref.sha256) for name, seed in day.seeds.items())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
