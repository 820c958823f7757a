"""Editions of past days: opened or built on demand, the last few kept open."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import UTC, date, timedelta

from llmanac.clock import Clock
from llmanac.errors import InvalidRequest
from llmanac.history.timeline import Epoch
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.release import release
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec, key_of
from llmanac.service.history.recorder import HistoryRecorder

MAX_OPEN = 2
"""Editions that stay open; the store may keep more files."""

AHEAD = timedelta(days=1)
"""The most that a client's calendar may be ahead of UTC."""


class PastEditions:
    """The catalog's editions by day. Used from one event loop."""

    def __init__(
        self,
        history: HistoryRecorder,
        reader: Reader,
        *,
        editions: EditionRepository,
        clock: Clock,
        featured: FeaturedChoices = NO_CHOICES,
    ) -> None:
        self._history = history
        self._reader = reader
        self._editions = editions
        self._clock = clock
        self._featured = featured
        self._opened: OrderedDict[int, Edition] = OrderedDict()
        self._lock = asyncio.Lock()

    def ready(self, day: date | None) -> Edition | None:
        """The edition of a day, or of now for None, if it is open; None if it must be opened or built first.

        Raises NotFound for a day before the history, and InvalidRequest for one that is yet to come.
        """
        current = self._reader.edition
        if day is None or not is_over(day, clock=self._clock):
            return current
        epoch = self._history.timeline.at(day)
        if epoch.content == current.content:
            return current
        edition = self._opened.get(epoch.number)
        if edition is not None:
            self._opened.move_to_end(epoch.number)
        return edition

    async def edition(self, day: date | None) -> Edition:
        """The edition of a day; building one takes about a second. Raises as ``ready`` does, and StorageError."""
        if day is None:
            return self._reader.edition
        await self._history.ready()
        if edition := self.ready(day):
            return edition
        async with self._lock:  # another waiter may have opened it
            return self.ready(day) or await self._open(self._history.timeline.at(day))

    async def _open(self, epoch: Epoch) -> Edition:
        edition = await self._editions.find(key_of((it.ref for it in epoch.feeds), self._featured))
        if edition is None:
            feeds = await self._history.feeds(epoch)
            spec = EditionSpec(feeds={feed.name: feed for feed in feeds}, featured=self._featured)
            edition = await self._editions.build(spec)
        self._opened[epoch.number] = edition
        while len(self._opened) > MAX_OPEN:
            _, oldest = self._opened.popitem(last=False)
            release(oldest)
        return edition


def is_over(day: date, *, clock: Clock) -> bool:
    """Whether a day has ended, in UTC. Raises InvalidRequest for one that is yet to come."""
    today = clock().astimezone(UTC).date()
    if day > today + AHEAD:
        raise InvalidRequest(f"{day} is yet to come: nothing is known of it. Today is {today}.")
    return day < today
