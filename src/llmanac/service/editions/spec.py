"""Edition specs: what an edition is built from, and its key. Equal specs build equal editions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from llmanac.domain.feed import FeedRef
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices


def key_of(feeds: Iterable[FeedRef], featured: FeaturedChoices) -> str:
    """The key of the edition that is built from these feeds, in 32 hexadecimal digits."""
    built_from = sorted((it.name, it.origin, it.date, it.sha256) for it in feeds)
    return hashlib.sha256(repr((built_from, featured)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSpec:
    """The feeds and the featured models that an edition is built from."""

    feeds: Mapping[str, Feed]
    featured: FeaturedChoices = NO_CHOICES

    @property
    def key(self) -> str:
        """The key of the edition."""
        return key_of((feed.ref for feed in self.feeds.values()), self.featured)


def spec_of(feeds: Iterable[Feed], featured: FeaturedChoices = NO_CHOICES) -> EditionSpec:
    """The build spec of feeds, one of each name."""
    return EditionSpec(feeds={feed.name: feed for feed in feeds}, featured=featured)
