"""Lays other rules over the catalog of a kept edition: half the work of building it from its feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from llmanac.domain.catalog import CatalogData
from llmanac.domain.own_facts import OVERLAYS
from llmanac.errors import DamagedFile
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.build import Build, without_collection
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import OverlaidBuild, lay_over


def relay(edition: Edition, feeds: Mapping[str, Feed], *, featured: FeaturedChoices) -> OverlaidBuild | None:
    """The build of these feeds from an edition with the same ones but for the rules; None where it has others."""
    wanted = {name: feed.ref for name, feed in feeds.items() if name != OVERLAYS}
    if wanted != {ref.name: ref for ref in edition.feed_refs if ref.name != OVERLAYS}:
        return None
    try:
        with without_collection():
            build = upstream_build(edition)
    except DamagedFile:  # the feeds are still there
        return None
    return lay_over(replace(build, feeds={**build.feeds, **feeds}), feeds, featured=featured)


def upstream_build(edition: Edition) -> Build:
    """The build of an edition as the sources state it, without the organisation's rules."""
    from llmanac.ingest.merge.litellm_offers import LiteLLMOffers  # noqa: PLC0415 -- brings in what merges feeds

    build = edition.build
    listings = tuple(build.litellm)  # read once: each reading of a record decodes it
    catalog = upstream_catalog(edition)
    return replace(
        build,
        catalog=replace(catalog, litellm_offers=tuple(LiteLLMOffers(listings, catalog.models))),
        conflicts=edition.upstream_conflicts,
        litellm=listings,
        feeds={name: feed for name, feed in build.feeds.items() if name != OVERLAYS},
    )


def upstream_catalog(edition: Edition) -> CatalogData:
    """The catalog of an edition as the sources state it, without the organisation's rules."""
    catalog, upstream = edition.catalog, edition.upstream
    added = frozenset(upstream.added_offers)
    listed = (upstream.offers.get(it.id, it) for it in edition.read_offers({}) if it.id not in added)
    models = {base: upstream.models.get(base, it) for base, it in catalog.models.items()}
    providers = {id_: upstream.providers.get(id_, it) for id_, it in catalog.providers.items()}
    by_place = {id_: place for place, id_ in enumerate(upstream.order)}
    offers = tuple(listed)
    return replace(
        catalog,
        offers=tuple(sorted(offers, key=lambda it: by_place[it.id])) if by_place else offers,
        models={base: it for base, it in models.items() if base not in upstream.added_models},
        providers={id_: it for id_, it in providers.items() if id_ not in upstream.added_providers},
        featured=upstream.featured if upstream.digest else catalog.featured,
        digest=upstream.digest or catalog.digest,
        litellm_offers=edition.upstream_litellm_offers,
    )
