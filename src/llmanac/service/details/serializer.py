"""Serialises the details of a model: rates, routes, the host, the same model elsewhere, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Annotated, Any

from llmanac.dialects import inference
from llmanac.dialects.inference import InferenceCatalogEntry
from llmanac.domain.amounts import json_number
from llmanac.domain.documented import DOCUMENTED, ShownAs
from llmanac.domain.lifecycle import Lifecycle
from llmanac.domain.own_facts import NO_OWN_FACTS, OVERLAYS, OwnFacts
from llmanac.domain.pricing import RATE_NAMES, Price
from llmanac.domain.records import Benchmark, Link, ModelKind, Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.history.change import Value
from llmanac.history.facts import OWN_NAMES, fees, off_peak, rates, services, tiers
from llmanac.history.timeline import Timeline
from llmanac.service.details.claims import FactClaim
from llmanac.service.details.conflicts import ConflictSummary, dates_of, summarise
from llmanac.service.details.model_details import Details, RemovedOffer
from llmanac.service.details.overlaid_facts import OverlaidStatement, statements_of
from llmanac.service.editions.edition import Edition
from llmanac.service.history import changes
from llmanac.service.history.changes import ChangeSummary, DatedChange
from llmanac.service.offers.resolution import NEAREST, Found, IdReading, SpellingOf


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatement:
    """The record of one source."""

    __pydantic_config__ = DOCUMENTED

    date: str
    """The day or month that its facts are of."""
    origin: str
    """``embedded``, ``seed``, where it is fetched from, or ``own`` for the organisation's overlays."""
    record: Annotated[Mapping[str, Any] | None, ShownAs(dict[str, Any] | None)]
    """Every field of its record, as the source states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferHistory:
    """The history of a model: when it was listed, and its changes."""

    __pydantic_config__ = DOCUMENTED

    first_seen: date
    since_beginning: bool
    """It was already listed when the history began, so it may be older."""
    last_seen: date
    removed: date | None
    names: tuple[str, ...]
    """Its ids, the newest first."""
    successor: str | None
    """The model to use instead of one that is removed, deprecated, or has a last day."""
    changes: tuple[ChangeSummary, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDetails(InferenceCatalogEntry):
    """Everything known of a model; for a removed one, what was last known."""

    __pydantic_config__ = DOCUMENTED

    # Repeated for their descriptions, since the OpenAPI document shows none of inherited fields.
    id: str
    """Model ID in provider/model-name format"""
    provider: str
    """Provider identifier"""
    capabilities: tuple[str, ...] = ()
    """Model capabilities (tool_call, reasoning, etc.)"""
    read_as: SpellingOf | None = None
    """The spelling that the id was recognised in; ``model`` is a host's own id without the host."""
    reading: IdReading | None = None
    """The host and the model that the id was read as."""
    alternatives: tuple[str, ...] = ()
    """Ids at other hosts with the very name that was read, which were not taken for it; at most five."""
    kind: ModelKind | None = None
    """The kind of use that the model is for."""
    listed_by: str | None = None
    """The source that lists it: ``litellm`` for what LiteLLM alone lists."""
    base: str
    """The base model, which its offers at all hosts share."""
    family: str | None = None
    lab: str | None = None
    licence: str | None = None
    """The licence of its weights, as the lab names it."""
    links: tuple[Link, ...] = ()
    """Pages about the model."""
    weights: tuple[Link, ...] = ()
    """Where its weights are published."""
    benchmarks: tuple[Benchmark, ...] = ()
    """Scores, as the lab reports them."""
    last_updated: str | None = None
    first_party: bool | None = None
    popularity: float | None = None
    price: dict[str, Any]
    """``state``, every rate, ``tiers`` for long contexts, other ``services``, ``off_peak`` hours, ``fees``."""
    lifecycle: Lifecycle
    """When it is deprecated and when it ends, each with the source that states it."""
    successor: str | None = None
    """The model to use instead of one that ends or is removed."""
    successor_note: str | None = None
    """The reason that a model which ends has no successor, or what the successor lacks."""
    litellm: dict[str, Any] | None = None
    """The way to call it through LiteLLM."""
    host: dict[str, Any] | None = None
    offers: tuple[dict[str, Any], ...]
    """The same model at other hosts, best first."""
    sources: dict[str, SourceStatement]
    """The record of each source, by the name of the source; of ``overlays``, what the organisation states of it."""
    provenance: dict[str, str]
    """The name of the source of each fact: ``overlays/NAME`` for one that an overlay states."""
    reasons: dict[str, str]
    """The reason for each rate that is not served from the first source that states prices: who spoke last, with the
    days since when both have stated their figures; or that the first source states none. And for each fact that an
    overlay states, its reason and author.
    """
    claims: dict[str, tuple[FactClaim, ...]]
    """The claims of each fact, in the order of the sources."""
    conflicts: tuple[ConflictSummary, ...]
    """The fields for which another source states another figure."""
    own: OwnFacts | None = None
    """The facts that only the organisation states; null where it states none."""
    overlaid: dict[str, OverlaidStatement] = field(default_factory=dict)
    """Each fact that the organisation's overlays state, beside what the sources state, with its reason and author."""
    history: OfferHistory


PRICES = frozenset({*RATE_NAMES, "tiers", "services", "off_peak", "fees"})


def serialize_details(details: Details | RemovedOffer, *, timeline: Timeline) -> dict[str, Any]:
    """Details in the shape of ModelDetails; a removed model lacks the fields that are no longer known."""
    return _listed(details, timeline) if isinstance(details, Details) else _removed(details, timeline)


