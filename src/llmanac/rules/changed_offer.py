"""Applies what rules state to an offer, from the lowest rule to the highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from llmanac.domain.lifecycle import LifecycleDate
from llmanac.domain.own_facts import NO_OWN_FACTS, OVERLAYS, OwnFacts
from llmanac.domain.pricing import RATE_NAMES, UNKNOWN_PRICE, Fee, OffPeak, Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Offer, RouteKind
from llmanac.history.facts import OWN_NAMES
from llmanac.rules.overlay import MARKS, Changes, RateChanges

PLAIN = ("name", "family", "status", "knowledge", "release_date", "open_weights", "kind")
PARTS = ("limits", "modalities")
LIFECYCLE = ("deprecated_on", "retires_on", "retires_not_before")
LAST_DIGIT = Decimal("1e-9")
"""To this digit rates are kept that a factor was applied to."""


class _Changing:
    """An offer, and the fields that rules have changed so far."""

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self.made: dict[str, Any] = {}

    def now(self, name: str) -> Any:
        """A field with what the rules so far have made of it."""
        return self.made[name] if name in self.made else getattr(self._offer, name)


def changed(offer: Offer, rules: Iterable[Changes]) -> Offer:
    """The offer with what these rules state, the lowest first."""
    changing = _Changing(offer)
    for changes in rules:
        stated = changes.model_fields_set
        for names, apply in STEPS:
            if not stated.isdisjoint(names):
                apply(changes, changing)
    return replace(offer, **changing.made)


def _apply_unset(changes: Changes, offer: _Changing) -> None:
    for name in changes.unset:
        offer.made.update(_unset(name, offer.now))


def _apply_plain(changes: Changes, offer: _Changing) -> None:
    offer.made.update((name, getattr(changes, name)) for name in PLAIN if name in changes.model_fields_set)


def _apply_capabilities(changes: Changes, offer: _Changing) -> None:
    names = items_after([it.value for it in offer.now("capabilities")], changes.capabilities or ())
    offer.made["capabilities"] = tuple([it for it in Capability if it.value in names])


def _apply_parts(changes: Changes, offer: _Changing) -> None:
    for name in PARTS:
        part: BaseModel | None = getattr(changes, name)
        if part is not None:
            offer.made[name] = replace(offer.now(name), **part.model_dump(exclude_none=True))


def _apply_price(changes: Changes, offer: _Changing) -> None:
    offer.made["price"] = _price(offer.now("price"), changes)


def _apply_route(changes: Changes, offer: _Changing) -> None:
    offer.made["litellm"] = _route(offer.now("litellm"), changes)


def _apply_lifecycle(changes: Changes, offer: _Changing) -> None:
    dates = {name: LifecycleDate(date, OVERLAYS) for name in LIFECYCLE if (date := getattr(changes, name))}
    offer.made["lifecycle"] = replace(offer.now("lifecycle"), **dates)


def _apply_own_facts(changes: Changes, offer: _Changing) -> None:
    facts: OwnFacts = offer.now("own") or NO_OWN_FACTS
    stated = {name: getattr(changes, name) for name in OWN_NAMES if name in changes.model_fields_set}
    for name, value in stated.items():
        if isinstance(value, tuple):
            stated[name] = items_after(getattr(facts, name), value)
    offer.made["own"] = replace(facts, **stated)


STEPS: tuple[tuple[Iterable[str], Callable[[Changes, _Changing], None]], ...] = (
    (("unset",), _apply_unset),
    (PLAIN, _apply_plain),
    (("capabilities",), _apply_capabilities),
    (PARTS, _apply_parts),
    (("rates", "tiers", "discount", "factor", "price_state"), _apply_price),
    (("litellm", "api_base"), _apply_route),
    (LIFECYCLE, _apply_lifecycle),
    (OWN_NAMES, _apply_own_facts),
)
"""The fields of a rule, and what applies them, in the order in which one rule is applied."""


def items_after(items: Iterable[str], stated: Sequence[str]) -> tuple[str, ...]:
    """A list after a rule: all that it states or, where its items are marked, what was there with them."""
    if not stated or stated[0][0] not in MARKS:
        return tuple(dict.fromkeys(stated))
    after = dict.fromkeys(items)
    for item in stated:
        if item[0] == "+":
            after[item[1:].strip()] = None
        else:
            after.pop(item[1:].strip(), None)
    return tuple(after)


def _unset(name: str, now: Callable[[str], Any]) -> dict[str, Any]:
    """The field of the offer in which a fact becomes unknown."""
    if name in LIFECYCLE:
        return {"lifecycle": replace(now("lifecycle"), **{name: None})}
    if name == "limits":
        return {"limits": Limits()}
    if name == "rates":
        return {"price": replace(now("price"), rates=Rates(), state=PriceState.UNKNOWN)}
    if name == "off_peak":
        return {"price": replace(now("price"), off_peak=None)}
    if name in {"tiers", "services", "fees"}:
        return {"price": replace(now("price"), **{name: ()})}
    return {name: None}


def _price(price: Price, changes: Changes) -> Price:
    """The price after a rule: first the rates that it states, then its discount or factor."""
    if changes.rates is not None:
        rates = replace(price.rates, **_given(changes.rates))
        price = replace(price, rates=rates, state=_state_of(rates, price))
    if changes.tiers is not None:
        tiers = [Tier(it.above, replace(price.rates, **_given(it.rates))) for it in changes.tiers]
        price = replace(price, tiers=tuple(sorted(tiers, key=lambda tier: tier.above)))
    factor = changes.factor if changes.discount is None else 1 - changes.discount
    if factor is not None:
        price = _multiplied(price, factor)
    if changes.price_state is not None:
        is_priced = changes.price_state in {PriceState.KNOWN, PriceState.FREE}
        price = replace(price if is_priced else UNKNOWN_PRICE, state=changes.price_state)
    return price


def _given(rates: RateChanges) -> dict[str, Decimal]:
    return {name: rate for name in rates.model_fields_set if (rate := getattr(rates, name)) is not None}


def _state_of(rates: Rates, before: Price) -> PriceState:
    """The state of a price of which a rule states rates."""
    if rates.input is None and rates.output is None:
        return before.state
    if rates.input or rates.output:
        return PriceState.KNOWN
    # One direction at nothing does not make the other one free.
    return PriceState.FREE if rates.input is not None and rates.output is not None else before.state


def _multiplied(price: Price, factor: Decimal) -> Price:
    """The price with every rate and fee multiplied; a factor among the fees applies to rates that already are."""
    peak = price.off_peak
    multiplied = replace(
        price,
        rates=_times(price.rates, factor),
        tiers=_tiers_times(price.tiers, factor),
        services=tuple(
            [Service(it.name, _times(it.rates, factor), _tiers_times(it.tiers, factor)) for it in price.services]
        ),
        off_peak=None
        if peak is None
        else OffPeak(windows=peak.windows, rates=_times(peak.rates, factor), peak=_times(peak.peak, factor)),
        fees=tuple(
            [it if it.unit == "factor" else Fee(it.name, it.unit, _rounded(it.price * factor)) for it in price.fees]
        ),
    )
    return replace(multiplied, state=PriceState.FREE) if not factor and price.state is PriceState.KNOWN else multiplied


def _tiers_times(tiers: Sequence[Tier], factor: Decimal) -> tuple[Tier, ...]:
    return tuple([Tier(tier.above, _times(tier.rates, factor)) for tier in tiers])


def _times(rates: Rates, factor: Decimal) -> Rates:
    known = {name: rate for name in RATE_NAMES if (rate := getattr(rates, name)) is not None}
    return Rates(**{name: _rounded(rate * factor) for name, rate in known.items()})


def _rounded(amount: Decimal) -> Decimal:
    """An amount without digits that nobody is charged."""
    return amount.quantize(LAST_DIGIT).normalize() if amount else Decimal(0)


def _route(route: LiteLLMRoute | None, changes: Changes) -> LiteLLMRoute | None:
    """The way in which LiteLLM calls an offer, after a rule; an address alone changes nothing where there is none."""
    if changes.litellm is not None:
        base = changes.api_base or None
        kind = RouteKind.NATIVE if base is None else RouteKind.NATIVE_BASE
        return LiteLLMRoute(id=changes.litellm, kind=kind, known=False, primary=True, api_base=base)
    return replace(route, api_base=changes.api_base) if route is not None else None


def merged_like(like: Offer, own: Offer) -> Offer:
    """An added offer with everything that it does not state itself from another: only what names it is its own."""
    kept = {"provider", "model", "base", "first_party", "popularity", "litellm", "listed_by"}
    return replace(like, **{field.name: getattr(own, field.name) for field in fields(Offer) if field.name in kept})
