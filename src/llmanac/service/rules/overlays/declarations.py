"""The overlays that are declared in an installation, and the feed of those of their rules that hold now."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from llmanac.clock import Clock
from llmanac.errors import InvalidParameters
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.documents import read_overlay
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of, in_order
from llmanac.rules.validity import next_change
from llmanac.service.rules.resources.followed_files import FollowedFiles
from llmanac.service.rules.resources.resource import Resource, ResourceKind
from llmanac.service.rules.resources.store import ResourceStore

logger = logging.getLogger(__name__)


class OverlayDeclarations:
    """Every overlay, from the store and from the files that are followed. Used from one event loop."""

    def __init__(
        self, store: ResourceStore | None, *, clock: Clock, files: FollowedFiles[Overlay] | None = None
    ) -> None:
        """Without a ``store``, the files declare all."""
        self._store = store
        self._clock = clock
        self._files = files
        self._changes: int | None = None
        self._stored: Mapping[str, DeclaredOverlay] = {}
        self._declared: tuple[DeclaredOverlay, ...] = ()
        self._feed: Feed | None = None
        self._changes_at: datetime | None = None
        self.unreadable: Mapping[str, str] = {}
        """The reason that an overlay of the store cannot be read, by its name; nothing of it is in force."""

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
        return tuple(name for name in self._stored if name in self.in_files)

    @property
    def in_files(self) -> Mapping[str, str]:
        """The file of each overlay that a file declares, by name."""
        return {it.document.name: it.file for it in self._files.documents} if self._files else {}

    @property
    def trouble(self) -> str | None:
        """The reason that the files cannot be read as they are now, so that an earlier reading holds; else None."""
        return self._files.trouble if self._files else None

    async def open(self) -> None:
        """Read everything for the first time. Raises ConfigurationError for files, and StorageError."""
        if self._files is not None:
            await asyncio.to_thread(self._files.open)
        await self._read_store()
        self._combine()

    async def look(self) -> bool:
        """Read what has changed, and mind the time; True if other rules are in force than before.

        Raises StorageError.
        """
        has_changed = await self._read_store()
        if self._files is not None:
            has_changed |= await asyncio.to_thread(self._files.look)
        before = self._feed
        if has_changed or (self._changes_at is not None and self._changes_at <= self._clock()):
            self._combine()
        return self._feed is not before

    async def _read_store(self) -> bool:
        """Read the store, if anything in it has changed, and return whether it had."""
        if self._store is None:
            return False
        changes = await self._store.changes()
        if changes == self._changes:
            return False
        # Read after the number: a change in between is read now, and again next time.
        resources = await self._store.all(ResourceKind.OVERLAY)
        unreadable: dict[str, str] = {}
        self._stored = dict(_read(resources, unreadable))
        self.unreadable = unreadable
        self._changes = changes
        return True

    def _combine(self) -> None:
        of_files = {
            it.document.name: DeclaredOverlay(
                overlay=it.document, author=it.file, written_at=it.written_at, file=it.file
            )
            for it in (self._files.documents if self._files else ())
        }
        self._declared = tuple(in_order({**self._stored, **of_files}.values()))
        now = self._clock()
        self._changes_at = next_change((it.overlay for it in self._declared), now)
        feed = feed_of(self._declared, now)
        if feed is None or self._feed is None or feed.ref != self._feed.ref:
            self._feed = feed


def _read(resources: Sequence[Resource], unreadable: dict[str, str]) -> Iterator[tuple[str, DeclaredOverlay]]:
    """The overlays of resources; of those that cannot be read, the reason is put into ``unreadable``."""
    for it in resources:
        try:
            overlay = read_overlay(json.loads(it.content))
        except InvalidParameters as error:
            unreadable[it.name] = error.detail
            logger.error("The overlay %s cannot be read, and nothing of it is in force: %s", it.name, error.detail)  # noqa: TRY400 -- a traceback would add nothing
            continue
        yield it.name, DeclaredOverlay(overlay=overlay, author=it.updated_by, written_at=it.updated_at)
