"""Build: a catalog with the claims and feeds that it was built from, and a report on each feed."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Source
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.layer import Layer, LiteLLMListing, ModelClaims, Reject, SourceClaims
from llmanac.ingest.merge.conflicts.conflict import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """The outcome of decoding one feed."""

    source: Source
    rejects: tuple[Reject, ...]
    unknown_keys: Mapping[str, int]
    """Dotted path of each key that the decoder does not know, and how often it was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """CatalogData, with the claims and feeds that it was built from."""

    catalog: CatalogData
    reports: tuple[SourceReport, ...]
    claims: Mapping[str, tuple[SourceClaims, ...]]
    """The claims of each offer, by its id, in the order of the sources."""
    conflicts: Sequence[Conflict]
    """The claims that differ, in the catalog's order."""
    rows: Mapping[str, ModelClaims]
    """LiteLLM's own claims of each offer that it knows, by offer id."""
    litellm: Sequence[LiteLLMListing] = ()
    """LiteLLM's other rows, at their hosts; ``CatalogData.litellm_offers`` are made of them."""
    hostless_layers: Mapping[str, Layer] = field(default_factory=dict)
    """The layers of sources that claim nothing of hosts, by source: the next build may take them as they are."""
    feeds: Mapping[str, Feed]
    """The original feeds as gzip, by source: for formats that return every original field. With the history of figures,
    if there is one."""


@contextmanager
def without_collection() -> Iterator[None]:
    """Disable garbage collection, which would double the time of code that makes a million objects without cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
