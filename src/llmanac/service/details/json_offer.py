"""An offer as JSON has it, with all that its catalog knows: rates, routes, the host, the same model elsewhere."""

from __future__ import annotations

from typing import Any

from llmanac.dialects import inference
from llmanac.domain.pricing import Price
from llmanac.domain.records import Offer
from llmanac.history.facts import number, rates, services, tiers
from llmanac.service.details.conflicts import described as conflict_described
from llmanac.service.editions.edition import Edition


def described(offer: Offer, edition: Edition) -> dict[str, Any]:
    """What is known of an offer today; its history, and what each source states, are told elsewhere."""
    catalog = edition.catalog
    model = catalog.models[offer.base]
    same = {it.id: it for it in catalog.offers if it.base == offer.base}
    return {
        **inference.entry(offer),
        "base": offer.base,
        "family": offer.family,
        "lab": model.lab,
        "last_updated": offer.last_updated,
        "first_party": offer.first_party,
        "popularity": offer.popularity,
        "limits": {"context": offer.limits.context, "output": offer.limits.output, "input": offer.limits.input},
        "price": _price(offer.price),
        "litellm": offer.litellm,
        "host": catalog.providers[offer.provider],
        "offers": [sibling(same[it]) for it in model.offers if it != offer.id],
        "conflicts": [conflict_described(it, edition) for it in edition.conflicts if it.offer == offer.id],
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "state": price.state.value,
        **rates(price.rates),
        "tiers": tiers(price.tiers),
        "services": services(price.services),
    }


def sibling(offer: Offer) -> dict[str, Any]:
    """Another offer, as far as it takes to choose."""
    return {
        "id": offer.id,
        "provider": offer.provider,
        "status": offer.status,
        "first_party": offer.first_party,
        "price_state": offer.price.state.value,
        "input": number(offer.price.rates.input),
        "output": number(offer.price.rates.output),
        "context": offer.limits.context,
        "litellm_id": inference.litellm_spelling(offer),
    }
