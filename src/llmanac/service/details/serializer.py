"""What is known of one model as JSON has it: rates, routes, the host, the same model elsewhere, its history."""

from __future__ import annotations

from typing import Any

from llmanac.dialects import inference
from llmanac.domain.amounts import json_number
from llmanac.domain.pricing import RATE_NAMES, Price
from llmanac.domain.records import Offer
from llmanac.history.facts import rates, services, tiers
from llmanac.history.lifetime import Lifetime
from llmanac.history.timeline import Timeline
from llmanac.service.details.conflicts import summarise
from llmanac.service.details.model_details import Details, RemovedOffer
from llmanac.service.editions.edition import Edition
from llmanac.service.history import changes
from llmanac.service.history.changes import DatedChange

PRICES = frozenset({*RATE_NAMES, "tiers", "services"})


def serialize_details(known: Details | RemovedOffer, *, timeline: Timeline) -> dict[str, Any]:
    """Everything that is known, as the API answers it."""
    return _listed(known, timeline) if isinstance(known, Details) else _removed(known, timeline)


def serialize_offer(offer: Offer, edition: Edition) -> dict[str, Any]:
    """An offer with all that its catalog knows, less its history and what each source states."""
    catalog = edition.catalog
    model = catalog.models[offer.base]
    siblings = (it for it in edition.resolver.of_model(offer.base) if it.id != offer.id)
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
        "offers": [_sibling(it) for it in siblings],
        "conflicts": [summarise(it, edition) for it in edition.conflicts_of(offer.id)],
    }


def _listed(known: Details, timeline: Timeline) -> dict[str, Any]:
    return {
        **serialize_offer(known.offer, known.edition),
        "sources": {
            ref.name: {"date": ref.date, "origin": ref.origin, "record": known.records.get(ref.name)}
            for ref in (source.ref for source in known.edition.sources)
        },
        "provenance": known.provenance,
        "history": _history(known.lifetime, known.successor, timeline),
    }


def _removed(known: RemovedOffer, timeline: Timeline) -> dict[str, Any]:
    facts = known.facts
    price_facts = {name: value for name, value in facts.items() if name in PRICES}
    return {
        "id": known.id,
        "name": facts.get("name"),
        "provider": known.provider,
        "status": "removed",
        "release_date": facts.get("release_date"),
        "knowledge": facts.get("knowledge"),
        "open_weights": facts.get("open_weights"),
        "capabilities": facts.get("capabilities", []),
        "cost": {"input": facts.get("input"), "output": facts.get("output")},
        "limits": {"context": facts.get("context"), "output": facts.get("max_output"), "input": facts.get("max_input")},
        "modalities": {"input": facts.get("input_modalities", []), "output": facts.get("output_modalities", [])},
        "base": known.base,
        "family": facts.get("family"),
        "price": {"state": facts.get("price_state"), **price_facts},
        "litellm": {"id": facts["litellm"], "known": True} if "litellm" in facts else None,
        "offers": [_sibling(it) for it in known.siblings],
        "sources": {},
        "provenance": {},
        "conflicts": [],
        "history": _history(known.lifetime, known.successor, timeline),
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "state": price.state.value,
        **rates(price.rates),
        "tiers": tiers(price.tiers),
        "services": services(price.services),
    }


def _sibling(offer: Offer) -> dict[str, Any]:
    """Another offer of the same model, as far as it takes to choose."""
    return {
        "id": offer.id,
        "provider": offer.provider,
        "status": offer.status,
        "first_party": offer.first_party,
        "price_state": offer.price.state.value,
        "input": json_number(offer.price.rates.input),
        "output": json_number(offer.price.rates.output),
        "context": offer.limits.context,
        "litellm_id": inference.litellm_spelling(offer),
    }


def _history(lifetime: Lifetime, successor: Offer | None, timeline: Timeline) -> dict[str, Any]:
    return {
        "first_seen": lifetime.first_seen,
        "since_beginning": lifetime.since_beginning,
        "last_seen": lifetime.last_seen,
        "removed": lifetime.removed,
        "names": lifetime.names,
        "successor": successor.id if successor else None,
        "changes": [changes.summarise(DatedChange(it, timeline.numbered(it.epoch))) for it in lifetime.changes],
    }
