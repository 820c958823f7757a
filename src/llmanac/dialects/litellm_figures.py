"""The facts of an offer under LiteLLM's keys: prices per token, limits, capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from llmanac.dialects.token_prices import whole_tiers
from llmanac.domain.peak_hours import MINUTES_A_DAY, WeeklyWindow
from llmanac.domain.pricing import OffPeak, Price, PriceState, Rates, Tier
from llmanac.domain.records import ModelKind, Offer
from llmanac.ingest.decode.formats.litellm import CAPABILITY_KEYS
from llmanac.ingest.decode.formats.litellm_prices import OFF_PEAK, RATE_KEYS

UTC_NAME = "UTC"
SUFFIXES = {"batch": "_batches", "flex": "_flex", "priority": "_priority"}
"""Services that the map has a suffix for, in keys of prices."""
THOUSAND = 1000
MODES = {
    ModelKind.CHAT: "chat",
    ModelKind.COMPLETION: "completion",
    ModelKind.EMBEDDING: "embedding",
    ModelKind.RERANK: "rerank",
    ModelKind.IMAGE: "image_generation",
    ModelKind.AUDIO: "realtime",
    ModelKind.SPEECH: "audio_speech",
    ModelKind.TRANSCRIPTION: "audio_transcription",
    ModelKind.VIDEO: "video_generation",
    ModelKind.MODERATION: "moderation",
    ModelKind.SEARCH: "search",
    ModelKind.OCR: "ocr",
}


def new_row(offer: Offer, key: str | None) -> dict[str, Any]:
    """The row of an offer that the map has not.

    One that LiteLLM calls by no id of its own is under its models.dev id, which serves as the ``base_model`` of a
    deployment; without ``litellm_provider``, whichever provider the deployment has.
    """
    provider = {"litellm_provider": key.partition("/")[0]} if key else {}
    return {**provider, "mode": MODES[offer.kind], **limits(offer), **flags(offer, {}), **prices_per_token(offer.price)}


def limits(offer: Offer) -> dict[str, int]:
    """The limits that are known, in tokens; the limit on input is the context where a host states no other."""
    stated = {
        "max_input_tokens": offer.limits.input or offer.limits.context,
        "max_output_tokens": offer.limits.output,
        "max_tokens": offer.limits.output,
    }
    return {name: limit for name, limit in stated.items() if limit is not None}


def flags(offer: Offer, record: Mapping[str, Any]) -> dict[str, bool]:
    """The capabilities by the catalog: True for those there are, and False for others that the row states."""
    able = {name: capability in offer.capabilities for name, capability in CAPABILITY_KEYS.items()}
    return {name: it for name, it in able.items() if it or name in record}


def prices_per_token(price: Price) -> dict[str, Any]:
    """Every known price, in USD per token; what is part of a plan is 0."""
    if price.state is PriceState.IN_PLAN:
        return {RATE_KEYS["input"]: 0.0, RATE_KEYS["output"]: 0.0}
    base = price.off_peak.peak if price.off_peak else price.rates
    made = _rates(base, "")
    for tier in whole_tiers(replace(price, rates=base)):
        made |= _rates(tier.rates, _above(tier))
    for service in price.services:
        if (suffix := SUFFIXES.get(service.name)) is not None:
            made |= _rates(service.rates, suffix)
            for tier in service.tiers:
                made |= _rates(tier.rates, _above(tier) + suffix)
    return made if price.off_peak is None else {**made, OFF_PEAK: _off_peak(price.off_peak)}


def _rates(rates: Rates, suffix: str) -> dict[str, Any]:
    stated = {key: getattr(rates, name) for name, key in RATE_KEYS.items()}
    return {f"{key}{suffix}": float(rate.scaleb(-6)) for key, rate in stated.items() if rate is not None}


def _above(tier: Tier) -> str:
    thousands, rest = divmod(tier.above, THOUSAND)
    return f"_above_{tier.above}_tokens" if rest else f"_above_{thousands}k_tokens"


def _off_peak(off_peak: OffPeak) -> dict[str, Any]:
    """Off-peak rates with their hours; all windows are in one time zone, as they came from one row."""
    zone = off_peak.windows[0].timezone
    named = {} if zone == UTC_NAME else {"weekday_timezone": zone}
    windows = [{"hours_utc": _hours(it), "weekdays": [*it.weekdays]} for it in off_peak.windows]
    return {**_rates(off_peak.rates, ""), "windows": windows, **named}


def _hours(window: WeeklyWindow) -> str:
    end = window.end % MINUTES_A_DAY
    return f"{window.start // 60:02}:{window.start % 60:02}-{end // 60:02}:{end % 60:02}"
