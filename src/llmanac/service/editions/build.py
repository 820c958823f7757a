"""Building editions: in a worker process for a server, and at once for whoever only reads.

It imports little: a worker process begins anew with each edition.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmanac.errors import InvalidSource, StorageError
from llmanac.ingest import pipeline
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.decode.sources import Feed
from llmanac.ingest.layer import Layer
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec, Ingredient, key_of
from llmanac.service.editions.store import EditionStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltEdition:
    """An edition that was made, as the process that made it tells of it."""

    key: str
    buffers: Mapping[str, bytes] | None = field(default=None, repr=False)
    """All of it, where the store could not keep it."""
    trouble: str = ""
    """Why it could not."""


def build_edition(
    spec: EditionSpec, *, store: EditionStore, decoded: Mapping[str, Layer[Any]] = pipeline.NOTHING_DECODED
) -> BuiltEdition:
    """Build an edition and have it kept. Raises InvalidSource where a feed is unusable, or not the expected one.

    ``decoded`` are the layers of those feeds that have been decoded already, by name.
    """
    build = pipeline.build(spec.feeds.values(), featured=spec.featured, decoded=decoded)
    sources = build.catalog.sources
    for source in sources:
        if spec.expected.get(source.name, source.sha256) != source.sha256:
            raise InvalidSource(f"{source.name}: the stored content is damaged; its SHA-256 is not the one recorded.")
    edition = Edition.of(build)
    key = key_of((Ingredient(it.name, it.origin, it.date, it.sha256) for it in sources), spec.featured)
    try:
        store.keep(key, edition)
    except StorageError as error:
        buffers = {name: bytes(buffer) for name, buffer in edition.pack().items()}
        return BuiltEdition(key=key, buffers=buffers, trouble=error.detail)
    return BuiltEdition(key=key)


def spec_of(feeds: Iterable[Feed], featured: Choices = NO_CHOICES) -> EditionSpec:
    """The build spec of feeds, one of each name, whose contents are taken as they are."""
    by_name = {feed.name: feed for feed in feeds}
    expected = {name: fingerprint(feed.data)[0] for name, feed in by_name.items()}
    return EditionSpec(feeds=by_name, expected=expected, featured=featured)


def open_or_build(spec: EditionSpec, store: EditionStore) -> Edition:
    """The edition that the store keeps, else one that is built in this process, and kept where that is possible.

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
    # From here on as any later start: mapped pages are shared, and the records are loaded only when needed.
    return store.open(spec.key) or edition
