"""The feeds that are there without a database: local files, and the embedded snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.packaged.snapshot import embedded_feeds

NO_FILES: Mapping[str, Path] = MappingProxyType({})


def open_sources(files: Mapping[str, Path] = NO_FILES, *, largest: int = MAX_SIZE) -> tuple[Feed, ...]:
    """The given local files as feeds, by source (at most ``largest`` bytes each); the embedded feed for every other.

    Raises InvalidSource for a file that cannot be read.
    """
    given = {name: read_feed(name, path, largest=largest) for name, path in files.items()}
    if all(name in given for name, source in SOURCES.items() if source.required):
        return tuple(given.values())
    embedded = {feed.name: feed for feed in embedded_feeds()}
    return tuple({**embedded, **given}.values())
