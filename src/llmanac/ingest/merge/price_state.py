"""Determines the state of a price in models.dev, and in particular the meaning of a zero.

models.dev writes 0 for models that are free, models that a subscription includes, and routers, whose price is that of
the model that they choose. What a host says of itself, and of the model, makes the difference:

- a router has the price of what it picks: variable, unless it names itself free;
- a host on the caller's own machine (its address is a loopback) is free;
- a host that calls itself a plan includes the model in a plan, also one of which it states no price;
- a model that names itself free is free;
- nobody gives away what another lab charges for: a closed model of another lab is included in a plan, or charged by
  something else than tokens where it makes images, sound or video;
- any other zero is free: open weights, a lab's own models, those of unknown labs.

What the other models of a host cost makes no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from llmanac.domain.pricing import REQUEST_UNITS, UNKNOWN_PRICE, Price, PriceState, Rates
from llmanac.ingest.layer import Cost, ModelClaims, ProviderClaims

PLAN = re.compile(r"(?:^|[-_/. ])(?:plan|pass|subscription|membership)s?(?:$|[-_/. ])", re.IGNORECASE)
"""The mark of a subscription in what a provider says of itself: its id, name, addresses and variables."""
SUBSCRIPTIONS = frozenset({"gitlab", "standardcompute"})
"""Hosts that sell subscriptions alone, and say so only elsewhere.

https://docs.gitlab.com/user/duo_agent_platform/, https://standardcompute.com/models
"""
FREE = re.compile(r"(?:^|[-_/:(\s])free(?:$|[-_/:)\s])", re.IGNORECASE)
"""The mark of a free model in its id or name: ``x-free``, ``x:free``, ``X (free)``."""

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
    """The meaning of zero prices at one host, and of prices that it does not state."""

    at_models: PriceState
    """FREE or IN_PLAN."""
    unstated: PriceState = PriceState.UNKNOWN
    """UNKNOWN or IN_PLAN."""
    at_closed_models: PriceState = PriceState.IN_PLAN
    """The meaning at closed models of other labs: IN_PLAN, or FREE on the caller's own machine."""


def zeros_of(host: ProviderClaims) -> ZeroMeaning:
    """The meaning of zero prices at a host."""
    if is_local(host):
        return ZeroMeaning(PriceState.FREE, at_closed_models=PriceState.FREE)
    if is_plan(host):
        return ZeroMeaning(PriceState.IN_PLAN, PriceState.IN_PLAN)
    return ZeroMeaning(PriceState.FREE)


def state_of(
    record: ModelClaims, cost: Cost | None, zeros: ZeroMeaning, *, is_charged_elsewhere: bool = False
) -> PriceState:
    """The state of a model's price, at a host whose zeros mean ``zeros``.

    ``is_charged_elsewhere`` is True for a closed model of another lab than the host's own.
    """
    if cost is None or (cost.rates.input is None and cost.rates.output is None):
        return PriceState.VARIABLE if is_router(record.id) else zeros.unstated
    if not is_zero(cost) or any(fee.unit in REQUEST_UNITS for fee in cost.fees):
        return PriceState.KNOWN
    state = _meaning_of_zero(record, zeros, is_charged_elsewhere=is_charged_elsewhere)
    if state is PriceState.FREE and (cost.rates.input is None or cost.rates.output is None):
        return PriceState.UNKNOWN  # a zero for one direction does not imply one for the other
    if state is PriceState.FREE and is_charged_by_unit(cost):
        return PriceState.UNKNOWN  # tokens cost nothing, since images, seconds or characters do
    return state


def _meaning_of_zero(record: ModelClaims, zeros: ZeroMeaning, *, is_charged_elsewhere: bool) -> PriceState:
    if is_free(record):
        return PriceState.FREE
    if is_router(record.id):
        return PriceState.VARIABLE
    if zeros.at_models is not PriceState.FREE or not is_charged_elsewhere:
        return zeros.at_models
    makes_media = bool(set(record.modalities.output) - {"text"})
    return PriceState.UNKNOWN if makes_media else zeros.at_closed_models


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
    """Returns True if a host calls itself a subscription."""
    texts = (host.id, host.name or "", host.api or "", host.doc or "", *host.env)
    return host.id in SUBSCRIPTIONS or any(PLAN.search(text) for text in texts)


def is_free(record: ModelClaims) -> bool:
    """Returns True if a model names itself free."""
    return any(FREE.search(text) for text in (record.id, record.name or ""))


def is_local(host: ProviderClaims) -> bool:
    """Returns True if a host's address is on the caller's own machine."""
    return LOOPBACK.match(host.api or "") is not None


def is_charged_by_unit(cost: Cost) -> bool:
    """Returns True if the use of a model is charged by anything but tokens."""
    return any(fee.unit.startswith(UNITS_OF_USE) for fee in cost.fees)


def is_zero(cost: Cost) -> bool:
    """Returns True if neither input nor output has a price above zero."""
    return not cost.rates.input and not cost.rates.output