def serialize_offer(found: Found, edition: Edition) -> dict[str, Any]:
    """An offer with everything that its catalog has: all of ModelDetails but its history and the sources' records."""
    catalog, offer = edition.catalog, found.offer
    model = catalog.model_of(offer)
    siblings = (it for it in edition.services.resolver.of_model(offer.base) if it.id != offer.id)
    succession = edition.services.successors.if_ending(offer)
    return {
        **inference.entry(offer),
        "read_as": found.read_as,
        "reading": found.reading,
        "alternatives": [it.id for it in edition.services.resolver.namesakes(found)[:NEAREST]],
        "kind": offer.kind,
        "listed_by": offer.listed_by,
        "base": offer.base,
        "family": offer.family,
        "lab": model.lab,
        "licence": model.licence,
        "links": model.links,
        "weights": model.weights,
        "benchmarks": model.benchmarks,
        "last_updated": offer.last_updated,
        "first_party": offer.first_party,
        "popularity": offer.popularity,
        "limits": {"context": offer.limits.context, "output": offer.limits.output, "input": offer.limits.input},
        "price": _price(offer.price),
        "lifecycle": offer.lifecycle,
        "successor": succession.offer.id if succession.offer else None,
        "successor_note": succession.note,
        "litellm": offer.litellm,
        "host": catalog.provider(offer.provider),
        "offers": [_sibling(it) for it in siblings],
        "conflicts": [summarise(it, dates_of(edition)) for it in edition.conflicts_of(offer.id)],
        "own": offer.own,
        "overlaid": statements_of(edition, offer.id),
    }


def _listed(details: Details, timeline: Timeline) -> dict[str, Any]:
    return {
        **serialize_offer(details.found, details.edition),
        "lifecycle": details.lifecycle,
        "sources": _sources(details),
        "provenance": details.provenance,
        "reasons": details.reasons,
        "claims": details.claims,
        "history": _history(details, timeline),
    }


def _sources(details: Details) -> dict[str, SourceStatement]:
    """The record of each source; that of overlays, where any are in force, is all that they state of the offer."""
    edition = details.edition
    own = {name: it.value for name, it in details.overlaid.items()}
    records = {**details.records, OVERLAYS: own or None}
    refs = [source.ref for source in edition.sources]
    refs += [ref for ref in edition.feed_refs if ref.name == OVERLAYS]
    return {it.name: SourceStatement(date=it.date, origin=it.origin, record=records.get(it.name)) for it in refs}


def _removed(details: RemovedOffer, timeline: Timeline) -> dict[str, Any]:
    facts = details.facts
    price_facts = {name: value for name, value in facts.items() if name in PRICES}
    return {
        "id": details.id,
        "name": facts.get("name"),
        "provider": details.provider,
        "status": "removed",
        "release_date": facts.get("release_date"),
        "knowledge": facts.get("knowledge"),
        "open_weights": facts.get("open_weights"),
        "capabilities": facts.get("capabilities", []),
        "cost": {"input": facts.get("input"), "output": facts.get("output")},
        "limits": {"context": facts.get("context"), "output": facts.get("max_output"), "input": facts.get("max_input")},
        "modalities": {"input": facts.get("input_modalities", []), "output": facts.get("output_modalities", [])},
        "base": details.base,
        "family": facts.get("family"),
        "price": {"state": facts.get("price_state"), **price_facts},
        "lifecycle": details.lifecycle,
        "successor": details.successor.id if details.successor else None,
        "successor_note": None,
        "litellm": {"id": facts["litellm"], "known": True} if "litellm" in facts else None,
        "offers": [_sibling(it) for it in details.siblings],
        "sources": {},
        "provenance": {},
        "reasons": {},
        "claims": {},
        "conflicts": [],
        "own": _last_own_facts(facts),
        "overlaid": {},
        "history": _history(details, timeline),
    }


def _last_own_facts(facts: Mapping[str, Value]) -> dict[str, Value] | None:
    """The last of the facts that only the organisation stated of an offer; None where it stated none."""
    stated = {name: facts[name] for name in OWN_NAMES if name in facts}
    return {**asdict(NO_OWN_FACTS), **stated} if stated else None


def _price(price: Price) -> dict[str, Any]:
    return {
        "state": price.state.value,
        **rates(price.rates),
        "tiers": tiers(price.tiers),
        "services": services(price.services),
        "off_peak": off_peak(price.off_peak),
        "fees": fees(price.fees),
    }


def _sibling(offer: Offer) -> dict[str, Any]:
    """Another offer of the same model, with the facts that one chooses by."""
    return {
        "id": offer.id,
        "provider": offer.provider,
        "status": offer.status,
        "first_party": offer.first_party,
        "price_state": offer.price.state.value,
        "input": json_number(offer.price.rates.input),
        "output": json_number(offer.price.rates.output),
        "context": offer.limits.context,
        "litellm_id": litellm_spelling(offer),
    }


def _history(details: Details | RemovedOffer, timeline: Timeline) -> OfferHistory:
    lifetime, successor = details.lifetime, details.successor
    return OfferHistory(
        first_seen=lifetime.first_seen,
        since_beginning=lifetime.since_beginning,
        last_seen=lifetime.last_seen,
        removed=lifetime.removed,
        names=lifetime.names,
        successor=successor.id if successor else None,
        changes=tuple(changes.summarise(DatedChange(it, timeline.numbered(it.epoch))) for it in lifetime.changes),
    )
