"""Packs a build into the named buffers of an edition: with its index, tables and encoded entries.

Where an edition of the same feeds is at hand, only what other rules have changed is made anew; the rest is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

import orjson

from llmanac.dialects.dialect import Dialect, QueriedDialect
from llmanac.dialects.table import DIALECTS
from llmanac.domain.catalog import CatalogData
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle
from llmanac.domain.overlaid import NOTHING_OVERLAID, Overlaid
from llmanac.domain.records import Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.guard.raw_records import raw_records
from llmanac.ingest.layer import LiteLLMListing
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.search.facets import FacetIndex
from llmanac.search.index.buffers import Buffer, Keys, Strings, flat, joined, part_of
from llmanac.search.index.index import Index
from llmanac.search.query.query import IdSpelling
from llmanac.service.editions.revised_parts import NO_PARTS, RevisedParts
from llmanac.service.editions.tables import Blobs, KeyedRecords, Records, encode, entries_of, raw_of, under
from llmanac.service.offers.offer_ids import OfferIds
from llmanac.service.offers.providers import list_providers
from llmanac.service.offers.rate_cards import RateCards
from llmanac.service.offers.successors import Lines

OF_SOURCES = ("litellm providers", "litellm aliases", "stray ids", "raw sources")
"""Buffers that state what the sources do, and stand by themselves."""


def pack_edition(
    build: Build,
    dialects: Sequence[Dialect] | None = None,
    *,
    overlaid: Overlaid = NOTHING_OVERLAID,
    upstream_conflicts: Sequence[Conflict] = (),
    base: Mapping[str, memoryview] | None = None,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> dict[str, Buffer]:
    """Encode a build as the named buffers of an edition, with entries for these dialects or for all.

    ``overlaid`` is what overlays have changed of the build's catalog, and ``upstream_conflicts`` are those without
    them. ``base`` are the buffers of an edition of the same feeds: what is the same in both is taken from there.
    """
    queried = [it for it in (DIALECTS if dialects is None else dialects) if isinstance(it, QueriedDialect)]
    catalog = build.catalog
    facts = {
        "digest": catalog.digest,
        "sources": [asdict(source) for source in catalog.sources],
        "feeds": [asdict(feed.ref) for feed in build.feeds.values()],
        "featured": catalog.featured,
        "dialects": [dialect.name for dialect in queried],
    }
    records = {
        **under("offers", Records.pack(catalog.offers)),
        **under("providers", KeyedRecords.pack(catalog.providers)),
        **under("models", KeyedRecords.pack(catalog.models)),
    }
    revised = NO_PARTS if base is None else RevisedParts.of(catalog, records, base)
    ids = [*[offer.id for offer in catalog.offers], *[listing.id for listing in build.litellm]]
    conflicts = build.conflicts
    overlaid_litellm = _overlaid_litellm_offers(catalog, overlaid)
    return {
        "facts": orjson.dumps(facts),
        **records,
        **(revised.indexes(catalog) or _indexes(catalog)),
        **(revised.offer_ids(overlaid_litellm) or _offer_ids(build, overlaid_litellm)),
        **(revised.lines() or joined({"lines": Lines.of(catalog.offers)})),
        **(revised.rate_cards() or _rate_cards(build)),
        **{name: it for dialect in queried for name, it in _entries(catalog.offers, dialect, revised).items()},
        **joined({"offer names": Strings.of(ids)}),
        **under("feeds", KeyedRecords.pack(build.feeds)),
        **under("overlaid", KeyedRecords.pack(overlaid.offers)),
        **under("overlay rules", Records.pack(overlaid.rules)),
        "upstream": encode(overlaid.upstream),
        "overlaid litellm offers": encode(overlaid_litellm),
        "provider list": encode(list_providers(catalog)),
        **under("conflicts", Records.pack(conflicts)),
        **joined({"conflicts by offer": Keys.of((it.offer, number) for number, it in enumerate(conflicts))}),
        **under("upstream conflicts", Records.pack(upstream_conflicts)),
        **(_stated(build, ids, sources) if base is None else _stated_in(base, ids, sources)),
    }


def _indexes(catalog: CatalogData) -> dict[str, Buffer]:
    index = Index(catalog)
    return joined({"index": index, "facets": FacetIndex.of(catalog, index)})


def _offer_ids(build: Build, overlaid_litellm: Mapping[int, Offer]) -> dict[str, Buffer]:
    offers = build.catalog.offers
    numbered = {len(offers) + place: offer for place, offer in overlaid_litellm.items()}
    ids = OfferIds.of(offers, rows=build.rows, litellm=build.litellm, overlaid_litellm=numbered)
    return joined({"offer ids": ids})


def _rate_cards(build: Build) -> dict[str, Buffer]:
    rates = RateCards.of(build)
    return {
        **under("rate cards", Records.pack(rates.cards)),
        "rate card numbers": flat(rates.card_numbers),
        **joined({"rate columns": rates.columns}),
        **under("limits", Records.pack(rates.limits)),
        "limits numbers": flat(rates.limits_numbers),
        "services": orjson.dumps(sorted(rates.services)),
    }


def _stated(build: Build, ids: Sequence[str], sources: Mapping[str, SourceFormat]) -> dict[str, Buffer]:
    """The buffers of what the sources state, which no overlay changes; ``ids`` are those of all offers, by number."""
    of_sources = {name: feed for name, feed in build.feeds.items() if name in sources}
    catalog = build.catalog
    return {
        **under("claims", Records.pack(build.claims.get(id_, ()) for id_ in ids)),
        **under("rows", KeyedRecords.pack(build.rows)),
        **under("hostless layers", KeyedRecords.pack(build.hostless_layers)),
        **under("reports", Records.pack(build.reports)),
        **under("litellm lifecycles", KeyedRecords.pack(_lifecycles(build.litellm))),
        "litellm providers": encode(catalog.litellm_providers),
        "litellm aliases": encode(catalog.litellm_aliases),
        "stray ids": encode(catalog.stray_ids),
        "raw sources": orjson.dumps([*of_sources]),
        **{
            name: it
            for feed in of_sources.values()
            for name, it in _raw_records(feed, ids, sources[feed.name].layout).items()
        },
    }


def _stated_in(
    base: Mapping[str, memoryview], ids: Sequence[str], sources: Mapping[str, SourceFormat]
) -> dict[str, Buffer]:
    """The same from the buffers of another edition; what stands there by number is put in the order of ``ids``."""
    places = {id_: place for place, id_ in enumerate(Strings.unpack(part_of(base, "offer names")))}
    order = [places.get(id_) for id_ in ids]
    is_the_same = order == [*range(len(places))]

    def numbered(part: str, missing: bytes) -> dict[str, Buffer]:
        found = part_of(base, part)
        return under(part, found if is_the_same else Blobs.unpack(found).reordered(order, missing=missing))

    taken: dict[str, Buffer] = {name: base[name] for name in OF_SOURCES}
    for part in ("rows", "hostless layers", "reports", "litellm lifecycles"):
        taken |= under(part, part_of(base, part))
    taken |= numbered("claims", encode(()))
    for source in orjson.loads(base["raw sources"]):
        part = raw_of(source)
        is_flat = sources[source].layout is EntryLayout.FLAT
        taken |= under(part, part_of(base, part)) if is_flat else numbered(part, b"")
    return taken


def _overlaid_litellm_offers(catalog: CatalogData, overlaid: Overlaid) -> dict[int, Offer]:
    """The offers that only LiteLLM lists, and that overlays changed, by their place among those."""
    if not overlaid.offers:
        return {}
    return {place: offer for place, offer in enumerate(catalog.litellm_offers) if offer.id in overlaid.offers}


def _lifecycles(listings: Iterable[LiteLLMListing]) -> dict[str, Lifecycle]:
    """The lifecycles of listings by id; most have none."""
    return {it.id: it.lifecycle for it in listings if it.lifecycle is not NO_LIFECYCLE}


def _raw_records(feed: Feed, ids: Sequence[str], layout: EntryLayout) -> dict[str, Buffer]:
    """The raw records of a feed: by number those of offers, of which these are the ids; others by their own."""
    records = dict(raw_records(feed, layout))
    if layout is EntryLayout.FLAT:
        return under(raw_of(feed.name), KeyedRecords.pack(records, bytes))
    return under(raw_of(feed.name), Blobs.pack(records.get(id_, b"") for id_ in ids))


def _entries(offers: Sequence[Offer], dialect: QueriedDialect, revised: RevisedParts) -> dict[str, Buffer]:
    """The entries of a dialect under models.dev's ids; and under LiteLLM's, where an offer has one."""
    plain, respelt = (entries_of(dialect.name, it) for it in (IdSpelling.MODELS_DEV, IdSpelling.LITELLM))
    respell = _respell(dialect)
    entries = [
        kept or dialect.encode(offer, offer.id)
        for offer, kept in zip(offers, revised.entries(offers, plain), strict=True)
    ]
    others = [
        kept or respell(offer, entry)
        for offer, entry, kept in zip(offers, entries, revised.entries(offers, respelt), strict=True)
    ]
    return {**under(plain, Blobs.pack(entries)), **under(respelt, Blobs.pack(others))}


def _respell(dialect: QueriedDialect) -> Callable[[Offer, bytes], bytes]:
    """Makes a dialect's entry under LiteLLM's id of the one under models.dev's; the same one without such an id."""

    def respell(offer: Offer, encoded: bytes) -> bytes:
        id_ = litellm_spelling(offer)
        if id_ is None:
            return encoded
        return dialect.change_id(encoded, offer.id, id_) if dialect.change_id else dialect.encode(offer, id_)

    return respell
