"""The overlays that are declared in an installation, and the feed of those of their rules that hold now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from llmanac.clock import Clock
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.documents import read_overlay
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of, in_order
from llmanac.rules.validity import next_change
from llmanac.service.rules.resources.declarations import Declarations
from llmanac.service.rules.resources.followed_files import FollowedFiles
from llmanac.service.rules.resources.resource import ResourceKind
from llmanac.service.rules.resources.store import ResourceStore


class OverlayDeclarations:
    """Every overlay, from the store and from the files that are followed. Used from one event loop."""

    def __init__(self, store: ResourceStore, *, clock: Clock, files: FollowedFiles[Overlay] | None = None) -> None:
        self._declarations = Declarations(store, ResourceKind.OVERLAY, read_overlay, files=files)
        self._clock = clock
        self._looking = asyncio.Lock()
        self._declared: tuple[DeclaredOverlay, ...] = ()
        self._feed: Feed | None = None
        self._changes_at: datetime | None = None

    @property
    def feed(self) -> Feed | None:
        """The feed of the rules in force; None where there are none. The same object until other rules are."""
        return self._feed

    @property
    def declared(self) -> tuple[DeclaredOverlay, ...]:
        """Every overlay, from the lowest to the highest; of one name, a file's and not the store's."""
        return self._declared

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of overlays of the store in whose place a file's are."""
        return self._declarations.hidden

    @property
    def in_files(self) -> Mapping[str, str]:
        """The file of each overlay that a file declares, by name."""
        return self._declarations.in_files

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The reason that an overlay of the store cannot be read, by its name; nothing of it is in force."""
        return self._declarations.unreadable

    @property
    def trouble(self) -> str | None:
        """The reason that the files cannot be read as they are now, so that an earlier reading holds; else None."""
        return self._declarations.trouble

    async def open(self) -> None:
        """Read everything for the first time. Raises ConfigurationError for files, and StorageError."""
        await self._declarations.open()
        await self._combine()

    async def look(self) -> bool:
        """Read what has changed, and mind the time; True if other rules are in force than before.

        Raises StorageError.
        """
        async with self._looking:
            before = self._feed
            has_changed = await self._declarations.look()
            if has_changed or (self._changes_at is not None and self._changes_at <= self._clock()):
                await self._combine()
            return self._feed is not before

    async def _combine(self) -> None:
        declared = (
            DeclaredOverlay(overlay=it.document, author=it.author, written_at=it.written_at, file=it.file)
            for it in self._declarations.all.values()
        )
        self._declared = tuple(in_order(declared))
        now = self._clock()
        self._changes_at = next_change((it.overlay for it in self._declared), now)
        # Thousands of rules take longer to write down than a request may wait.
        feed = await asyncio.to_thread(feed_of, self._declared, now)
        if feed is None or self._feed is None or feed.ref != self._feed.ref:
            self._feed = feed
