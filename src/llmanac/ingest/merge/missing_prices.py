"""Fills in missing prices: what the served source leaves out, and another states of the same offer.

A price is filled in where the other source states the same price of its whole, so that both speak of one price: cache
and audio input where the input price is the same, reasoning and audio output where that of output is; tiers, services
and off-peak hours where both are. The price of output of a model that makes images is often that of images: where it is
the other source's price of those, both speak of one price, too. Where no price is served at all, the other source's
stands in. A 0 is never filled in: for a part of the prompt or of the output it means that it is not charged apart. Fees
are filled in always.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from llmanac.domain.pricing import REQUEST_UNITS, OffPeak, Rates, Service, Tier, is_same_price
from llmanac.ingest.layer import NO_RATES, Cost

INPUT_PARTS = ("cache_read", "cache_write", "cache_write_1h", "cache_write_12h", "input_audio", "input_image")
OUTPUT_PARTS = ("reasoning", "output_audio", "output_image")

NO_COST = Cost(NO_RATES)


def fill_missing(served: Cost | None, other: Cost) -> Cost:
    """The served prices with those of another source that they leave out; the same object where there are none."""
    cost = served or NO_COST
    if cost.rates.input is None and cost.rates.output is None:
        return replace(other, fees=cost.fees or other.fees) if _is_priced(other) else _with_fees(cost, other)
    filled = _fill_rates(cost.rates, other.rates)
    tiers, services, off_peak = cost.tiers, cost.services, cost.off_peak
    if is_same_base(cost.rates, other.rates):
        tiers = _fill_tiers(tiers, other.tiers)
        services = _fill_services(services, other.services)
    if off_peak is None and other.off_peak is not None and _has_base(other.off_peak, cost.rates):
        off_peak = other.off_peak
    if (filled, tiers, services, off_peak) == (cost.rates, cost.tiers, cost.services, cost.off_peak):
        return _with_fees(cost, other)
    return Cost(filled, tiers, services, off_peak=off_peak, fees=cost.fees or other.fees)


def is_same_base(one: Rates, other: Rates) -> bool:
    """Returns True if two sources state the same price of input and output."""
    return is_same_price(one.input, other.input) and is_same_price(one.output, other.output)


def _is_priced(cost: Cost) -> bool:
    """Returns True if tokens have a price, or are free beside a fee of each request."""
    if cost.rates.input is None or cost.rates.output is None:
        return False
    return bool(cost.rates.input) or any(fee.unit in REQUEST_UNITS for fee in cost.fees)


def _with_fees(cost: Cost, other: Cost) -> Cost:
    return replace(cost, fees=other.fees) if other.fees and not cost.fees else cost


def _has_base(off_peak: OffPeak, rates: Rates) -> bool:
    """Returns True if the rates are those of the off-peak hours or of the peak."""
    return is_same_base(off_peak.rates, rates) or is_same_base(off_peak.peak, rates)


def _fill_rates(rates: Rates, other: Rates) -> Rates:
    """The rates with the parts of the same wholes; where the other leaves the whole out, nothing is filled in."""
    found: dict[str, Decimal] = {}
    for whole, parts in (("input", INPUT_PARTS), ("output", OUTPUT_PARTS)):
        mine, its = getattr(rates, whole), [getattr(other, whole)]
        if whole == "output":
            its.append(other.output_image)
        if mine and any(it and is_same_price(mine, it) for it in its):
            found |= {name: part for name in parts if getattr(rates, name) is None and (part := getattr(other, name))}
    return replace(rates, **found) if found else rates


def _fill_tiers(tiers: tuple[Tier, ...], other: tuple[Tier, ...]) -> tuple[Tier, ...]:
    if not tiers or not other:
        return tiers or other
    rates = {tier.above: tier.rates for tier in other}
    return tuple([replace(it, rates=_fill_rates(it.rates, rates.get(it.above, NO_RATES))) for it in tiers])


def _fill_services(services: tuple[Service, ...], other: tuple[Service, ...]) -> tuple[Service, ...]:
    missing = {service.name: service for service in other}
    filled = [_fill_service(service, missing.pop(service.name, service)) for service in services]
    return (*filled, *missing.values())


def _fill_service(service: Service, other: Service) -> Service:
    if not is_same_base(service.rates, other.rates):
        return service
    return Service(service.name, _fill_rates(service.rates, other.rates), _fill_tiers(service.tiers, other.tiers))
