"""OpenRouter's models and their endpoints: a model of the catalog is a model there, and its offers are its endpoints.

A model is ``lab/base``, and shows the figures of its first endpoint: its lab's own, else the most popular one. An offer
without a context or without a price is no endpoint, since the format has no word for that; a model without endpoints,
or of a lab that is unknown, is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.release_times import unix_time
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import openrouter_pricing
from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.records import Capability, Model, Offer
from llmanac.errors import InvalidRequest, NotFound
from llmanac.search.query.parameter import Parameter

MODELS = f"{paths.OPENROUTER}/models"
MEDIA = {"pdf": "file"}
"""OpenRouter's names of media, where they differ."""
PARAMETERS_OF = {
    Capability.TOOL_CALL: ("tools", "tool_choice"),
    Capability.STRUCTURED_OUTPUT: ("response_format", "structured_outputs"),
    Capability.REASONING: ("reasoning", "include_reasoning"),
    Capability.TEMPERATURE: ("temperature",),
}
"""The parameters that a capability shows in."""
ANY_OUTPUT, DEFAULT_OUTPUT = "all", "text"
UNANSWERED = (
    "category",
    "distillable",
    "min_age_days",
    "max_age_days",
    *(f"{bound}_{index}_index" for bound in ("min", "max") for index in ("intelligence", "coding", "agentic")),
    "min_tool_success_rate",
    "max_tool_success_rate",
)
"""OpenRouter's filters by what the catalog does not know: they are refused, since to ignore one would be a lie."""

OUTPUT_MODALITIES = Parameter(
    name="output_modalities", type=str, description="Models with one of these outputs, or `all`", max_length=256
)
PARAMETERS = (
    Parameter(name="offset", type=int, description="Models to skip", minimum=0),
    Parameter(name="limit", type=int, description="Most models; by default all", minimum=1, maximum=1000),
    Parameter(name="q", type=str, description="A part of the id or the name", max_length=256),
    Parameter(name="supported_parameters", type=str, description="Models that take all of these", max_length=256),
    OUTPUT_MODALITIES,
    Parameter(name="input_modalities", type=str, description="Models that take all of these", max_length=256),
    Parameter(name="context", type=int, description="Least length of the context", minimum=0),
    Parameter(name="min_price", type=float, description="Least price of input, USD per million tokens", minimum=0),
    Parameter(name="max_price", type=float, description="Highest price of input", minimum=0),
    Parameter(name="min_output_price", type=float, description="Least price of output", minimum=0),
    Parameter(name="max_output_price", type=float, description="Highest price of output", minimum=0),
    Parameter(name="arch", type=str, description="Models of a family", max_length=256),
    Parameter(name="model_authors", type=str, description="Models of these labs", max_length=256),
    Parameter(name="providers", type=str, description="Models that one of these hosts has", max_length=256),
    Parameter(name="zdr", type=str, description="Models of a host that keeps no requests", choices=("true",)),
    Parameter(name="region", type=str, description="Models of a host in this region", choices=("eu", "us")),
    Parameter(
        name="sort",
        type=str,
        description="The order; by default that of the catalog",
        choices=("most-popular", "newest", "pricing-low-to-high", "pricing-high-to-low", "context-high-to-low"),
    ),
    *(Parameter(name=name, type=str, description="Refused: the catalog does not know") for name in UNANSWERED),
)
"""Those of OpenRouter's parameters that the catalog can answer. Lists are separated by commas, in any case."""

