"""Applies what rules state to an offer, from the lowest rule to the highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeAlias

from llmanac.domain.copying import copied
from llmanac.domain.lifecycle import LifecycleDate
from llmanac.domain.own_facts import NO_OWN_FACTS, OVERLAYS, OwnFacts
from llmanac.domain.pricing import RATE_NAMES, UNKNOWN_PRICE, Fee, OffPeak, Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Offer, RouteKind
from llmanac.history.facts import OWN_NAMES
from llmanac.rules.overlay import Changes, RateChanges, is_marked

PLAIN = ("name", "family", "status", "knowledge", "release_date", "open_weights", "kind")
PARTS = ("limits", "modalities")
LIFECYCLE = ("deprecated_on", "retires_on", "retires_not_before")
LAST_DIGIT = Decimal("1e-9")
"""To this digit rates are kept that a factor was applied to."""


class _Draft:
    """An offer, and what rules have made of it so far; its parts are put together once, at the end."""

    __slots__ = ("_offer", "made", "own")

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self.made: dict[str, Any] = {}
        """The fields of the offer that were changed."""
        self.own: dict[str, Any] = {}
        """The fields of its own facts that were changed."""

    def now(self, name: str) -> Any:
        """A field with what the rules so far have made of it."""
        return self.made[name] if name in self.made else getattr(self._offer, name)

    def own_now(self, name: str) -> Any:
        """A field of its own facts, likewise."""
        return self.own[name] if name in self.own else getattr(self._offer.own or NO_OWN_FACTS, name)

    def offer(self) -> Offer:
        """The offer as the rules have made it."""
        if self.own:
            known = self._offer.own
            self.made["own"] = OwnFacts(**self.own) if known is None else replace(known, **self.own)
        return copied(self._offer, self.made)


Step: TypeAlias = Callable[[_Draft], None]
"""Applies a part of what a rule states."""


def steps_of(changes: Changes) -> tuple[Step, ...]:
    """The steps that apply what a rule states, in their order; made once for all offers that it is about."""
    stated = changes.model_fields_set
    return tuple([prepare(changes) for names, prepare in STEPS if not stated.isdisjoint(names)])


def changed(offer: Offer, steps: Iterable[Step]) -> Offer:
    """The offer after these steps, which are those of the lowest rule first."""
    draft = _Draft(offer)
    for apply in steps:
        apply(draft)
    return draft.offer()


def _unset_step(changes: Changes) -> Step:
    def apply(draft: _Draft) -> None:
        for name in changes.unset:
            draft.made.update(_unset(name, draft.now))

    return apply


def _plain_step(changes: Changes) -> Step:
    stated = {name: getattr(changes, name) for name in PLAIN if name in changes.model_fields_set}
    return lambda draft: draft.made.update(stated)


def _capabilities_step(changes: Changes) -> Step:
    def apply(draft: _Draft) -> None:
        names = items_after([it.value for it in draft.now("capabilities")], changes.capabilities or ())
        draft.made["capabilities"] = tuple([it for it in Capability if it.value in names])

    return apply


def _parts_step(changes: Changes) -> Step:
    parts = {name: part for name in PARTS if (part := getattr(changes, name)) is not None}
    stated = {name: part.model_dump(exclude_none=True) for name, part in parts.items()}
    return lambda draft: draft.made.update({name: replace(draft.now(name), **it) for name, it in stated.items()})


def _price_step(changes: Changes) -> Step:
    return lambda draft: draft.made.update(price=_price(draft.now("price"), changes))


def _route_step(changes: Changes) -> Step:
    return lambda draft: draft.made.update(litellm=_route(draft.now("litellm"), changes))


def _lifecycle_step(changes: Changes) -> Step:
    dates = {name: LifecycleDate(date, OVERLAYS) for name in LIFECYCLE if (date := getattr(changes, name))}
    return lambda draft: draft.made.update(lifecycle=replace(draft.now("lifecycle"), **dates))


def _own_facts_step(changes: Changes) -> Step:
    stated = {name: getattr(changes, name) for name in OWN_NAMES if name in changes.model_fields_set}
    lists = {name: value for name, value in stated.items() if isinstance(value, tuple)}
    marked = {name: items for name, items in lists.items() if is_marked(items)}
    whole = {name: items_after((), lists[name]) if name in lists else stated[name] for name in stated.keys() - marked}

    def apply(draft: _Draft) -> None:
        draft.own.update(whole)
        for name, items in marked.items():
            draft.own[name] = items_after(draft.own_now(name), items)

    return apply


STEPS: tuple[tuple[Iterable[str], Callable[[Changes], Step]], ...] = (
    (("unset",), _unset_step),
    (PLAIN, _plain_step),
    (("capabilities",), _capabilities_step),
    (PARTS, _parts_step),
    (("rates", "tiers", "discount", "factor", "price_state"), _price_step),
    (("litellm", "api_base"), _route_step),
    (LIFECYCLE, _lifecycle_step),
    (OWN_NAMES, _own_facts_step),
)
"""The fields of a rule, and what makes the step that applies them, in the order in which one rule is applied."""


def items_after(items: Iterable[str], stated: Sequence[str]) -> tuple[str, ...]:
    """A list after a rule: all that it states or, where its items are marked, what was there with them."""
    if not is_marked(stated):
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
        rates = copied(price.rates, _given(changes.rates))
        price = copied(price, {"rates": rates, "state": _state_of(rates, price)})
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
