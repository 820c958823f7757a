"""OpenAI's list of models, with what pickers look for beside its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.fragments import encoded
from llmanac.dialects.release_times import unix_time
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import openrouter_pricing
from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["object", "data"],
    "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object"}}},
}
MODEL_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}},
}


def make_list(served: ServedCatalog, _question: Question) -> bytes:
    """The list of all offers that models.dev or the organisation lists."""
    catalog = served.catalog
    labs = {base: model.lab for base, model in catalog.models.items()}
    entries = [encoded(_entry(offer, labs.get(offer.base))) for offer in catalog.offers]
    return orjson.dumps({"object": "list", "data": entries})


def make_model(served: ServedCatalog, question: Question) -> bytes:
    """The model that an id means, in any spelling, whichever source lists it."""
    offer = served.offer(question.path["id"])
    return orjson.dumps(entry(offer, served.catalog))


def entry(offer: Offer, catalog: CatalogData) -> dict[str, Any]:
    """The entry of an offer, under its models.dev id."""
    return _entry(offer, catalog.model_of(offer).lab)


def _entry(offer: Offer, lab: str | None) -> dict[str, Any]:
    return {
        "id": offer.id,
        "object": "model",
        "created": unix_time(offer.release_date),
        "owned_by": lab or offer.provider,
        "name": offer.name,
        "context_length": offer.limits.context,
        "max_output_tokens": offer.limits.output,
        "pricing": openrouter_pricing(offer.price),
        "capabilities": offer.capabilities,
    }


DIALECT = Dialect(
    name="openai",
    client="the openai SDKs, and whatever picks models from an OpenAI-compatible server",
    encode_error=encode_error_with_object,
    documents=(
        Document(
            path=paths.MODELS,
            summary="List models, as OpenAI does",
            description="By default in OpenAI's shape: every model by its models.dev id, with `context_length`, "
            "`max_output_tokens`, `pricing` (USD per token, as strings) and `capabilities` beside OpenAI's own fields.",
            schema=SCHEMA,
            make=make_list,
        ),
        Document(
            path=f"{paths.MODELS}/{{id:path}}",
            summary="Show a model, as OpenAI does",
            description="By default in OpenAI's shape; the id may be spelt as models.dev or LiteLLM do.",
            schema=MODEL_SCHEMA,
            make=make_model,
        ),
    ),
)
