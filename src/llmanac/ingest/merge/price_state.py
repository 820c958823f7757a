"""What a price in models.dev means; above all, what a zero means.

models.dev writes 0 for what is free, for what a subscription includes, and for routers, whose price is that
of the model which they choose. The difference is told by who lists it:

- a host on the caller's own machine (its address is a loopback) is free;
- a router has the price of what it picks: variable;
- a host that lists nothing but zeros, or that calls itself a plan, includes the model in a plan;
- any other zero is free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmanac.domain.pricing import UNKNOWN_PRICE, Price, PriceState, Rates
from llmanac.ingest.layer import Cost, ModelClaims, ProviderClaims

PLAN = re.compile(r"(?:^|[-_/])plan(?:$|[-_./])", re.IGNORECASE)
"""In a provider's id, its address, or the names of its variables."""

ROUTER = re.compile(
    r"(?:^|/)(?:auto|custom)(?:[-:/]|$)"
    r"|[-/](?:auto|router)(?:[-:/]|$)"
    r"|(?:^|/)\w*router/(?!.*free$)",
    re.IGNORECASE,
)
"""Ids of models that choose a model: auto, auto-model, kilo-auto/small, step-router-v1, openrouter/fusion."""

LOOPBACK = re.compile(r"https?://(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)", re.IGNORECASE)

IN_PLAN = Price(Rates(), state=PriceState.IN_PLAN)
VARIABLE = Price(Rates(), state=PriceState.VARIABLE)


@dataclass(frozen=True, slots=True)
class ZeroMeaning:
    """How the zeros of one host are to be read."""

    at_models: PriceState
    """FREE or IN_PLAN."""
    at_routers: PriceState
    """FREE or VARIABLE."""


def zeros_of(host: ProviderClaims) -> ZeroMeaning:
    """How the zeros of a host are to be read."""
    if is_local(host):
        return ZeroMeaning(PriceState.FREE, PriceState.FREE)
    in_plan = is_plan(host) or lists_only_zeros(host)
    return ZeroMeaning(PriceState.IN_PLAN if in_plan else PriceState.FREE, PriceState.VARIABLE)


def state_of(record: ModelClaims, zeros: ZeroMeaning) -> PriceState:
    """What the price of a model means, at a host whose zeros mean ``zeros``."""
    cost = record.cost
    if cost is None or (cost.rates.input is None and cost.rates.output is None):
        return PriceState.VARIABLE if is_router(record.id) else PriceState.UNKNOWN
    if not is_zero(cost):
        return PriceState.KNOWN
    state = zeros.at_routers if is_router(record.id) else zeros.at_models
    if state is PriceState.FREE and (cost.rates.input is None or cost.rates.output is None):
        return PriceState.UNKNOWN  # Half a price of zero is no promise that the other half is
    return state


def price_of(cost: Cost | None, state: PriceState) -> Price:
    """The price that a cost block is, given what it means: only what is known or free has rates."""
    if state is PriceState.IN_PLAN:
        return IN_PLAN
    if state is PriceState.VARIABLE:
        return VARIABLE
    if state is PriceState.UNKNOWN or cost is None:
        return UNKNOWN_PRICE
    return Price(cost.rates, cost.tiers, state, cost.services)


def is_router(model_id: str) -> bool:
    """Whether an id names something that chooses a model, rather than a model."""
    return ROUTER.search(model_id) is not None


def is_plan(host: ProviderClaims) -> bool:
    """Whether a host says of itself that it sells a subscription."""
    return any(PLAN.search(text) for text in (host.id, host.api or "", *host.env))


def is_local(host: ProviderClaims) -> bool:
    """Whether a host's address is on the caller's own machine."""
    return LOOPBACK.match(host.api or "") is not None


def lists_only_zeros(host: ProviderClaims) -> bool:
    """Whether a host names prices, and all of them are zero."""
    costs = [record.cost for record in host.models if record.cost is not None]
    return bool(costs) and all(is_zero(cost) for cost in costs)


def is_zero(cost: Cost) -> bool:
    """Neither input nor output costs anything."""
    return not cost.rates.input and not cost.rates.output
