"""What is known of one model, put together as the API and the command line give it out."""

from __future__ import annotations

from typing import Any

from llmanac.domain.records import Offer
from llmanac.history.facts import RATES
from llmanac.history.lifetime import Lifetime
from llmanac.history.timeline import Timeline
from llmanac.service.details.json_offer import described, sibling
from llmanac.service.details.model_details import Details, RemovedOffer
from llmanac.service.history import changes
from llmanac.service.history.changes import DatedChange

PRICES = frozenset({*RATES, "tiers", "services"})


def dossier(known: Details | RemovedOffer, *, timeline: Timeline) -> dict[str, Any]:
    """What is known, as the API answers it."""
    return _listed(known, timeline) if isinstance(known, Details) else _departed(known, timeline)


def _listed(known: Details, timeline: Timeline) -> dict[str, Any]:
    return {
        **described(known.offer, known.edition),
        "sources": {
            source.name: {"date": source.date, "origin": source.origin, "record": known.records.get(source.name)}
            for source in known.edition.sources
        },
        "provenance": known.provenance,
        "history": _sighting(known.lifetime, known.successor, timeline),
    }


def _departed(known: RemovedOffer, timeline: Timeline) -> dict[str, Any]:
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
        "offers": [sibling(it) for it in known.siblings],
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
