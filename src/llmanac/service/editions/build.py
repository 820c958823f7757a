"""Builds editions in a worker process.

It imports little, since each job starts a new worker process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from llmanac.errors import StorageError
from llmanac.ingest.decode.sources import SOURCES, SourceFormat
from llmanac.ingest.layer import NOTHING_DECODED, Layer
from llmanac.ingest.merge.build import without_collection
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.relaying import relay
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.editions.store import EditionStore


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltEdition:
    """The result of building an edition, as the worker process returns it."""

    key: str
    buffers: Mapping[str, bytes] | None = field(default=None, repr=False)
    """The whole edition, where the store could not keep it; else None."""
    trouble: str = ""
    """The reason that the store could not keep it; else empty."""


def build_edition(
    spec: EditionSpec,
    *,
    store: EditionStore,
    like: str | None = None,
    decoded: Mapping[str, Layer] = NOTHING_DECODED,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> BuiltEdition:
    """Build an edition and keep it in the store. Raises InvalidSource where a feed cannot be used.

    ``like`` is the key of a kept edition that may have the same feeds but for the organisation's rules. ``decoded`` are
    the layers of those feeds that have been decoded already, by name.
    """
    with without_collection():  # once for all steps: one between them would go through all that those before have made
        base = store.open(like) if like is not None else None
        built = relay(base, spec.feeds, featured=spec.featured) if base is not None else None
        if built is None:
            base = None
            built = build_overlaid(spec.feeds.values(), featured=spec.featured, decoded=decoded, sources=sources)
        edition = built.edition(base=base, sources=sources)
    try:
        store.keep(spec.key, edition)
    except StorageError as error:
        buffers = {name: bytes(buffer) for name, buffer in edition.pack().items()}
        return BuiltEdition(key=spec.key, buffers=buffers, trouble=error.detail)
    return BuiltEdition(key=spec.key)
