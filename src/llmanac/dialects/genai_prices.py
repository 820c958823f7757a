"""genai-prices' data, version 2: hosts with the prices of their models, and how its users name and read a host.

Those data replace the library's own, so a host that it knows keeps what it says besides prices: by which names and
addresses the host goes, and where a response states its usage. ``genai_prices_hosts.json`` has that of version 0.2.3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Question
from llmanac.dialects.fragments import encoded
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import is_priced, whole_tiers
from llmanac.domain.amounts import json_number
from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Offer, Provider
from llmanac.domain.spelling import aliases_of

HOSTS_FILE = "genai_prices_hosts.json"
OWN_NAMES = {
    "xai": "x-ai",
    "amazon-bedrock": "aws",
    "togetherai": "together",
    "fireworks-ai": "fireworks",
    "novita-ai": "novita",
}
"""genai-prices' ids of hosts, where they differ from models.dev's."""
SPEAKS_AS = {
    "@ai-sdk/openai": "openai",
    "@ai-sdk/openai-compatible": "openai",
    "@ai-sdk/anthropic": "anthropic",
    "@ai-sdk/google": "google",
    "@ai-sdk/google-vertex": "google",
    "@ai-sdk/google-vertex/anthropic": "anthropic",
    "@ai-sdk/amazon-bedrock": "aws",
    "@ai-sdk/azure": "azure",
}
"""The host whose responses those of another look like, by the AI SDK's package for it."""
NO_ADDRESS = "(?!)"
"""A pattern that no address matches, for a host that has none of its own."""

KEYS = {
    "input": "input_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "output": "output_mtok",
    "reasoning": "output_reasoning_mtok",
    "input_audio": "input_audio_mtok",
    "input_image": "input_image_mtok",
    "output_audio": "output_audio_mtok",
    "output_image": "output_image_mtok",
}
BOTH = {
    ("cache_read", "input_audio"): "cache_audio_read_mtok",
    ("cache_read", "input_image"): "cache_image_read_mtok",
    ("cache_write", "input_audio"): "cache_audio_write_mtok",
    ("cache_write", "input_image"): "cache_image_write_mtok",
    ("cache_write_1h", "input_audio"): "cache_audio_write_1h_mtok",
    ("cache_write_1h", "input_image"): "cache_image_write_1h_mtok",
    ("reasoning", "output_audio"): "output_audio_reasoning_mtok",
    ("reasoning", "output_image"): "output_image_reasoning_mtok",
}
"""Kinds that are two at once, which the library wants a price for beside those of both: that of the first."""
NOT_APART = ("reasoning", "cache_write", "cache_write_1h")
"""Kinds that are charged with the whole where their own rate is 0."""
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "object", "required": ["id", "name", "api_pattern", "models"]},
}


def make(served: ServedCatalog, _question: Question) -> bytes:
    """Every host with a priced model: first those that genai-prices knows, in its order, then the others by id."""
    by_host: defaultdict[str, list[orjson.Fragment]] = defaultdict(list)
    for offer in served.catalog.offers:
        if omission(offer, served.catalog) is None:
            by_host[offer.provider].append(encoded(entry(offer)))
    known = {host["id"]: host for host in orjson.loads(_hosts_file())}
    places = {id_: place for place, id_ in enumerate(known)}
    ordered = sorted(by_host, key=lambda id_: (places.get(OWN_NAMES.get(id_, id_), len(places)), id_))
    hosts = [(served.catalog.provider(id_) or Provider(id=id_), by_host[id_]) for id_ in ordered]
    return orjson.dumps([_host(host, entries, known) for host, entries in hosts])


def omission(offer: Offer, _catalog: CatalogData) -> str | None:
    """Why an offer is left out."""
    return None if is_priced(offer.price) else "no price, or in a plan"


def entry(offer: Offer) -> dict[str, Any]:
    """The entry of an offer at its host."""
    names = [{"equals": name} for name in dict.fromkeys((offer.model, *aliases_of(offer)))]
    stated = {
        "name": offer.name,
        "context_window": offer.limits.context,
        "deprecated": True if offer.status == "deprecated" else None,
    }
    return {
        "id": offer.model,
        "match": names[0] if len(names) == 1 else {"or": names},
        **{name: value for name, value in stated.items() if value is not None},
        "prices": _prices(offer.price),
    }


def _host(host: Provider, entries: Sequence[orjson.Fragment], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    id_ = OWN_NAMES.get(host.id, host.id)
    own = known.get(id_, {})
    address = re.escape(host.api) if host.api and "${" not in host.api else NO_ADDRESS
    like = known.get(SPEAKS_AS.get(host.npm or "", ""), {})
    extractors = own.get("extractors") or like.get("extractors")
    match = own.get("provider_match")
    if id_ != host.id:
        match = {"or": [*([match] if match else []), {"equals": host.id}]}
    return {
        "name": host.name or host.id,
        "api_pattern": address,
        **own,
        "id": id_.lower(),
        **({"provider_match": match} if match else {}),
        **({"extractors": extractors} if extractors else {}),
        "models": entries,
    }


def _prices(price: Price) -> dict[str, Any]:
    """Prices per million tokens; those of tiers hold for all tokens of a larger context."""
    base = _rates(price.rates)
    tiers = [(tier.above, _rates(tier.rates)) for tier in whole_tiers(price)]
    prices: dict[str, Any] = {}
    for key, rate in base.items():
        above = [{"start": start, "price": rates[key]} for start, rates in tiers if key in rates]
        prices[key] = {"base": rate, "tiers": above} if above else rate
    return prices


def _rates(rates: Rates) -> dict[str, int | float]:
    stated = {name: rate for name in KEYS if (rate := getattr(rates, name)) is not None}
    for name in NOT_APART:
        if name in stated and not stated[name]:
            del stated[name]
    both = {key: stated[first] for (first, second), key in BOTH.items() if first in stated and second in stated}
    return {
        key: json_number(rate) for key, rate in ({KEYS[name]: rate for name, rate in stated.items()} | both).items()
    }


def _hosts_file() -> bytes:
    return resources.files(__package__).joinpath(HOSTS_FILE).read_bytes()


DIALECT = Dialect(
    name="genai-prices",
    client="genai-prices, Pydantic AI, Logfire",
    documents=(
        Document(
            path=paths.GENAI_PRICES,
            summary="The prices, as genai-prices' data of version 2",
            description="Hosts with the prices of their models; a model without a price is not in it.",
            schema=SCHEMA,
            make=make,
            omission=omission,
        ),
    ),
)
