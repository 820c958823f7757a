"""Keeps the Reader up to date with the store: whichever process accepted a snapshot, all serve it soon."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from llmanac.clock import Clock
from llmanac.domain.own_facts import OVERLAYS
from llmanac.errors import LlmanacError
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.release import release
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec, key_of
from llmanac.service.refresh.freshness import Freshness, freshness_of
from llmanac.service.refresh.records import Snapshot, SourceState
from llmanac.service.refresh.served import BundledFeeds, ServedFeeds, edition_spec_of, open_served
from llmanac.service.refresh.store import RefreshStore

MOST_ATTEMPTS = 3
"""Attempts to open a snapshot that another process accepted; some may fail while the machine is busy."""

logger = logging.getLogger(__name__)


class Publisher:
    """Publishes editions to the Reader, and tracks their freshness."""

    def __init__(
        self,
        reader: Reader,
        store: RefreshStore,
        *,
        served: ServedFeeds,
        bundled: BundledFeeds,
        clock: Clock,
        stale_after: timedelta,
        editions: EditionRepository,
        featured: FeaturedChoices = NO_CHOICES,
        overlays: Callable[[], Feed | None] = lambda: None,
    ) -> None:
        """``served`` are the feeds of the Reader's edition; ``overlays`` gives the organisation's rules in force."""
        self._reader = reader
        self._store = store
        self._bundled = bundled.once_started
        self._clock = clock
        self._stale_after = stale_after
        self._editions = editions
        self._featured = featured
        self._overlays = overlays
        self._laid_over_at: datetime | None = None
        self._overlay_attempts = Counter[str]()
        self._snapshot = served.snapshot
        self._number = served.number
        self._attempted = self._attempts = 0
        self._settled = 0
        self._states: Mapping[str, SourceState] = {}
        self._freshness = self._current_freshness()

    @property
    def freshness(self) -> Freshness:
        """The freshness of the Reader's edition; the same object until something changes."""
        return self._freshness

    def publish(self, snapshot: Snapshot, edition: Edition) -> None:
        """Replace the Reader's edition, and release the one before."""
        self._snapshot, self._number = snapshot, snapshot.number
        self._laid_over_at = None
        self._replace(edition)

    async def lay_over(self) -> None:
        """Serve the catalog with the rules that are in force now, if it is served with others.

        It needs no store: an edition has all feeds that it was built of.
        """
        rules, before = self._overlays(), self._reader.edition
        wanted = rules.ref.sha256 if rules else ""
        if wanted == _rules_of(before) or self._overlay_attempts[wanted] >= MOST_ATTEMPTS:
            return
        self._overlay_attempts[wanted] += 1
        feeds = {name: feed for name, feed in before.feeds.items() if name != OVERLAYS}
        spec = EditionSpec(feeds=feeds if rules is None else {**feeds, OVERLAYS: rules}, featured=self._featured)
        try:
            edition = await self._editions.open(spec, like=key_of(before.feed_refs, self._featured))
        except LlmanacError as error:
            is_last = self._overlay_attempts[wanted] == MOST_ATTEMPTS
            then = "are given up until they change" if is_last else "will be retried"
            logger.error("The overlays cannot be laid over the catalog, and %s: %s", then, error.detail)  # noqa: TRY400 -- a traceback would add nothing
            return
        self._overlay_attempts.clear()
        # Another snapshot may have been published meanwhile; the next call lays the rules over that one.
        if self._reader.edition is before:
            self._laid_over_at = self._clock()
            self._replace(edition)

    def _replace(self, edition: Edition) -> None:
        before = self._reader.edition
        self._reader.publish(edition)
        self._freshness = self._current_freshness()
        if before is not edition:
            release(before)

    async def catch_up(self) -> None:
        """Serve the newest snapshot, and reload the states of the sources. Raises StorageError."""
        number = await self._store.newest_number()
        if number > max(self._number, self._settled):
            await self._catch_up_with(number)
        self._states = await self._store.states()
        freshness = self._current_freshness()
        if freshness != self._freshness:
            self._freshness = freshness

    async def _catch_up_with(self, number: int) -> None:
        served = await open_served(self._store, self._bundled, overlays=self._overlays())
        spec = edition_spec_of(served, self._featured)
        self._count_attempt(number)
        try:
            edition = await self._editions.open(spec)
        except LlmanacError as error:
            then = "is given up" if self._settled == number else "will be retried"
            logger.error("Snapshot %d cannot be served and %s: %s", number, then, error.detail)  # noqa: TRY400 -- a traceback would add nothing
            return
        self._settled = number
        # This process may have published a newer one meanwhile.
        if served.snapshot is not None and served.snapshot.number > self._number:
            self.publish(served.snapshot, edition)

    def _count_attempt(self, number: int) -> None:
        """Count an attempt to open a snapshot. The last one settles it, whether it succeeds or not."""
        self._attempts = self._attempts + 1 if number == self._attempted else 1
        self._attempted = number
        if self._attempts >= MOST_ATTEMPTS:
            self._settled = number

    def _current_freshness(self) -> Freshness:
        return freshness_of(
            self._reader.edition,
            accepted_at=self._laid_over_at or (self._snapshot.accepted_at if self._snapshot else None),
            states=self._states,
            now=self._clock(),
            stale_after=self._stale_after,
        )


def _rules_of(edition: Edition) -> str:
    """The SHA-256 of the rules that an edition was built with; empty where there were none."""
    return next((ref.sha256 for ref in edition.feed_refs if ref.name == OVERLAYS), "")
