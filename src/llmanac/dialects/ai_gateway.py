"""The configuration of the AI SDK's gateway provider: every model, with the specification that its version takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Headers, Question
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.fragments import encoded
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced, per_token
from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import Price
from llmanac.domain.records import ModelKind, Offer

CLIENT = re.compile(rb"ai-sdk(?:/gateway|-gateway)/(\d+)\.")
"""The name and the major version by which every version of the provider goes."""
SPECIFICATIONS = {1: "v2", 2: "v2", 3: "v3"}
NEWEST = "v4"
"""The specification of the newest provider; it refuses a list with any other, and older ones refuse this."""
TYPES = {
    ModelKind.CHAT: "language",
    ModelKind.COMPLETION: "language",
    ModelKind.EMBEDDING: "embedding",
    ModelKind.RERANK: "reranking",
    ModelKind.IMAGE: "image",
    ModelKind.AUDIO: "realtime",
    ModelKind.SPEECH: "speech",
    ModelKind.TRANSCRIPTION: "transcription",
    ModelKind.VIDEO: "video",
}
"""The provider's types; models of other kinds are left out."""
OLD_TYPES = frozenset({"language", "embedding", "image"})
"""The types that provider 1 and 2 know; version 1 refuses a list with another."""
OLDEST = "v2"
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["models"],
    "properties": {"models": {"type": "array", "items": {"type": "object", "required": ["id", "name"]}}},
}


def specification(headers: Headers, _values: Mapping[str, Any]) -> str:
    """The specification that the caller's version takes; the newest for any other program."""
    found = CLIENT.search(headers.get(b"user-agent", b""))
    return NEWEST if found is None else SPECIFICATIONS.get(int(found[1]), NEWEST)


def make(served: ServedCatalog, question: Question) -> bytes:
    """The configuration: every offer whose kind the provider knows."""
    version = question.variant or NEWEST
    known = OLD_TYPES if version == OLDEST else frozenset(TYPES.values())
    offers = (it for it in served.catalog.offers if TYPES.get(it.kind) in known)
    return orjson.dumps({"models": [encoded(entry(offer, version)) for offer in offers]})


def omission(offer: Offer, _catalog: CatalogData) -> str | None:
    """Why an offer is left out for the newest provider."""
    return None if offer.kind in TYPES else "of a kind that the provider does not know"


def entry(offer: Offer, version: str) -> dict[str, Any]:
    """The entry of an offer, under its models.dev id."""
    return {
        "id": offer.id,
        "name": offer.name or offer.model,
        "description": None,
        "pricing": _pricing(offer.price),
        "specification": {"specificationVersion": version, "provider": offer.provider, "modelId": offer.id},
        "modelType": TYPES[offer.kind],
    }


def _pricing(price: Price) -> dict[str, str] | None:
    """USD per token, as strings; None where it is unknown, in a plan, or varies."""
    if not is_priced(price):
        return None
    rates = price.rates
    stated = {
        "input": rates.input,
        "output": rates.output,
        "input_cache_read": rates.cache_read,
        "input_cache_write": rates.cache_write,
    }
    return {name: per_token(rate) for name, rate in stated.items() if rate is not None}


DIALECT = Dialect(
    name="ai-gateway",
    client="the AI SDK's gateway provider",
    encode_error=encode_error_with_object,
    documents=(
        Document(
            path=paths.AI_GATEWAY,
            summary="The models, as the AI SDK's gateway provider reads them",
            description="In the specification that the version in `User-Agent` takes; prices are USD per token, as "
            "strings.",
            schema=SCHEMA,
            make=make,
            omission=omission,
            variant=specification,
            varies_by="user-agent",
        ),
    ),
)
