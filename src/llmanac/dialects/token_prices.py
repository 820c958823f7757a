"""Prices as other formats write them: per token, as strings, and above a size of the context."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from llmanac.domain.amounts import digits
from llmanac.domain.pricing import RATE_NAMES, Price, PriceState, Rates, Service, Tier
from llmanac.domain.rate_layers import applied_rate, layers_of
from llmanac.domain.usage import TokenKind

VARIABLE = "-1"
"""OpenRouter's price of what depends on the model that a request is passed on to."""

OPENROUTER_KEYS = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_1h": "cache_write_1h",
    "internal_reasoning": "reasoning",
    "audio": "input_audio",
    "audio_output": "output_audio",
    "image_token": "input_image",
    "image_output": "output_image",
}
"""OpenRouter's names of rates."""


def is_priced(price: Price, *, plans: bool = False) -> bool:
    """Whether input and output have a price, be it 0; what is in a plan has one if ``plans``."""
    if price.state is PriceState.IN_PLAN:
        return plans
    is_known = price.state in {PriceState.KNOWN, PriceState.FREE}
    return is_known and price.rates.input is not None and price.rates.output is not None


def per_token(rate: Decimal) -> str:
    """A rate per million tokens as digits of USD per token: 2.5 is ``0.0000025``."""
    return digits(rate.scaleb(-6))


def whole_tiers(price: Price) -> tuple[Tier, ...]:
    """The tiers of a price, each with every rate that holds in it, stated or derived; for clients that derive none."""
    return tuple([Tier(tier.above, _rates_above(tier.above, price)) for tier in price.tiers])


def openrouter_pricing(price: Price) -> dict[str, Any] | None:
    """A price in OpenRouter's shape, all in strings; None where it is unknown or in a plan."""
    if price.state is PriceState.VARIABLE:
        return {"prompt": VARIABLE, "completion": VARIABLE}
    if not is_priced(price):
        return None
    pricing: dict[str, Any] = _openrouter_rates(price.rates)
    if price.tiers:
        pricing["overrides"] = [
            {"min_prompt_tokens": tier.above + 1, **_openrouter_rates(tier.rates)} for tier in whole_tiers(price)
        ]
    return pricing


def _openrouter_rates(rates: Rates) -> dict[str, str]:
    stated = {name: getattr(rates, field) for name, field in OPENROUTER_KEYS.items()}
    return {name: per_token(rate) for name, rate in stated.items() if rate is not None}


def _rates_above(above: int, price: Price) -> Rates:
    layers = layers_of((Service("", price.rates, price.tiers),), above + 1)
    named = [name for name in RATE_NAMES if any(getattr(layer.rates, name) is not None for layer in layers)]
    applied = {name: applied_rate(TokenKind(name), layers) for name in named}
    return Rates(**{name: it.rate for name, it in applied.items() if it is not None})
