"""models.dev's own documents: its record of each model as it came, with what the catalog serves in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.fragments import encoded
from llmanac.dialects.logos import logo
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced, whole_tiers
from llmanac.domain.amounts import json_number
from llmanac.domain.feed import MODELS_DEV, MODELS_DEV_MODELS
from llmanac.domain.pricing import Price, PriceState, Rates, Service
from llmanac.domain.records import Benchmark, Capability, Limits, Link, Model, Offer, Provider

STATUSES = frozenset({"alpha", "beta", "deprecated"})
"""The statuses that the format has; a client drops a model with another."""
REQUIRED_FLAGS = {
    "attachment": Capability.ATTACHMENT,
    "reasoning": Capability.REASONING,
    "tool_call": Capability.TOOL_CALL,
}
"""Flags that every record has."""
STATED_FLAGS = {"structured_output": Capability.STRUCTURED_OUTPUT, "temperature": Capability.TEMPERATURE}
"""Flags that a record lacks where it is unknown."""
RATES = ("input", "output", "reasoning", "cache_read", "cache_write", "input_audio", "output_audio")
OVER_200K = 200_000
NOT_STATED = 0
"""The format's word for a limit that is unknown, and for a price that is part of a plan."""

PROVIDERS_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "object", "required": ["id", "models"]},
}
MODELS_SCHEMA: Mapping[str, Any] = {"type": "object", "additionalProperties": {"type": "object", "required": ["id"]}}
CATALOG_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["models", "providers"],
    "properties": {"models": MODELS_SCHEMA, "providers": PROVIDERS_SCHEMA},
}


def make_providers(served: ServedCatalog, _question: Question) -> bytes:
    """``/api.json``: hosts by id, each with its models by id."""
    return orjson.dumps(_providers(served))


def make_models(served: ServedCatalog, _question: Question) -> bytes:
    """``/models.json``: models by ``lab/model``, with what holds of them at every host."""
    return orjson.dumps(_models(served))


def make_catalog(served: ServedCatalog, _question: Question) -> bytes:
    """``/catalog.json``: both."""
    return orjson.dumps({"models": _models(served), "providers": _providers(served)})


def make_logo(_served: ServedCatalog, question: Question) -> bytes:
    """The logo of a host or a lab, known or not."""
    return logo(question.path["name"])


