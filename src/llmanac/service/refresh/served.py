"""Opens the feeds to serve: those of the newest accepted snapshot that is whole, or the bundled ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.refresh.records import AcceptedFeed, Snapshot
from llmanac.service.refresh.store import RefreshStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledFeeds:
    """The feeds that are there without a database: local files, and for the other sources the embedded snapshot."""

    feeds: Mapping[str, Feed]
    in_use: frozenset[str] | None = None
    """The sources that the operator enabled: feeds accepted of others are no longer served. None for all."""
    pinned: frozenset[str] = frozenset()
    """The sources whose files the operator named: a start serves them, whatever was accepted before."""

    @property
    def once_started(self) -> BundledFeeds:
        """These feeds with none pinned: after the start, what a refresh accepts of a file is served as well."""
        return BundledFeeds(feeds=self.feeds, in_use=self.in_use)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """A feed that is served."""

    feed: Feed
    upstream_sha256: str
    """The SHA-256 of the content as the source sent it: differs where entries are quarantined."""

    @property
    def accepted(self) -> AcceptedFeed:
        """The feed as a snapshot records it."""
        return AcceptedFeed(ref=self.feed.ref, upstream_sha256=self.upstream_sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeeds:
    """All feeds that are served, by name."""

    feeds: Mapping[str, ServedFeed]
    snapshot: Snapshot | None
    """The snapshot that they are from; None where the bundled feeds are served."""
    overlays: Feed | None = None
    """The organisation's rules in force; no snapshot has them."""

    @property
    def by_name(self) -> Mapping[str, Feed]:
        """Every feed that an edition is built of, by its name."""
        own = {} if self.overlays is None else {self.overlays.name: self.overlays}
        return {**{name: it.feed for name, it in self.feeds.items()}, **own}

    @property
    def number(self) -> int:
        """The number of the snapshot; 0 for the bundled feeds."""
        return self.snapshot.number if self.snapshot else 0


async def open_served(store: RefreshStore, bundled: BundledFeeds, *, overlays: Feed | None = None) -> ServedFeeds:
    """The feeds to serve: those of the newest snapshot that is whole, except where the bundled one is newer.

    ``overlays`` has the rules in force.
    """
    own = serve_bundled(bundled).feeds
    for snapshot in await store.latest():
        kept = [await _open(store, accepted) for accepted in snapshot.feeds]
        whole = [feed for feed in kept if feed is not None]
        if len(whole) == len(kept):
            newer = {it.feed.name: it for it in whole if _is_preferred(it.feed, bundled)}
            return ServedFeeds(feeds={**own, **newer}, snapshot=snapshot, overlays=overlays)
        logger.warning("Snapshot %d is damaged in the database, and was skipped.", snapshot.number)
    return ServedFeeds(feeds=own, snapshot=None, overlays=overlays)


def serve_bundled(bundled: BundledFeeds, *, overlays: Feed | None = None) -> ServedFeeds:
    """The feeds to serve where nothing has been accepted yet."""
    feeds = {name: ServedFeed(feed=feed, upstream_sha256=feed.ref.sha256) for name, feed in bundled.feeds.items()}
    return ServedFeeds(feeds=feeds, snapshot=None, overlays=overlays)


def _is_preferred(feed: Feed, bundled: BundledFeeds) -> bool:
    if bundled.in_use is not None and feed.name not in bundled.in_use:
        return False
    own = bundled.feeds.get(feed.name)
    return own is None or (feed.name not in bundled.pinned and feed.ref.day >= own.ref.day)


async def _open(store: RefreshStore, accepted: AcceptedFeed) -> ServedFeed | None:
    """A feed of a snapshot, unless its content is missing or damaged."""
    ref = accepted.ref
    data = await store.content(ref.sha256)
    if data is None:
        return None
    try:
        sha256, size = await asyncio.to_thread(fingerprint, data)
    except InvalidSource:
        return None
    feed = Feed(ref=ref, data=data, size=size)
    return ServedFeed(feed=feed, upstream_sha256=accepted.upstream_sha256) if sha256 == ref.sha256 else None


def edition_spec_of(served: ServedFeeds, featured: FeaturedChoices) -> EditionSpec:
    """The spec of the edition to serve."""
    return EditionSpec(feeds=served.by_name, featured=featured)
