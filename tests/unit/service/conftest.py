"""Small catalogs that are written down where they are tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM, MODELS_DEV, FeedRef
from llmanac.domain.pricing import Rates
from llmanac.domain.records import Model, Offer, Provider, Source
from llmanac.ingest.layer import Cost, ModelClaims
from llmanac.ingest.merge.build import Build

MakeBuild = Callable[..., Build]


def build_of(*offers: Offer, rows: Mapping[str, ModelClaims] | None = None, **prefixes: str) -> Build:
    """A build of these offers; providers and models follow from them."""
    bases: dict[str, list[Offer]] = {}
    for offer in offers:
        bases.setdefault(offer.base, []).append(offer)
    catalog = CatalogData(
        offers=offers,
        providers={
            it.provider: Provider(
                id=it.provider,
                env=(f"{it.provider.upper()}_API_KEY",),
                litellm_prefix=prefixes.get(it.provider.replace("-", "_")),
            )
            for it in offers
        },
        models={
            base: Model(
                base=base,
                lab=None,
                family=None,
                release_date=those[0].release_date,
                popularity=0.0,
                offers=tuple(it.id for it in sorted(those, key=lambda it: not it.first_party)),
            )
            for base, those in bases.items()
        },
        featured=(),
        sources=(),
        digest="0" * 64,
    )
    return Build(catalog=catalog, reports=(), claims={}, conflicts=(), rows=rows or {}, feeds={})


@pytest.fixture
def make_build() -> MakeBuild:
    """Makes a build of offers."""
    return build_of


def row(**changes: Any) -> ModelClaims:
    """A row of LiteLLM's map in which nothing stands but what is given."""
    cost = Cost(changes.pop("rates", Rates()), changes.pop("tiers", ()), changes.pop("services", ()))
    return ModelClaims(**{"id": "one", "cost": cost, **changes})


def dated(build: Build, date: str) -> Build:
    """The same build, of feeds of this date."""
    refs = [FeedRef(name=name, origin="test", date=date, sha256="0" * 64) for name in (MODELS_DEV, LITELLM)]
    sources = tuple(Source(ref=ref, records=1, rejects=0) for ref in refs)
    return replace(build, catalog=replace(build.catalog, sources=sources))
