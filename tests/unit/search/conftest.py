"""Small catalogs for expectations about single offers, and the recorded one for expectations about all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import Price, PriceState, Rates
from llmanac.domain.records import Model, Offer, Provider
from llmanac.ingest import pipeline
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import build_query

LABS = {
    "claude": "anthropic",
    "gpt": "openai",
    "gemini": "google",
    "grok": "xai",
    "llama": "meta",
    "deepseek": "deepseek",
}
HOSTS = {"anthropic", "openai", "google", "xai", "llama", "deepseek"}
"""Providers at which the labs offer their own."""


def offer_of(id: str, **changes: Any) -> Offer:  # noqa: A002 -- as everywhere
    """An offer of which nothing is known but its id, or what the changes say."""
    provider, _, model = id.partition("/")
    base = base_of(model)
    first_party = provider in HOSTS and LABS.get(base.split("-")[0], "").startswith(provider[:4])
    first_party = first_party or (provider == "llama" and base.startswith("llama"))
    return replace(Offer(provider=provider, model=model, base=base, first_party=first_party), **changes)


def priced(output: str | None, **rates: str) -> Price:
    """A price with this rate for output, and others by name."""
    every = {name: Decimal(rate) for name, rate in rates.items()}
    return Price(Rates(output=None if output is None else Decimal(output), **every), state=PriceState.KNOWN)


def catalog_of(
    offers: Iterable[Offer], *, featured: tuple[str, ...] = (), prefixes: Mapping[str, str] | None = None
) -> CatalogData:
    """A catalog of these offers; how many hosts carry a model is its popularity."""
    every = tuple(offers)
    grouped: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in every:
        grouped[offer.base].append(offer)
    shares = {base: len({it.provider for it in group}) / 10 for base, group in grouped.items()}
    ranked = sorted((replace(it, popularity=shares[it.base]) for it in every), key=lambda it: (-it.popularity, it.id))
    prefixed = prefixes or {}
    return CatalogData(
        offers=tuple(ranked),
        providers={it.provider: Provider(id=it.provider, litellm_prefix=prefixed.get(it.provider)) for it in every},
        models={
            base: Model(
                base=base,
                lab=LABS.get(base.split("-")[0]),
                family=None,
                release_date=None,
                popularity=shares[base],
                offers=tuple(it.id for it in group),
            )
            for base, group in grouped.items()
        },
        featured=featured,
        sources=(),
        digest="0" * 64,
    )


SMALL = (
    "anthropic/claude-opus-4-8",
    "anthropic/claude-opus-5",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-sonnet-4-5-20250929",
    "anthropic/claude-sonnet-5",
    "amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
    "amazon-bedrock/meta.llama3-3-70b-instruct-v1:0",
    "google-vertex/claude-sonnet-4-5@20250929",
    "openrouter/anthropic/claude-sonnet-4.5",
    "openrouter/anthropic/claude-opus-5",
    "openrouter/openai/gpt-5",
    "openrouter/openai/gpt-4o-mini",
    "openrouter/x-ai/grok-4.5",
    "openrouter/deepseek/deepseek-v3.2",
    "openai/gpt-4o",
    "openai/gpt-4o-2024-08-06",
    "openai/gpt-4o-mini",
    "openai/gpt-5",
    "openai/gpt-5-mini",
    "openai/gpt-5.4",
    "google/gemini-2.5-flash",
    "google/gemini-3.7-flash",
    "google/gemini-3.5-flash-lite",
    "google/gemini-3.1-pro-preview",
    "google/gemini-flash-latest",
    "openrouter/google/gemini-2.5-flash",
    "openrouter/google/gemini-flash-latest",
    "azure/gpt-4o",
    "azure/gpt-5",
    "azure/gpt-5-mini",
    "xai/grok-4.5",
    "xai/grok-4.6",
    "xai/grok-code-fast-1",
    "llama/llama-3.3-70b-instruct",
    "groq/llama-3.3-70b-versatile",
    "groq/openai/gpt-oss-120b",
    "deepseek/deepseek-v3.2",
    "cloudflare-workers-ai/@cf/openai/gpt-oss-120b",
)
"""Ids at real hosts, written as these write them."""


@pytest.fixture(scope="session")
def small() -> CatalogData:
    return catalog_of(map(offer_of, SMALL), prefixes={"amazon-bedrock": "bedrock", "google-vertex": "vertex_ai"})


@pytest.fixture(scope="session")
def small_index(small: CatalogData) -> Index:
    return Index(small)


Find = Callable[..., list[str]]


@pytest.fixture(scope="session")
def find(small: CatalogData, small_index: Index) -> Find:
    """Finds ids in the small catalog, by a text and other parameters."""

    def ids(text: str | None = None, **parameters: Any) -> list[str]:
        page = engine.run(build_query(query=text, **{"limit": 100, **parameters}), small_index)
        return [small.offers[number].id for number in page.numbers]

    return ids


@pytest.fixture(scope="session")
def recorded(shared_data: Path) -> CatalogData:
    """The catalog of 2026-08-18, on which questions are judged."""
    feeds = open_sources(
        {
            "models.dev": shared_data / "models-dev-2026-08-18.json.gz",
            "litellm": shared_data / "litellm-2026-11.json.gz",
        }
    )
    return pipeline.build(feeds).catalog


@pytest.fixture(scope="session")
def recorded_index(recorded: CatalogData) -> Index:
    return Index(recorded)
