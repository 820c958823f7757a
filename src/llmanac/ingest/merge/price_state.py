"""Determines the state of a price in models.dev, and in particular the meaning of a zero.

models.dev writes 0 for models that are free, models that a subscription includes, and routers, whose price is that of
the model that they choose. The host that lists it makes the difference:

- a host on the caller's own machine (its address is a loopback) is free;
- a router has the price of what it picks: variable;
- a host that lists nothing but zeros, or that calls itself a plan, includes the model in a plan;
- any other zero is free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from llmanac.domain.pricing import REQUEST_UNITS, UNKNOWN_PRICE, Price, PriceState, Rates
from llmanac.ingest.layer import Cost, ProviderClaims

PLAN = re.compile(r"(?:^|[-_/])plan(?:$|[-_./])", re.IGNORECASE)
"""The mark of a subscription in a provider's id, its address, or the names of its variables."""

ROUTER = re.compile(
    r"(?:^|/)(?:auto|custom)(?:[-:/]|$)"
    r"|[-/](?:auto|router)(?:[-:/]|$)"
    r"|(?:^|/)\w*router/(?!.*free$)",
    re.IGNORECASE,
)
"""Ids of models that choose a model: auto, auto-model, kilo-auto/small, step-router-v1, openrouter/fusion."""

LOOPBACK = re.compile(r"https?://(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)", re.IGNORECASE)

UNITS_OF_USE = ("image", "pixel", "second", "character", "page", "credit", "text message")
"""Units of fees by which the use of a model is charged; others are of tools, regions and requests."""

IN_PLAN = Price(Rates(), state=PriceState.IN_PLAN)
VARIABLE = Price(Rates(), state=PriceState.VARIABLE)


@dataclass(frozen=True, slots=True)
class ZeroMeaning:
    """The meaning of zero prices at one host."""

    at_models: PriceState
    """FREE or IN_PLAN."""
    at_routers: PriceState
    """FREE or VARIABLE."""


def zeros_of(host: ProviderClaims) -> ZeroMeaning:
    """The meaning of zero prices at a host."""
    if is_local(host):
        return ZeroMeaning(PriceState.FREE, PriceState.FREE)
    in_plan = is_plan(host) or lists_only_zeros(host)
    return ZeroMeaning(PriceState.IN_PLAN if in_plan else PriceState.FREE, PriceState.VARIABLE)


def state_of(model_id: str, cost: Cost | None, zeros: ZeroMeaning) -> PriceState:
    """The state of a model's price, at a host whose zeros mean ``zeros``."""
    if cost is None or (cost.rates.input is None and cost.rates.output is None):
        return PriceState.VARIABLE if is_router(model_id) else PriceState.UNKNOWN
    if not is_zero(cost) or any(fee.unit in REQUEST_UNITS for fee in cost.fees):
        return PriceState.KNOWN
    state = zeros.at_routers if is_router(model_id) else zeros.at_models
    if state is PriceState.FREE and (cost.rates.input is None or cost.rates.output is None):
        return PriceState.UNKNOWN  # a zero for one direction does not imply one for the other
    if state is PriceState.FREE and is_charged_by_unit(cost):
        return PriceState.UNKNOWN  # tokens cost nothing, since images, seconds or characters do
    return state


def price_of(cost: Cost | None, state: PriceState) -> Price:
    """The price of a cost block with this state. Only known and free prices have rates; unknown ones may have fees."""
    if state is PriceState.IN_PLAN:
        return IN_PLAN
    if state is PriceState.VARIABLE:
        return VARIABLE
    if state is PriceState.UNKNOWN or cost is None:
        return replace(UNKNOWN_PRICE, fees=cost.fees) if cost and cost.fees else UNKNOWN_PRICE
    return Price(cost.rates, cost.tiers, state, cost.services, off_peak=cost.off_peak, fees=cost.fees)


def is_router(model_id: str) -> bool:
    """Returns True if an id is that of a router, which chooses a model."""
    return ROUTER.search(model_id) is not None


def is_plan(host: ProviderClaims) -> bool:
    """Returns True if a host names itself a subscription."""
    return any(PLAN.search(text) for text in (host.id, host.api or "", *host.env))


def is_local(host: ProviderClaims) -> bool:
    """Returns True if a host's address is on the caller's own machine."""
    return LOOPBACK.match(host.api or "") is not None


def lists_only_zeros(host: ProviderClaims) -> bool:
    """Returns True if a host states prices, and all of them are zero."""
    costs = [record.cost for record in host.models if record.cost is not None]
    return bool(costs) and all(is_zero(cost) for cost in costs)


def is_charged_by_unit(cost: Cost) -> bool:
    """Returns True if the use of a model is charged by anything but tokens."""
    return any(fee.unit.startswith(UNITS_OF_USE) for fee in cost.fees)


def is_zero(cost: Cost) -> bool:
    """Returns True if neither input nor output has a price above zero."""
    return not cost.rates.input and not cost.rates.output
