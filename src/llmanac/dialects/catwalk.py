"""Catwalk's list of providers, which Crush reads.

Its names of prices mislead: ``cost_per_1m_in_cached`` is writing the cache, ``cost_per_1m_out_cached`` is reading it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.effort_levels import effort_levels
from llmanac.dialects.fragments import encoded
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced
from llmanac.domain.amounts import json_number
from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Capability, ModelKind, Offer, Provider

NAMES = {
    "google": "gemini",
    "amazon-bedrock": "bedrock",
    "google-vertex": "vertexai",
    "github-copilot": "copilot",
    "moonshotai": "moonshot",
    "fireworks-ai": "fireworks",
    "zhipuai": "zhipu",
}
"""Catwalk's own ids of hosts, where they differ from models.dev's."""
TYPES = {
    "@ai-sdk/openai": "openai",
    "@ai-sdk/anthropic": "anthropic",
    "@ai-sdk/google": "google",
    "@ai-sdk/azure": "azure",
    "@ai-sdk/amazon-bedrock": "bedrock",
    "@ai-sdk/google-vertex": "google-vertex",
    "@openrouter/ai-sdk-provider": "openrouter",
    "@ai-sdk/gateway": "vercel",
}
"""Catwalk's types of hosts, by the AI SDK's package for each; any other is compatible with OpenAI."""
COMPATIBLE = "openai-compat"
IN_PLAN = 0.0
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "object", "required": ["id", "name", "models"]},
}


class _Listed(NamedTuple):
    """An offer of a host, in the order of the catalog."""

    output_price: Decimal
    id: str
    model: str
    encoded: orjson.Fragment


def make(served: ServedCatalog, _question: Question) -> bytes:
    """The list of hosts with at least one model that Crush can use."""
    by_host: defaultdict[str, list[_Listed]] = defaultdict(list)
    for offer in served.catalog.offers:
        if omission(offer, served.catalog) is None:
            price = offer.price.rates.output or Decimal(0)
            by_host[offer.provider].append(_Listed(price, offer.id, offer.model, encoded(entry(offer, served))))
    hosts = [(served.catalog.provider(id_) or Provider(id=id_), listed) for id_, listed in sorted(by_host.items())]
    return orjson.dumps([_host(host, listed) for host, listed in hosts])


def omission(offer: Offer, _catalog: CatalogData) -> str | None:
    """Why the format cannot say what there is to say of an offer; its limits are sent with requests."""
    if offer.kind is not ModelKind.CHAT or Capability.TOOL_CALL not in offer.capabilities:
        return "no chat, or no calls of tools"
    if not is_priced(offer.price, plans=True):
        return "no price"
    return "unknown context or output" if None in (offer.limits.context, offer.limits.output) else None


def entry(offer: Offer, served: ServedCatalog) -> dict[str, Any]:
    """The entry of an offer at its host."""
    levels = effort_levels(offer, served)
    return {
        "id": offer.model,
        "name": offer.name or offer.model,
        **_costs(offer.price),
        "context_window": offer.limits.context,
        "default_max_tokens": offer.limits.output,
        "can_reason": Capability.REASONING in offer.capabilities,
        **({"reasoning_levels": levels} if levels else {}),
        "supports_attachments": Capability.VISION in offer.capabilities,
        "options": {},
    }


def _costs(price: Price) -> dict[str, int | float]:
    """USD per million tokens; what is part of a plan is 0, and so is for Crush what is left out."""
    if price.state is PriceState.IN_PLAN:
        return dict.fromkeys(("cost_per_1m_in", "cost_per_1m_out"), IN_PLAN)
    stated = {
        "cost_per_1m_in": price.rates.input,
        "cost_per_1m_out": price.rates.output,
        "cost_per_1m_in_cached": price.rates.cache_write,
        "cost_per_1m_out_cached": price.rates.cache_read,
    }
    return {name: json_number(rate) for name, rate in stated.items() if rate is not None}


def _host(host: Provider, listed: Sequence[_Listed]) -> dict[str, Any]:
    smallest = min(listed, key=lambda it: (it.output_price, it.id))
    return {
        "name": host.name or host.id,
        "id": NAMES.get(host.id, host.id),
        "api_key": f"${host.env[0]}" if host.env else "",
        "api_endpoint": host.api or "",
        "type": TYPES.get(host.npm or "", COMPATIBLE),
        "default_large_model_id": listed[0].model,
        "default_small_model_id": smallest.model,
        "models": [it.encoded for it in listed],
        "default_headers": {},
    }


DIALECT = Dialect(
    name="catwalk",
    client="Crush",
    documents=(
        Document(
            path=paths.CATWALK,
            summary="The hosts, as Catwalk lists them for Crush",
            description="Every host with its models that call tools and whose price and limits are known.",
            schema=SCHEMA,
            make=make,
            omission=omission,
        ),
    ),
)