def entry(offer: Offer, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record of an offer: models.dev's own where there is one, with the facts that the catalog serves."""
    made = {**record, **_description(offer, record), "id": offer.model, "name": offer.name or offer.model}
    return {
        **{name: value for name, value in made.items() if value is not None},
        **_priced(offer.price, record),
    }


def _description(offer: Offer, record: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the catalog serves of an offer besides its price; None for what has to be left out."""
    flags = {name: it in offer.capabilities for name, it in REQUIRED_FLAGS.items()}
    able = {name: it in offer.capabilities for name, it in STATED_FLAGS.items()}
    interleaved = record.get("interleaved") or True
    inputs, outputs = offer.modalities.input, offer.modalities.output
    return {
        **flags,
        **{name: it or (False if name in record else None) for name, it in able.items()},
        "interleaved": interleaved if Capability.INTERLEAVED in offer.capabilities else None,
        "family": offer.family,
        "status": offer.status if offer.status in STATUSES else None,
        "release_date": offer.release_date,
        "last_updated": offer.last_updated,
        "knowledge": offer.knowledge,
        "open_weights": offer.open_weights,
        "modalities": {"input": inputs, "output": outputs} if inputs or outputs else None,
        "limit": _limit(offer.limits),
        "cost": None,
        "experimental": None,
    }


def _limit(limits: Limits) -> dict[str, int]:
    stated = {"input": limits.input} if limits.input is not None else {}
    return {"context": limits.context or NOT_STATED, **stated, "output": limits.output or NOT_STATED}


def _priced(price: Price, record: Mapping[str, Any]) -> dict[str, Any]:
    """``cost`` and ``experimental``, as far as there is something to say."""
    made: dict[str, Any] = {}
    if price.state is PriceState.IN_PLAN:
        made["cost"] = {"input": NOT_STATED, "output": NOT_STATED}
    elif is_priced(price):
        made["cost"] = _cost(price)
    if isinstance(experimental := record.get("experimental"), dict):
        made["experimental"] = _experimental(experimental, price)
    return made


def _cost(price: Price) -> dict[str, Any]:
    tiers = whole_tiers(price)
    cost: dict[str, Any] = _rates(price.rates)
    if tiers:
        cost["tiers"] = [{**_rates(tier.rates), "tier": {"type": "context", "size": tier.above}} for tier in tiers]
    if len(tiers) == 1 and tiers[0].above >= OVER_200K:
        cost["context_over_200k"] = _rates(tiers[0].rates)
    return cost


def _rates(rates: Rates) -> dict[str, int | float]:
    stated = {name: getattr(rates, name) for name in RATES}
    return {name: json_number(rate) for name, rate in stated.items() if rate is not None}


def _experimental(stated: Mapping[str, Any], price: Price) -> dict[str, Any]:
    """The modes of a record, each with the price that the catalog serves for the service of its name."""
    modes = stated.get("modes")
    if not isinstance(modes, dict):
        return {**stated}
    services = {service.name: service for service in price.services}
    return {**stated, "modes": {name: _mode(mode, services.get(name)) for name, mode in modes.items()}}


def _mode(stated: Any, service: Service | None) -> Any:
    if not isinstance(stated, dict):
        return stated
    kept = {name: value for name, value in stated.items() if name != "cost"}
    is_stated = service is not None and service.rates.input is not None and service.rates.output is not None
    if service is None or not is_stated:
        return kept
    return {**kept, "cost": _cost(Price(service.rates, service.tiers))}


def _providers(served: ServedCatalog) -> dict[str, Any]:
    by_host: defaultdict[str, dict[str, orjson.Fragment]] = defaultdict(dict)
    for offer in served.catalog.offers:
        made = entry(offer, served.raw_record(MODELS_DEV, offer.id) or {})
        by_host[offer.provider][offer.model] = encoded(made)
    found: dict[str, Any] = {}
    for id_ in sorted(by_host):
        host = served.catalog.provider(id_) or Provider(id=id_)
        found[id_] = {**_host(host), "models": dict(sorted(by_host[id_].items()))}
    return found


def _host(host: Provider) -> dict[str, Any]:
    stated = {"npm": host.npm, "api": host.api, "doc": host.doc}
    return {
        "id": host.id,
        "env": host.env,
        **{name: value for name, value in stated.items() if value is not None},
        "name": host.name or host.id,
    }


def _models(served: ServedCatalog) -> dict[str, orjson.Fragment]:
    """Models by ``lab/model``; one whose lab is unknown is left out, since it has no such id."""
    models: dict[str, orjson.Fragment] = {}
    for id_, model in _lab_models(served):
        models.setdefault(id_, encoded(model))  # of two that models.dev calls the same, the first is known better
    return dict(sorted(models.items()))


def _lab_models(served: ServedCatalog) -> Iterator[tuple[str, dict[str, Any]]]:
    for model in served.catalog.models.values():
        offer = served.listed(model.offers[0])
        if offer is None:
            continue
        hosted = served.raw_record(MODELS_DEV, offer.id) or {}
        canonical = hosted.get("canonical_model_id")
        id_ = canonical if isinstance(canonical, str) else f"{model.lab}/{model.base}" if model.lab else None
        if id_ is not None:
            record = served.raw_record(MODELS_DEV_MODELS, id_) or {}
            yield id_, _lab_model(id_, model, offer, record=record)


def _lab_model(id_: str, model: Model, offer: Offer, *, record: Mapping[str, Any]) -> dict[str, Any]:
    described = {
        **record,
        **_description(offer, record),
        "id": id_,
        "name": offer.name or model.base,
        "family": model.family or offer.family,
        "release_date": model.release_date or offer.release_date,
        "status": None,
        "license": model.licence,
        "links": [_link(it) for it in model.links] or None,
        "weights": [_link(it) for it in model.weights] or None,
        "benchmarks": [_benchmark(it) for it in model.benchmarks] or None,
    }
    return {name: value for name, value in described.items() if value is not None}


def _link(link: Link) -> dict[str, str]:
    kind = {"type": link.kind} if link.kind else {}
    return {"label": link.label, "url": link.url, **kind}


def _benchmark(benchmark: Benchmark) -> dict[str, Any]:
    stated = {name: getattr(benchmark, name) for name in Benchmark.__slots__}
    return {name: value for name, value in stated.items() if value is not None}


DIALECT = Dialect(
    name="models-dev",
    client="opencode, and whatever reads models.dev",
    documents=(
        Document(
            path=paths.MODELS_DEV,
            summary="The catalog, as models.dev's api.json",
            description="Hosts by id, each with its models: models.dev's own records, every field as it came, with the "
            "facts that this catalog serves.",
            schema=PROVIDERS_SCHEMA,
            make=make_providers,
        ),
        Document(
            path=paths.MODELS_DEV_MODELS,
            summary="The models, as models.dev's models.json",
            description="Models by `lab/model`, with what holds of them at every host.",
            schema=MODELS_SCHEMA,
            make=make_models,
        ),
        Document(
            path=paths.MODELS_DEV_CATALOG,
            summary="Both, as models.dev's catalog.json",
            description="`models` as in `/models.json`, `providers` as in `/api.json`.",
            schema=CATALOG_SCHEMA,
            make=make_catalog,
        ),
        Document(
            path=f"{paths.LOGOS}/{{name:path}}",
            summary="A logo, as models.dev has them",
            description="Of a host, or below `labs/` of a lab: its own, or a neutral one where there is none.",
            schema={"type": "string"},
            make=make_logo,
            media_type="image/svg+xml",
        ),
    ),
)
