"""OpenRouter's models and their endpoints: a model of the catalog is a model there, and its offers are its endpoints.

A model is ``lab/base``, and shows the figures of its first endpoint: its lab's own, else the most popular one. An offer
without a context or without a price is no endpoint, since the format has no word for that; a model without endpoints,
or of a lab that is unknown, is not listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.openrouter_filters import OUTPUT_MODALITIES, PARAMETERS, UNANSWERED, ListedModel, ModelIndex
from llmanac.dialects.release_times import unix_time
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import openrouter_pricing
from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.records import Capability, Model, Offer
from llmanac.errors import InvalidRequest, NotFound

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


def make_list(served: ServedCatalog, question: Question) -> bytes:
    """The models that match, from ``offset`` on. Raises InvalidRequest for a filter that the catalog cannot answer."""
    values = question.values
    refused = [name for name in UNANSWERED if name in values]
    if refused:
        raise InvalidRequest(f"The catalog cannot filter by {', '.join(refused)}: it does not know that of models.")
    found = served.once(_index).find(values)
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
    return orjson.dumps({"data": {"count": len(served.once(_index).find(question.values))}})


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
    found = served.once(_index).by_id.get(id_)
    if found is None:
        raise NotFound(f"No model is called {id_!r} here. Ids are lab/model, as {MODELS} lists them.")
    return found


def _index(served: ServedCatalog) -> ModelIndex:
    """Every model with an endpoint, in the order of the catalog."""
    made = []
    for base in dict.fromkeys(offer.base for offer in served.catalog.offers):
        model = served.catalog.models[base]
        listed = (offer for it in model.offers if (offer := served.listed(it)) is not None)
        endpoints = list(_endpoints(listed, served.catalog))
        if endpoints:
            made.append(_listed(model, endpoints, served))
    return ModelIndex(made)


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
