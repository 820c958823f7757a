"""The feeds that are there without a database: local files, the embedded snapshot, and the history of figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.packaged.seeds import packaged_figures
from llmanac.ingest.packaged.snapshot import embedded_feeds

NO_FILES: Mapping[str, Path] = MappingProxyType({})


def open_sources(files: Mapping[str, Path] = NO_FILES, *, largest: int = MAX_SIZE) -> tuple[Feed, ...]:
    """The given local files as feeds, by source (at most ``largest`` bytes each); the embedded feed for every other.

    The last one is the history of figures. Raises InvalidSource for a file that cannot be read.
    """
    given = {name: read_feed(name, path, largest=largest) for name, path in files.items()}
    if all(name in given for name, source in SOURCES.items() if source.required):
        return (*given.values(), packaged_figures())
    embedded = {feed.name: feed for feed in embedded_feeds()}
    return (*{**embedded, **given}.values(), packaged_figures())
