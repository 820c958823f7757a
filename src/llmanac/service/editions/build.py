"""How the process beside the server makes an edition. It imports little: with each edition it begins anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmanac.errors import InvalidSource, StorageError
from llmanac.ingest import pipeline
from llmanac.ingest.layer import Layer
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.spec import EditionSpec, Ingredient, key_of
from llmanac.service.editions.store import EditionStore


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
