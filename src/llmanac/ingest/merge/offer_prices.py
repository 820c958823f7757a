"""Makes the prices of offers: the served ones, with what other sources add, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmanac.domain.pricing import Price, PriceState, Tier
from llmanac.ingest.layer import Cost, ModelClaims, SourceClaims
from llmanac.ingest.merge.missing_prices import fill_missing
from llmanac.ingest.merge.price_state import ZeroMeaning, is_router, price_of, state_of

FROM_THEIR_BOUND_ON = frozenset({"xai"})
"""Hosts whose tiers begin with their bound: at 200,000 tokens rather than above them.

https://docs.x.ai/docs/models: "requests which exceed or equal 200K".
"""


class OfferPrices:
    """Makes prices; equal ones are the same object, since most are shared."""

    def __init__(self) -> None:
        self._filled: dict[tuple[int, int], Cost] = {}
        self._prices: dict[tuple[int, PriceState, bool], Price] = {}

    def price(
        self,
        host: str,
        record: ModelClaims,
        claims: Sequence[SourceClaims],
        *,
        zeros: ZeroMeaning,
        is_charged_elsewhere: bool = False,
    ) -> Price:
        """The price of an offer. ``record`` has the served claims, and ``claims`` are those of all sources.

        ``is_charged_elsewhere`` is True for a closed model of another lab than the host's own.
        """
        cost = record.cost
        if zeros.at_models is not PriceState.IN_PLAN and not is_router(record.id):
            for it in claims:
                if it.claims.cost is not None and it.claims.cost is not record.cost:
                    cost = self._fill(cost, it.claims.cost)
        state = state_of(record, cost, zeros, is_charged_elsewhere=is_charged_elsewhere)
        key = id(cost), state, host in FROM_THEIR_BOUND_ON
        price = self._prices.get(key)
        if price is None:
            price = price_of(at_bounds_of(host, cost) if cost else None, state)
            self._prices[key] = price
        return price

    def _fill(self, cost: Cost | None, other: Cost) -> Cost:
        key = id(cost), id(other)  # ids are unique, since all claims live as long as the fold
        filled = self._filled.get(key)
        if filled is None:
            self._filled[key] = filled = fill_missing(cost, other)
        return filled


def at_bounds_of(host: str, cost: Cost) -> Cost:
    """The cost with the bounds of tiers as the host means them: at some, tiers begin one token earlier."""
    if host not in FROM_THEIR_BOUND_ON:
        return cost
    services = tuple([replace(service, tiers=_earlier(service.tiers)) for service in cost.services])
    return replace(cost, tiers=_earlier(cost.tiers), services=services)


def _earlier(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple([replace(tier, above=tier.above - 1) for tier in tiers])
