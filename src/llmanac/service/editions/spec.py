"""What an edition is to be made of, and the key that names it: whoever makes one of the same makes the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from llmanac.history.timeline import FeedVersion
from llmanac.ingest.decode.sources import Feed
from llmanac.ingest.merge.featured import NO_CHOICES, Choices


class Ingredient(NamedTuple):
    """One feed, by all of it that an edition shows."""

    name: str
    origin: str
    date: str
    sha256: str
    """Of the content, unpacked."""


def key_of(ingredients: Iterable[Ingredient], featured: Choices) -> str:
    """Names what an edition is made of, in 32 hexadecimal digits."""
    return hashlib.sha256(repr((sorted(map(tuple, ingredients)), featured)).encode()).hexdigest()[:32]


def key_of_past(versions: Iterable[FeedVersion], featured: Choices) -> str:
    """The same for feeds that the history tells of."""
    return key_of((Ingredient(it.source, it.origin, it.date, it.sha256) for it in versions), featured)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSpec:
    """What an edition is to be made of."""

    feeds: Mapping[str, Feed]
    expected: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 that the contents must have, by name."""
    featured: Choices = NO_CHOICES

    @property
    def key(self) -> str:
        """Of the edition; the SHA-256 of every content must be known."""
        return key_of(
            (Ingredient(name, it.origin, it.date, self.expected[name]) for name, it in self.feeds.items()),
            self.featured,
        )
