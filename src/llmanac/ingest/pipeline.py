"""The ingest pipeline: decodes feeds and folds their layers into CatalogData."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import FIGURES
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.records import Source
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import GZIP_MAGIC, pack
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.figure_history import FigureHistory
from llmanac.ingest.decode.sources import SOURCES, ModelKey, SourceFormat
from llmanac.ingest.layer import NOTHING_DECODED, Layer, Reject
from llmanac.ingest.merge.build import Build, SourceReport, without_collection
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.ingest.merge.digest import digest_of
from llmanac.ingest.merge.featured import choose
from llmanac.ingest.merge.litellm_offers import LiteLLMOffers, litellm_providers
from llmanac.ingest.merge.merge import merge

STRAY = "fits no host: the id should begin with the prefix of its litellm_provider and a slash"


def build(
    feeds: Iterable[Feed],
    *,
    featured: FeaturedChoices = NO_CHOICES,
    decoded: Mapping[str, Layer] = NOTHING_DECODED,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> Build:
    """Decode the feeds, one of each source, and fold them. Raises InvalidSource for a feed that cannot be used.

    The history of figures may be among the feeds: of what it knows, all up to the days of the others counts.
    ``decoded`` are the layers of feeds that have been decoded already, by source.
    """
    by_name = {feed.name: feed for feed in feeds}
    required = [name for name, source in sources.items() if source.required]
    missing = [name for name in required if name not in by_name]
    if missing:
        raise InvalidSource(f"no feed of {' and '.join(missing)} was given; a catalog needs {' and '.join(required)}.")
    with without_collection():
        layers = {
            name: decoded.get(name) or by_name[name].read(sources=sources).layer for name in sources if name in by_name
        }
        return _join(by_name, layers, featured, sources=sources)


def _join(
    feeds: Mapping[str, Feed],
    layers: Mapping[str, Layer],
    featured: FeaturedChoices,
    *,
    sources: Mapping[str, SourceFormat],
) -> Build:
    figures = {}
    if FIGURES in feeds:
        known = FigureHistory.read(feeds[FIGURES])
        figures = {name: known.until(feeds[name].ref) for name in known.sources if name in layers}
    days = days_of(feeds, sources)
    merged = merge(layers.values(), sources, today=days.today, figures=figures)
    chosen = choose(merged.offers, merged.models, today=days.today, latest=days.latest, choices=featured)
    reports = tuple(
        _report(feeds[name], layer, source=sources[name], strays=merged.litellm.strays)
        for name, layer in layers.items()
    )
    listings = merged.litellm.listed
    catalog = CatalogData(
        offers=merged.offers,
        providers=merged.providers,
        models=merged.models,
        featured=chosen,
        sources=tuple(report.source for report in reports),
        digest=digest_of(
            merged.offers,
            merged.providers.values(),
            chosen,
            models=merged.models.values(),
            litellm=listings,
        ),
        litellm_offers=LiteLLMOffers(listings, merged.models),
        litellm_providers=litellm_providers(listings, merged.providers),
        litellm_aliases=merged.litellm.aliases,
        stray_ids=merged.litellm.strays,
    )
    packed = {name: _packed(feed) for name, feed in feeds.items()}
    return Build(
        catalog=catalog,
        reports=reports,
        claims=merged.claims,
        conflicts=merged.conflicts,
        rows=merged.rows,
        litellm=listings,
        hostless_layers={name: layer for name, layer in layers.items() if not layer.providers},
        feeds=packed,
    )


class CatalogDays(NamedTuple):
    """The days of a catalog."""

    today: date
    """The day from which ages are counted: that of the first source that every catalog has."""
    latest: date
    """The day of the newest feed: what has ended by then is over."""


def days_of(feeds: Mapping[str, Feed], sources: Mapping[str, SourceFormat] = SOURCES) -> CatalogDays:
    """The days of the catalog that is built from these feeds; the organisation's own have no say in them."""
    today = feeds[next(name for name, source in sources.items() if source.required and name in feeds)].ref.day
    return CatalogDays(today, max(feed.ref.day for name, feed in feeds.items() if name != OVERLAYS))


def _report(feed: Feed, layer: Layer, *, source: SourceFormat, strays: Sequence[str]) -> SourceReport:
    """The outcome of decoding a feed; ids of LiteLLM's that fit no host count as rejected."""
    rejects = layer.rejects
    if source.model_key is ModelKey.LITELLM_ID:
        rejects += tuple(Reject(id_, STRAY) for id_ in strays)
    counted = Source(ref=feed.ref, records=layer.size, rejects=len(rejects), licence=source.licence)
    return SourceReport(source=counted, rejects=rejects, unknown_keys=layer.unknown_keys)


def _packed(feed: Feed) -> Feed:
    return feed if feed.data.startswith(GZIP_MAGIC) else replace(feed, data=pack(feed.data))
