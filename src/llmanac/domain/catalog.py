"""CatalogData: the frozen records of a catalog, folded from all sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmanac.domain.records import Model, Offer, Provider, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogData:
    """Offers in static order (popularity, then recency, then id), with their providers, models and sources.

    ``digest`` names the content: 64 hexadecimal digits, equal for equal facts whatever the order
    in which the feeds listed them.
    """

    offers: Sequence[Offer]
    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    featured: tuple[str, ...]
    """Offer ids, in order."""
    sources: tuple[Source, ...]
    digest: str
