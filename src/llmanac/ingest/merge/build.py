"""A build: the catalog that feeds give, with what became of each of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Source
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.layer import ModelClaims, Reject, SourceClaims


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one feed."""

    source: Source
    rejects: tuple[Reject, ...]
    unknown_keys: Mapping[str, int]
    """Dotted path of each key that the decoder does not know, and how often it was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """CatalogData, and what it was made from."""

    catalog: CatalogData
    reports: tuple[SourceReport, ...]
    claims: Mapping[str, tuple[SourceClaims, ...]]
    """Who claims what of an offer, by offer id; in the order of the sources."""
    rows: Mapping[str, ModelClaims]
    """LiteLLM's own claims of an offer, by offer id; offers that LiteLLM does not know have none."""
    feeds: Mapping[str, Feed]
    """The feeds as they came, as gzip: for formats that give back every field of the original."""


@contextmanager
def without_collection() -> Iterator[None]:
    """For work that makes a million objects and no cycles: looking for cycles meanwhile would double its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
