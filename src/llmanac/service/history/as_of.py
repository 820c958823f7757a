"""Editions of the past: the catalog as it was at the end of a day, made when asked for, and kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import UTC, date, timedelta

from llmanac.clock import Clock
from llmanac.errors import InvalidRequest
from llmanac.history.timeline import Epoch
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.release import release
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec, key_of
from llmanac.service.history.recorder import HistoryRecorder

KEPT = 2
"""Editions that are at hand; the store may keep more."""

AHEAD = timedelta(days=1)
"""How far the calendar of whoever asks may be ahead of UTC's."""


class PastEditions:
    """Gives editions by day. One event loop uses it."""

    def __init__(
        self,
        history: HistoryRecorder,
        reader: Reader,
        *,
        editions: EditionRepository,
        clock: Clock,
        featured: Choices = NO_CHOICES,
    ) -> None:
        self._history = history
        self._reader = reader
        self._editions = editions
        self._clock = clock
        self._featured = featured
        self._kept: OrderedDict[int, Edition] = OrderedDict()
        self._turn = asyncio.Lock()

    def ready(self, day: date | None) -> Edition | None:
        """The edition of a day (of now, where none is given), if it takes no work; None if it does.

        Raises NotFound for a day before the history, and InvalidRequest for one that is yet to come.
        """
        current = self._reader.edition
        if day is None or not is_over(day, clock=self._clock):
            return current
        epoch = self._history.timeline.at(day)
        if epoch.content == current.content:
            return current
        edition = self._kept.get(epoch.number)
        if edition is not None:
            self._kept.move_to_end(epoch.number)
        return edition

    async def edition(self, day: date | None) -> Edition:
        """The edition of a day; a second's work where it is not kept. Raises as ``ready`` does, and StorageError."""
        if day is None:
            return self._reader.edition
        await self._history.ready()
        if edition := self.ready(day):
            return edition
        async with self._turn:  # who waited may find it made
            return self.ready(day) or await self._make(self._history.timeline.at(day))

    async def _make(self, epoch: Epoch) -> Edition:
        edition = await self._editions.kept(key_of((it.ref for it in epoch.feeds), self._featured))
        if edition is None:
            feeds = await self._history.feeds(epoch)
            spec = EditionSpec(feeds={feed.name: feed for feed in feeds}, featured=self._featured)
            edition = await self._editions.make(spec)
        self._kept[epoch.number] = edition
        while len(self._kept) > KEPT:
            _, oldest = self._kept.popitem(last=False)
            release(oldest)
        return edition


def is_over(day: date, *, clock: Clock) -> bool:
    """Whether a day has ended, in UTC. Raises InvalidRequest for one that is yet to come."""
    today = clock().astimezone(UTC).date()
    if day > today + AHEAD:
        raise InvalidRequest(f"{day} is yet to come: nothing is known of it. Today is {today}.")
    return day < today
