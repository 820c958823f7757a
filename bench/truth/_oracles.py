"""Official figures to measure by: lists of prices that others keep, read from their packages' data.

- model-prices (0.0.5, of 2026-10-26): figures of models.dev's commits that a daily check compares with the labs' pages.
- genai-prices (0.2.3, up to 2026-11-09): kept by hand, from the hosts' pages, whatever models.dev states.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson
from genai_prices import data_snapshot
from genai_prices.types import ClauseEquals, ClauseOr, ModelPrice, TieredPrices

NEWEST = datetime(2026, 11, 9, 4, tzinfo=UTC)
"""The time of genai-prices' newest figures, outside of the labs' peak hours."""

GENAI_PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "databricks": "databricks",
    "deepseek": "deepseek",
    "fireworks-ai": "fireworks",
    "github-copilot": "github-copilot",
    "google": "google",
    "groq": "groq",
    "minimax": "minimax",
    "mistral": "mistral",
    "moonshotai": "moonshotai",
    "novita-ai": "novita",
    "openai": "openai",
    "ovhcloud": "ovhcloud",
    "perplexity": "perplexity",
    "togetherai": "together",
    "xai": "x-ai",
    "zai": "zai",
    "zhipuai": "zhipuai",
}
"""models.dev's ids of hosts, and those of genai-prices."""
GENAI_RATES = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
}

Figures = Mapping[tuple[str, str], Decimal]
"""Rates in USD per million tokens, by an offer's id and the rate's name."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """A list of official figures."""

    name: str
    figures: Figures


def model_prices(wheel: Path) -> Oracle:
    """The newest standard figures of model-prices, from its wheel (pip download --no-deps model-prices==0.0.5)."""
    with zipfile.ZipFile(wheel) as archive:
        prices = orjson.loads(archive.read("model_prices/snapshot.json"))["prices"]
    return Oracle(
        "model-prices 2026-10-26",
        {
            (f"{host}/{model}", rate): Decimal(str(value))
            for host, models in prices.items()
            for model, timelines in models.items()
            for rate, value in (timelines["standard"][-1]["rates"] or {}).items()
            if rate in GENAI_RATES
        },
    )


def genai_prices(offers: Iterable[str]) -> Oracle:
    """The figures that genai-prices has for these offers under exactly their names."""
    providers = {it.id: it for it in data_snapshot.get_snapshot().providers}
    exact = {
        host: {name: model for model in providers[id_].models for name in (model.id, *_names(model.match))}
        for host, id_ in GENAI_PROVIDERS.items()
    }
    figures: dict[tuple[str, str], Decimal] = {}
    for offer in offers:
        host, _, name = offer.partition("/")
        model = exact.get(host, {}).get(name.lower())
        if model is not None:
            price = model.get_prices(NEWEST)
            figures |= {(offer, rate): value for rate in GENAI_RATES if (value := _rate(price, rate)) is not None}
    return Oracle("genai-prices 2026-11-09", figures)


def _rate(price: ModelPrice, rate: str) -> Decimal | None:
    stated = getattr(price, GENAI_RATES[rate])
    base = stated.base if isinstance(stated, TieredPrices) else stated
    return None if base is None else Decimal(str(base))


def _names(match: object) -> list[str]:
    """The exact names that a rule of genai-prices lists."""
    if isinstance(match, ClauseEquals):
        return [match.equals]
    return [name for inner in match.or_ for name in _names(inner)] if isinstance(match, ClauseOr) else []
