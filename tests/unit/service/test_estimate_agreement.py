"""Others who work out prices come to the same sums, where they speak of the same price."""

from __future__ import annotations

import gzip
import re
from decimal import Decimal
from typing import Any

import orjson
import pytest
from genai_prices import Usage as GenaiUsage
from genai_prices import calc_price
from genai_prices.types import ModelPrice, TieredPrices

from llmanac.domain.charges import charges, total
from llmanac.domain.pricing import PriceState, Rates
from llmanac.domain.records import Offer
from llmanac.domain.usage import Usage
from llmanac.ingest.merge.build import Build
from llmanac.service.offers.rate_cards import rate_card_of

USAGES = (
    Usage(input=1_000, output=1_000),
    Usage(input=50_000, cache_read=40_000, output=700),
    Usage(input=150_000, cache_read=100_000, cache_write=30_000, output=20_000),
    Usage(input=200_000, output=1),
    Usage(input=272_000, output=1_000),
    Usage(input=300_000, cache_read=250_000, cache_write=7, output=3_333),
    Usage(input=900_000, cache_read=1, output=64_000),
)
FIELDS = ("input", "output", "cache_read", "cache_write")


def worked_out(offer: Offer, usage: Usage) -> Decimal | None:
    return total(charges(usage, rate_card_of(offer.price).services[:1]))


# ── LiteLLM ──────────────────────────────────────────────────────────────────────────────────────

KEYS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}


def litellm_cost(row: dict[str, Any], usage: Usage) -> Decimal:
    """LiteLLM's arithmetic, on a row of its map: every key by itself has its price above a number of tokens."""
    if "tiered_pricing" in row:  # ranges of the context, each with all prices
        ranges = [it for it in row["tiered_pricing"] if it["range"][0] < max(usage.input, 1)]
        row = {**row, **ranges[-1]}
    bounds = sorted({int(match[1]) * 1000 for key in row if (match := re.fullmatch(r"\w+_above_(\d+)k_tokens", key))})
    reached = [bound for bound in bounds if usage.input > bound]

    def price(kind: str) -> Decimal:
        keys = [f"{KEYS[kind]}_above_{bound // 1000}k_tokens" for bound in reversed(reached)] + [KEYS[kind]]
        return next(Decimal(repr(row[key])) for key in keys if row.get(key) is not None)

    fresh = usage.input - usage.cache_read - usage.cache_write
    counts = {"input": fresh, "cache_read": usage.cache_read, "cache_write": usage.cache_write, "output": usage.output}
    return sum((count * price(kind) for kind, count in counts.items() if count), Decimal(0))


def same_price(offer: Offer, build: Build) -> bool:
    """models.dev and LiteLLM state the same rates and tiers for it."""
    row = build.rows.get(offer.id)
    return (
        row is not None
        and offer.price.state is PriceState.KNOWN
        and [_stated(row.rates), [(it.above, _stated(it.rates)) for it in row.tiers]]
        == [_stated(offer.price.rates), [(it.above, _stated(it.rates)) for it in offer.price.tiers]]
    )


def leaves_out(offer: Offer, usage: Usage) -> bool:
    """A tier that the usage reaches has no price for something in it."""
    reached = [it.rates for it in offer.price.tiers if usage.input > it.above]
    return any(getattr(rates, kind) is None for rates in reached for kind in FIELDS if getattr(usage, kind))


def _stated(rates: Rates) -> list[Decimal | None]:
    return [getattr(rates, name) for name in FIELDS]


@pytest.mark.slow
def test_litellm_agrees(embedded_build: Build) -> None:
    feed: dict[str, Any] = orjson.loads(gzip.decompress(embedded_build.feeds["litellm"].data))
    compared = tiered = 0
    for offer in embedded_build.catalog.offers:
        if not same_price(offer, embedded_build):
            continue
        row, rates = feed[embedded_build.rows[offer.id].id], offer.price.rates
        if "off_peak_pricing" in row:
            continue  # It depends on the hour
        for usage in USAGES:
            if (usage.cache_read and rates.cache_read is None) or (usage.cache_write and not rates.cache_write):
                continue  # LiteLLM makes that 0, which is nobody's price
            if leaves_out(offer, usage):
                continue  # LiteLLM charges that as it is below the tier; here it keeps its ratio
            theirs = litellm_cost(row, usage)
            assert worked_out(offer, usage) == pytest.approx(theirs, rel=Decimal("1e-9")), offer.id
            compared += 1
            tiered += any(usage.input > tier.above for tier in offer.price.tiers)
    assert compared > 2_000
    assert tiered > 50


# ── genai-prices ─────────────────────────────────────────────────────────────────────────────────

PROVIDERS = {
    "anthropic": "anthropic",
    "openai": "openai",
    "google": "google",
    "xai": "x-ai",
    "mistral": "mistral",
    "groq": "groq",
    "deepseek": "deepseek",
    "moonshotai": "moonshotai",
    "cohere": "cohere",
    "perplexity": "perplexity",
    "openrouter": "openrouter",
}
"""models.dev's ids, and those of genai-prices."""

GenaiStated = tuple[Decimal, tuple[tuple[int, Decimal], ...]] | None


def genai_stated(price: Decimal | TieredPrices | None) -> GenaiStated:
    """A price of theirs: below every bound, and above each."""
    if isinstance(price, TieredPrices):
        return price.base, tuple((tier.start, tier.price) for tier in price.tiers)
    return None if price is None else (price, ())


def our_stated(offer: Offer, name: str) -> GenaiStated:
    base = getattr(offer.price.rates, name)
    tiers = ((tier.above, getattr(tier.rates, name)) for tier in offer.price.tiers)
    return None if base is None else (base, tuple((above, rate) for above, rate in tiers if rate is not None))


def genai_usage(usage: Usage) -> GenaiUsage:
    return GenaiUsage(
        input_tokens=usage.input,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        output_tokens=usage.output,
    )


def genai_price(offer: Offer) -> ModelPrice | None:
    try:
        return calc_price(
            genai_usage(USAGES[0]), model_ref=offer.model, provider_id=PROVIDERS[offer.provider]
        ).model_price
    except LookupError:
        return None


@pytest.mark.slow
def test_genai_prices_agrees(embedded_build: Build) -> None:
    compared = tiered = 0
    for offer in embedded_build.catalog.offers:
        theirs = genai_price(offer) if offer.provider in PROVIDERS else None
        if theirs is None or offer.price.state is not PriceState.KNOWN or theirs.requests_kcount:
            continue  # A fee for each request is beyond what the feeds know
        if any(genai_stated(getattr(theirs, f"{name}_mtok")) != our_stated(offer, name) for name in FIELDS):
            continue
        for usage in USAGES:
            answer = calc_price(genai_usage(usage), model_ref=offer.model, provider_id=PROVIDERS[offer.provider])
            if answer.model_price != theirs:
                continue  # It depends on the hour
            assert worked_out(offer, usage) == answer.total_price, offer.id
            compared += 1
            tiered += any(usage.input > tier.above for tier in offer.price.tiers)
    assert compared > 1_000
    assert tiered > 10
