"""Builds editions: in a worker process for a server, or in the calling process for a command that only reads.

It imports little, since each job starts a new worker process.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from llmanac.errors import StorageError
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.layer import Layer
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltEdition:
    """The result of building an edition, as the worker process returns it."""

    key: str
    buffers: Mapping[str, bytes] | None = field(default=None, repr=False)
    """The whole edition, where the store could not keep it; else None."""
    trouble: str = ""
    """The reason that the store could not keep it; else empty."""


def build_edition(
    spec: EditionSpec, *, store: EditionStore, decoded: Mapping[str, Layer] = pipeline.NOTHING_DECODED
) -> BuiltEdition:
    """Build an edition and keep it in the store. Raises InvalidSource where a feed cannot be used.

    ``decoded`` are the layers of those feeds that have been decoded already, by name.
    """
    build = pipeline.build(spec.feeds.values(), featured=spec.featured, decoded=decoded)
    edition = Edition.of(build)
    try:
        store.keep(spec.key, edition)
    except StorageError as error:
        buffers = {name: bytes(buffer) for name, buffer in edition.pack().items()}
        return BuiltEdition(key=spec.key, buffers=buffers, trouble=error.detail)
    return BuiltEdition(key=spec.key)


def spec_of(feeds: Iterable[Feed], featured: Choices = NO_CHOICES) -> EditionSpec:
    """The build spec of feeds, one of each name."""
    return EditionSpec(feeds={feed.name: feed for feed in feeds}, featured=featured)


def open_or_build(spec: EditionSpec, store: EditionStore) -> Edition:
    """Open an edition from the store, or build it in this process and keep it there if possible.

    Raises InvalidSource for a feed that cannot be read.
    """
    if kept := store.open(spec.key):
        return kept
    edition = Edition.of(pipeline.build(spec.feeds.values(), featured=spec.featured))
    try:
        store.keep(spec.key, edition)
    except StorageError as error:
        logger.warning("%s The next start will build it again.", error.detail)
        return edition
    # Opened as by any later start: mapped pages are shared, and records are decoded only when needed.
    return store.open(spec.key) or edition
