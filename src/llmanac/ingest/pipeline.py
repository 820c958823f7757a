"""From feeds to CatalogData: the composition of everything in this package."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Source
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import GZIP_MAGIC, MAX_SIZE, pack
from llmanac.ingest.decode import litellm, modelsdev, modelsdev_labs
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.litellm import LiteLLMRow
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.layer import Layer, Reject
from llmanac.ingest.merge.digest import digest_of
from llmanac.ingest.merge.featured import NO_CHOICES, Choices, choose
from llmanac.ingest.merge.litellm_routes import rows_by_id
from llmanac.ingest.merge.merge import merge
from llmanac.ingest.packaged.snapshot import embedded_feeds

REQUIRED = (modelsdev.SOURCE, litellm.SOURCE)
NOTHING_DECODED: Mapping[str, Layer[Any]] = MappingProxyType({})


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
    rows: Mapping[str, LiteLLMRow]
    """LiteLLM's own row for an offer, by offer id; offers that LiteLLM does not know have none."""
    feeds: Mapping[str, Feed]
    """The feeds as they came, as gzip: for formats that give back every field of the original."""


def open_sources(
    *, models_dev: Path | None = None, litellm: Path | None = None, largest: int = MAX_SIZE
) -> tuple[Feed, ...]:
    """The feeds of local files, each of so many bytes at most, and the embedded ones in place of others."""
    given = {
        name: read_feed(name, path, largest=largest)
        for name, path in ((modelsdev.SOURCE, models_dev), ("litellm", litellm))
        if path is not None
    }
    return (
        tuple(given.values())
        if len(given) == len(REQUIRED)
        else tuple(given.get(feed.name, feed) for feed in embedded_feeds())
    )


def build(
    feeds: Iterable[Feed], *, featured: Choices = NO_CHOICES, decoded: Mapping[str, Layer[Any]] = NOTHING_DECODED
) -> Build:
    """Decode the feeds, one of each name, and join them. Raises InvalidSource for a feed that cannot be used.

    ``decoded`` are the layers of those that have been decoded already, by name.
    """
    by_name = {feed.name: feed for feed in feeds}
    missing = [name for name in REQUIRED if name not in by_name]
    if missing:
        raise InvalidSource(f"no feed of {' and '.join(missing)} was given; a catalog needs {' and '.join(REQUIRED)}.")
    with without_collection():
        layers = {name: decoded.get(name) or by_name[name].decode() for name in SOURCES if name in by_name}
        return _join(by_name, layers, featured)


def _join(feeds: Mapping[str, Feed], layers: Mapping[str, Layer[Any]], featured: Choices) -> Build:
    labs = layers.get(modelsdev_labs.SOURCE)
    merged = merge(
        layers[modelsdev.SOURCE].records,
        rows=rows_by_id(layers[litellm.SOURCE].records),
        facts=labs.records if labs else (),
    )
    chosen = choose(merged.offers, merged.models, today=feeds[modelsdev.SOURCE].ref.day, choices=featured)
    reports = tuple(_report(feeds[name], layer) for name, layer in layers.items())
    catalog = CatalogData(
        offers=merged.offers,
        providers=merged.providers,
        models=merged.models,
        featured=chosen,
        sources=tuple(report.source for report in reports),
        digest=digest_of(merged.offers, merged.providers.values(), chosen),
    )
    packed = {name: _packed(feed) for name, feed in feeds.items()}
    return Build(catalog=catalog, reports=reports, rows=merged.rows, feeds=packed)


def _report(feed: Feed, layer: Layer[Any]) -> SourceReport:
    source = Source(
        ref=feed.ref,
        records=layer.size,
        rejects=len(layer.rejects),
        licence=SOURCES[feed.name].licence,
    )
    return SourceReport(source=source, rejects=layer.rejects, unknown_keys=layer.unknown_keys)


def _packed(feed: Feed) -> Feed:
    return feed if feed.data.startswith(GZIP_MAGIC) else replace(feed, data=pack(feed.data))


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