LIST_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["data", "links", "total_count"],
    "properties": {
        "data": {"type": "array", "items": {"type": "object", "required": ["id", "pricing"]}},
        "links": {"type": "object", "required": ["next"]},
        "total_count": {"type": "integer"},
    },
}
DATA_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "object"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model as OpenRouter lists it, with what its filters read."""

    id: str
    encoded: bytes
    text: str
    """Its id and name, folded."""
    lab: str
    family: str
    created: int
    context: int
    input_price: Decimal
    """USD per million tokens, at its first endpoint; below 0 where it varies."""
    output_price: Decimal
    parameters: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]
    hosts: frozenset[str]
    """The ids and the names of its hosts, folded."""
    regions: frozenset[str]
    keeps_nothing: bool


def make_list(served: ServedCatalog, question: Question) -> bytes:
    """The models that match, from ``offset`` on. Raises InvalidRequest for a filter that the catalog cannot answer."""
    values = question.values
    refused = [name for name in UNANSWERED if name in values]
    if refused:
        raise InvalidRequest(f"The catalog cannot filter by {', '.join(refused)}: it does not know that of models.")
    found = _sorted([it for it in served.once(_listed_models) if _matches(it, values)], values.get("sort"))
    offset, limit = values.get("offset", 0), values.get("limit", len(found))
    page = found[offset : offset + limit]
    rest = offset + len(page) < len(found)
    following = f"{MODELS}?offset={offset + len(page)}&limit={limit}" if rest and page else None
    return b'{"data":[%b],"links":%b,"total_count":%d}' % (
        b",".join([it.encoded for it in page]),
        orjson.dumps({"next": following}),
        len(found),
    )


def make_count(served: ServedCatalog, question: Question) -> bytes:
    """The number of models that match."""
    found = [it for it in served.once(_listed_models) if _matches(it, question.values)]
    return orjson.dumps({"data": {"count": len(found)}})


def make_model(served: ServedCatalog, question: Question) -> bytes:
    """One model. Raises NotFound."""
    id_ = f"{question.path['author']}/{question.path['slug']}"
    return b'{"data":%b}' % _find(id_, served).encoded


def make_endpoints(served: ServedCatalog, question: Question) -> bytes:
    """One model with its endpoints. Raises NotFound."""
    id_ = f"{question.path['author']}/{question.path['slug']}"
    _find(id_, served)
    model = served.catalog.models[question.path["slug"]]
    listed = (offer for it in model.offers if (offer := served.listed(it)) is not None)
    offers = list(_endpoints(listed, served.catalog))
    first = offers[0]
    described = {
        "id": id_,
        "name": first.name or model.base,
        "created": unix_time(model.release_date),
        "description": "",
        "architecture": {**_architecture(first), "instruct_type": None, "tokenizer": None},
        "endpoints": [_endpoint(offer, id_, served) for offer in offers],
    }
    return orjson.dumps({"data": described})


def _find(id_: str, served: ServedCatalog) -> ListedModel:
    found = next((it for it in served.once(_listed_models) if it.id == id_), None)
    if found is None:
        raise NotFound(f"No model is called {id_!r} here. Ids are lab/model, as {MODELS} lists them.")
    return found


def _listed_models(served: ServedCatalog) -> tuple[ListedModel, ...]:
    """Every model with an endpoint, in the order of the catalog."""
    listed = dict.fromkeys(offer.base for offer in served.catalog.offers)
    offers = {offer.id: offer for offer in served.catalog.offers}
    made = []
    for base in listed:
        model = served.catalog.models[base]
        endpoints = list(_endpoints((offers[it] for it in model.offers if it in offers), served.catalog))
        if endpoints:
            made.append(_listed(model, endpoints, served))
    return tuple(made)


def _listed(model: Model, offers: Sequence[Offer], served: ServedCatalog) -> ListedModel:
    first, id_ = offers[0], f"{model.lab}/{model.base}"
    entry = _entry(id_, model, first)
    hosts = {name for offer in offers for name in (offer.provider, _host_name(offer, served))}
    regions = {region for offer in offers if offer.own for region in offer.own.regions}
    return ListedModel(
        id=id_,
        encoded=orjson.dumps(entry),
        text=f"{id_} {entry['name']}".casefold(),
        lab=(model.lab or "").casefold(),
        family=(model.family or first.family or "").casefold(),
        created=entry["created"],
        context=first.limits.context or 0,
        input_price=Decimal(entry["pricing"]["prompt"]).scaleb(6),
        output_price=Decimal(entry["pricing"]["completion"]).scaleb(6),
        parameters=frozenset(entry["supported_parameters"]),
        inputs=frozenset(entry["architecture"]["input_modalities"]),
        outputs=frozenset(entry["architecture"]["output_modalities"]),
        hosts=frozenset(name.casefold() for name in hosts),
        regions=frozenset(regions),
        keeps_nothing=any(offer.own is not None and offer.own.retention_days == 0 for offer in offers),
    )


def omission(offer: Offer, catalog: CatalogData) -> str | None:
    """Why an offer is no endpoint of a model."""
    if offer.limits.context is None:
        return "unknown context"
    if openrouter_pricing(offer.price) is None:
        return "no price, or in a plan"
    return "of an unknown lab" if catalog.model_of(offer).lab is None else None


def _endpoints(offers: Iterable[Offer], catalog: CatalogData) -> Iterator[Offer]:
    """Those of the offers of a model that can be endpoints, best first; what only LiteLLM lists is none."""
    return (it for it in offers if it.listed_by != LITELLM and omission(it, catalog) is None)


def _entry(id_: str, model: Model, offer: Offer) -> dict[str, Any]:
    """A model, with the figures of its first endpoint."""
    retires = offer.lifecycle.retires_on
    return {
        "id": id_,
        "canonical_slug": id_,
        "name": offer.name or model.base,
        "created": unix_time(model.release_date),
        "description": "",
        "context_length": offer.limits.context,
        "architecture": _architecture(offer),
        "pricing": openrouter_pricing(offer.price),
        "top_provider": {
            "context_length": offer.limits.context,
            "max_completion_tokens": offer.limits.output,
            "is_moderated": False,
        },
        "per_request_limits": None,
        "supported_parameters": _parameters(offer),
        "default_parameters": None,
        "supported_voices": None,
        "knowledge_cutoff": offer.knowledge,
        "expiration_date": retires.date if retires else None,
        "links": {"details": f"{MODELS}/{id_}/endpoints"},
    }


def _endpoint(offer: Offer, id_: str, served: ServedCatalog) -> dict[str, Any]:
    calls_tools = Capability.TOOL_CALL in offer.capabilities
    return {
        "name": f"{_host_name(offer, served)} | {offer.id}",
        "model_id": id_,
        "model_name": offer.name or offer.model,
        "context_length": offer.limits.context,
        "max_completion_tokens": offer.limits.output,
        "max_prompt_tokens": offer.limits.input,
        "pricing": openrouter_pricing(offer.price),
        "provider_name": _host_name(offer, served),
        "tag": offer.provider,
        "quantization": None,
        "service_tier": None,
        "supported_parameters": _parameters(offer),
        "supports_implicit_caching": False,
        "supports_diarization": False,
        "supports_tool_choice": {"auto": calls_tools, "function": False, "none": False, "required": False},
        "native_tools": {},
        **dict.fromkeys(("latency_last_30m", "throughput_last_30m"), None),
        **dict.fromkeys(("uptime_last_5m", "uptime_last_30m", "uptime_last_1d"), None),
    }


def _host_name(offer: Offer, served: ServedCatalog) -> str:
    host = served.catalog.provider(offer.provider)
    return host.name if host is not None and host.name else offer.provider


def _architecture(offer: Offer) -> dict[str, Any]:
    inputs = [MEDIA.get(it, it) for it in offer.modalities.input]
    outputs = [MEDIA.get(it, it) for it in offer.modalities.output]
    modality = f"{'+'.join(inputs)}->{'+'.join(outputs)}" if inputs and outputs else None
    return {"modality": modality, "input_modalities": inputs, "output_modalities": outputs}


def _parameters(offer: Offer) -> list[str]:
    return [name for capability, names in PARAMETERS_OF.items() if capability in offer.capabilities for name in names]


def _matches(model: ListedModel, values: Mapping[str, Any]) -> bool:
    outputs = _words(values.get(OUTPUT_MODALITIES.name, DEFAULT_OUTPUT))
    if ANY_OUTPUT not in outputs and not outputs & model.outputs:
        return False
    return all(test(model, values[name]) for name, test in TESTS.items() if name in values)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())


def _at_most(name: str, model: ListedModel, value: float) -> bool:
    price: Decimal = getattr(model, name)
    return 0 <= price <= Decimal(str(value))


def _at_least(name: str, model: ListedModel, value: float) -> bool:
    price: Decimal = getattr(model, name)
    return price >= Decimal(str(value))


TESTS: Mapping[str, Callable[[ListedModel, Any], bool]] = {
    "q": lambda it, text: text.strip().casefold() in it.text,
    "supported_parameters": lambda it, text: _words(text) <= it.parameters,
    "input_modalities": lambda it, text: _words(text) <= it.inputs,
    "context": lambda it, least: it.context >= least,
    "min_price": partial(_at_least, "input_price"),
    "max_price": partial(_at_most, "input_price"),
    "min_output_price": partial(_at_least, "output_price"),
    "max_output_price": partial(_at_most, "output_price"),
    "arch": lambda it, family: family.casefold() in it.family,
    "model_authors": lambda it, text: it.lab in _words(text),
    "providers": lambda it, text: bool(_words(text) & it.hosts),
    "zdr": lambda it, _: it.keeps_nothing,
    "region": lambda it, region: region in it.regions,
}
"""The test of each filter on a model."""


def _sorted(models: list[ListedModel], sort: str | None) -> Sequence[ListedModel]:
    match sort:
        case "newest":
            return sorted(models, key=lambda it: -it.created)
        case "pricing-low-to-high":
            return sorted(models, key=lambda it: (it.input_price < 0, it.input_price + it.output_price))
        case "pricing-high-to-low":
            return sorted(models, key=lambda it: -(it.input_price + it.output_price))
        case "context-high-to-low":
            return sorted(models, key=lambda it: -it.context)
        case _:
            return models


DIALECT = Dialect(
    name="openrouter",
    client="the openrouter SDKs",
    encode_error=encode_error_with_object,
    documents=(
        Document(
            path=MODELS,
            summary="List models, as OpenRouter does",
            description="Models by `lab/model` with the figures of their first endpoint; prices are USD per token, as "
            "strings. Without `output_modalities`, those that write text.",
            schema=LIST_SCHEMA,
            make=make_list,
            omission=omission,
            parameters=PARAMETERS,
        ),
        Document(
            path=f"{MODELS}/count",
            summary="Count models, as OpenRouter does",
            description="Without `output_modalities`, those that write text.",
            schema=DATA_SCHEMA,
            make=make_count,
            parameters=(OUTPUT_MODALITIES,),
        ),
        Document(
            path=f"{MODELS}/{{author}}/{{slug:path}}/endpoints",
            summary="List the endpoints of a model, as OpenRouter does",
            description="The hosts that offer it, best first; those whose context and price are known.",
            schema=DATA_SCHEMA,
            make=make_endpoints,
        ),
        Document(
            path=f"{paths.OPENROUTER}/model/{{author}}/{{slug:path}}",
            summary="Show a model, as OpenRouter does",
            description="One model of the list.",
            schema=DATA_SCHEMA,
            make=make_model,
        ),
    ),
)
