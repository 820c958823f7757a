"""What is known of one model, put together as the API and the command line give it out."""

from __future__ import annotations

from typing import Any

from llmanac.dialects import inference
from llmanac.domain.pricing import Price
from llmanac.domain.records import Offer
from llmanac.history.facts import RATES, number, rates, services, tiers
from llmanac.history.lifetime import Lifetime
from llmanac.history.timeline import Timeline
from llmanac.service import changes, conflicts
from llmanac.service.changes import DatedChange
from llmanac.service.details import Departed, Details

PRICES = frozenset({*RATES, "tiers", "services"})


def dossier(known: Details | Departed, *, timeline: Timeline) -> dict[str, Any]:
    """What is known, as the API answers it."""
    return _listed(known, timeline) if isinstance(known, Details) else _departed(known, timeline)


def _listed(known: Details, timeline: Timeline) -> dict[str, Any]:
    offer, edition = known.offer, known.edition
    return {
        **inference.entry(offer),
        "base": offer.base,
        "family": offer.family,
        "lab": known.model.lab,
        "last_updated": offer.last_updated,
        "first_party": offer.first_party,
        "popularity": offer.popularity,
        "limits": {"context": offer.limits.context, "output": offer.limits.output, "input": offer.limits.input},
        "price": _price(offer.price),
        "litellm": offer.litellm,
        "host": known.provider,
        "offers": [_sibling(it) for it in known.siblings],
        "sources": {
            source.name: {"date": source.date, "origin": source.origin, "record": known.records.get(source.name)}
            for source in edition.sources
        },
        "provenance": known.provenance,
        "conflicts": [conflicts.described(it, edition) for it in known.conflicts],
        "history": _sighting(known.lifetime, known.successor, timeline),
    }


def _departed(known: Departed, timeline: Timeline) -> dict[str, Any]:
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
        "history": _sighting(known.lifetime, known.successor, timeline),
    }


def _sighting(lifetime: Lifetime, successor: Offer | None, timeline: Timeline) -> dict[str, Any]:
    return {
        "first_seen": lifetime.first_seen,
        "since_beginning": lifetime.since_beginning,
        "last_seen": lifetime.last_seen,
        "removed": lifetime.removed,
        "names": lifetime.names,
        "successor": successor.id if successor else None,
        "changes": [changes.described(DatedChange(it, timeline.numbered(it.epoch))) for it in lifetime.changes],
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "state": price.state.value,
        **rates(price.rates),
        "tiers": tiers(price.tiers),
        "services": services(price.services),
    }


def _sibling(offer: Offer) -> dict[str, Any]:
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
