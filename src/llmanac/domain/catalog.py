"""CatalogData: the frozen records of a catalog, folded from all sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from llmanac.domain.records import Model, Offer, Provider, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogData:
    """Offers with their providers, models and sources.

    The offers are in static order: by the standing of their models, then recency, then id. ``digest`` names
    the content: 64 hexadecimal digits, equal for equal facts whatever the order in which the feeds listed them.
    """

    offers: Sequence[Offer]
    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    featured: tuple[str, ...]
    """Offer ids, in order."""
    sources: tuple[Source, ...]
    digest: str
    litellm_offers: Sequence[Offer] = ()
    """Offers that only LiteLLM lists, in static order; they are not among ``offers``, and numbered after them."""
    litellm_providers: Mapping[str, Provider] = field(default_factory=dict)
    """Hosts that only LiteLLM knows, by id."""
    litellm_aliases: Mapping[str, str] = field(default_factory=dict)
    """Ids of LiteLLM's map, in lower case, that are another spelling of an offer, with the offer's id."""
    stray_ids: tuple[str, ...] = ()
    """Ids of LiteLLM's map that fit no host."""

    def offer(self, number: int) -> Offer:
        """The offer with this document number, whichever source lists it. Raises IndexError where there is none."""
        listed = len(self.offers)
        return self.offers[number] if number < listed else self.litellm_offers[number - listed]

    def model_of(self, offer: Offer) -> Model:
        """The base model of an offer; one that only LiteLLM lists may be alone in it."""
        known = self.models.get(offer.base)
        if known is not None:
            return known
        return Model(base=offer.base, lab=None, family=None, release_date=None, popularity=0.0, offers=(offer.id,))

    def provider(self, id: str) -> Provider | None:  # noqa: A002 -- what is looked up is an id
        """The host with this id, whichever source knows it; None where there is none."""
        return self.providers.get(id) or self.litellm_providers.get(id)

    def models_of_offers(self) -> list[Model]:
        """The base model of each offer, in the order of the offers."""
        return list(map(self.model_of, self.offers))
