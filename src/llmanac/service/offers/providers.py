"""Lists the hosts: their APIs, the credentials they take, and how much they offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.records import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSummary:
    """A host of models."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    api: str | None
    """Base URL of its API, where it has one of its own; may contain ``${VARIABLES}``."""
    npm: str | None
    """The AI SDK package for it."""
    doc: str | None
    env: tuple[str, ...]
    """Environment variables that hold its credentials."""
    litellm_prefix: str | None
    """The prefix of LiteLLM's ids for its models."""
    offers: int
    """The number of its entries in the catalog."""
    models: int
    """The number of different models among them."""
    first_party: int
    """The number of entries for models of its own making."""


@dataclass(frozen=True, slots=True)
class ProviderList:
    """Every provider, by id."""

    __pydantic_config__ = ANSWER

    providers: tuple[ProviderSummary, ...]
    total: int


def list_providers(catalog: CatalogData) -> ProviderList:
    """Every provider of a catalog."""
    found = tuple(_summaries(catalog))
    return ProviderList(found, len(found))


def _summaries(catalog: CatalogData) -> Iterator[ProviderSummary]:
    offers = Counter(offer.provider for offer in catalog.offers)
    own = Counter(offer.provider for offer in catalog.offers if offer.first_party)
    models = Counter(provider for provider, _ in {(offer.provider, offer.base) for offer in catalog.offers})
    for provider in sorted(catalog.providers.values(), key=lambda provider: provider.id):
        yield _summary(provider, offers=offers[provider.id], models=models[provider.id], first_party=own[provider.id])


def _summary(provider: Provider, *, offers: int, models: int, first_party: int) -> ProviderSummary:
    return ProviderSummary(
        id=provider.id,
        name=provider.name,
        api=provider.api,
        npm=provider.npm,
        doc=provider.doc,
        env=provider.env,
        litellm_prefix=provider.litellm_prefix,
        offers=offers,
        models=models,
        first_party=first_party,
    )
