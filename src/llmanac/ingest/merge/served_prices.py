"""Serves the figures that ``last_word`` decided for: puts them into the prices of the offers, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from llmanac.domain.pricing import DecidedRate, Price
from llmanac.domain.records import Offer
from llmanac.ingest.layer import Cost, SourceClaims
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.ingest.merge.missing_prices import fill_missing
from llmanac.ingest.merge.offer_prices import at_bounds_of

BASE = ("input", "output")


def serve_last_words(
    offers: Iterable[Offer], conflicts: Iterable[Conflict], claims: Mapping[str, Sequence[SourceClaims]]
) -> list[Offer]:
    """The offers, with the figure of the other source wherever that one is served."""
    decided: defaultdict[str, list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        if conflict.served_rule is not ServedRule.ORDER:
            decided[conflict.offer].append(conflict)
    return [_with_figures(it, decided[it.id], claims[it.id]) if it.id in decided else it for it in offers]


def _with_figures(offer: Offer, decided: Sequence[Conflict], claims: Sequence[SourceClaims]) -> Offer:
    costs = {it.source: it.claims.cost for it in claims if it.claims.cost is not None}
    price = offer.price
    for source in dict.fromkeys(it.served.source for it in decided):
        cost = at_bounds_of(offer.provider, costs[source])
        price = _with_rates(price, [it for it in decided if it.served.source == source], cost)
    return replace(offer, price=price)


def _with_rates(price: Price, decided: Sequence[Conflict], other: Cost) -> Price:
    """The price with the rates that another source states.

    Where these are the base, the other source's tiers and services go with them, as far as it states any.
    """
    rates = {it.field: it.served.value for it in decided if isinstance(it.served.value, Decimal)}
    is_base = any(name in rates for name in BASE)
    cost = fill_missing(
        Cost(
            replace(price.rates, **rates),
            () if is_base and other.tiers else price.tiers,
            price.services,
            off_peak=None if is_base else price.off_peak,
            fees=price.fees,
        ),
        other,
    )
    return replace(
        price,
        rates=cost.rates,
        tiers=cost.tiers,
        services=cost.services,
        off_peak=cost.off_peak,
        fees=cost.fees,
        decided=(*price.decided, *(DecidedRate(it.field, it.served.source, it.rule) for it in decided)),
    )
