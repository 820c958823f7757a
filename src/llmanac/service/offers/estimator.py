"""Ranks offers by the cost of a workload, the cheapest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.feed import LITELLM
from llmanac.domain.records import Offer
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.search.query.query import Query
from llmanac.service.offers.estimate import Estimate, charged_context, estimate, fits, total_of
from llmanac.service.offers.rate_cards import RateCard, RateCards, rate_card_of
from llmanac.service.offers.rate_columns import COST_DIGITS, UNKNOWN
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.workload import Workload


@dataclass(frozen=True, slots=True)
class EstimateRanking:
    """Estimates, cheapest first: models that the requests fit, those that they exceed, those without a price."""

    __pydantic_config__ = ANSWER

    total: int
    """The number of models considered, before the limit is applied."""
    priced: int
    """The number of those whose cost is known."""
    models: tuple[Estimate, ...]
    """One page."""
    at: datetime | None = None
    """The time of the requests, which decides on peak and off-peak hours."""


class WorkloadCost(NamedTuple):
    """The cost of a workload at an offer, to the precision of a float."""

    amount: float | None
    """USD; None where it is unknown."""
    exceeds: bool
    """Whether a request is beyond the limits of the offer."""


class Estimator:
    """Ranks the offers of one edition by the cost of a workload."""

    def __init__(
        self,
        catalog: CatalogData,
        rates: RateCards,
        *,
        resolver: Resolver,
        matching: Callable[[Query], Sequence[int]],
    ) -> None:
        """``matching`` gives the document numbers of all offers that match a query."""
        self._catalog = catalog
        self._rates = rates
        self._resolver = resolver
        self._matching = matching

    def rank_named(
        self, ids: Iterable[str], workload: Workload, *, offset: int = 0, limit: int | None = None
    ) -> EstimateRanking:
        """Estimates at the offers of these ids, in any spelling, each offer once.

        Raises NotFound for an id that does not resolve to one offer, and InvalidParameters for a service that no host
        has.
        """
        self.require_service(workload.service)
        numbers = list(dict.fromkeys(map(self._resolver.number, ids)))
        return self._rank(numbers, workload, offset=offset, limit=limit)

    def _rank_each(
        self, numbers: Sequence[int], workload: Workload, *, offset: int, limit: int | None
    ) -> EstimateRanking:
        """Rank offers of which some are listed by LiteLLM alone."""
        offers = [self._catalog.offer(number) for number in numbers]
        rates = self._rates_of(numbers, offers)
        return rank(range(len(offers)), workload, offers=offers, rates=rates, offset=offset, limit=limit)

    def _rates_of(self, numbers: Sequence[int], offers: Sequence[Offer] | None = None) -> RateCards:
        """The rates of offers of which some are listed by LiteLLM alone, in the order of these numbers."""
        offers = offers or [self._catalog.offer(number) for number in numbers]
        cards = [self.rate_card(number, offer) for number, offer in zip(numbers, offers, strict=True)]
        return RateCards.of_each(cards, [offer.limits for offer in offers], services=self._rates.services)

    def rank_matching(
        self, query: Query, workload: Workload, *, offset: int = 0, limit: int | None = None
    ) -> EstimateRanking:
        """Estimates at all offers that match a query; its own page and order are ignored.

        Raises InvalidParameters for a service that no host has.
        """
        self.require_service(workload.service)
        return self._rank(self._matching(query), workload, offset=offset, limit=limit)

    def require_service(self, name: str) -> None:
        """Raise InvalidParameters for a service that no host has a price for."""
        if name not in self._rates.services:
            raise _unknown_service(name, self._rates.services)

    def estimate(self, offer: Offer, workload: Workload, *, number: int | None) -> Estimate:
        """The estimate at an offer; ``number`` is its document number, None for one that is not listed any more."""
        return estimate(offer, workload, rate_card_of(offer.price) if number is None else self.rate_card(number, offer))

    def costs(self, workload: Workload) -> WorkloadCosts:
        """The costs of a workload at the offers of the edition."""
        return WorkloadCosts(workload, self._rates, first=len(self._catalog.offers), rates_of=self._rates_of)

    def _rank(self, numbers: Sequence[int], workload: Workload, *, offset: int, limit: int | None) -> EstimateRanking:
        offers = self._catalog.offers
        if max(numbers, default=0) >= len(offers):
            return self._rank_each(numbers, workload, offset=offset, limit=limit)
        return rank(numbers, workload, offers=offers, rates=self._rates, offset=offset, limit=limit)

    def rate_card(self, number: int, offer: Offer) -> RateCard:
        """The rate card of an offer; of one that only LiteLLM lists, it is made when it is asked for."""
        return self._rates.card(number) if offer.listed_by != LITELLM else rate_card_of(offer.price)


class WorkloadCosts:
    """The costs of one workload at any offers of an edition."""

    def __init__(
        self, workload: Workload, rates: RateCards, *, first: int, rates_of: Callable[[Sequence[int]], RateCards]
    ) -> None:
        """``rates`` has the offers below ``first``; ``rates_of`` makes those of others."""
        self._workload = workload
        self._rates = rates
        self._first = first
        self._rates_of = rates_of
        self._cost_of = _Costs(workload, rates)

    def of(self, numbers: Sequence[int]) -> dict[int, WorkloadCost]:
        """The costs at the offers with these numbers, by number."""
        listed = [it for it in numbers if it < self._first]
        keys = dict(zip(listed, _sort_keys(listed, self._workload, self._rates, cost_of=self._cost_of), strict=True))
        if unlisted := [it for it in numbers if it >= self._first]:
            rates = self._rates_of(unlisted)
            keys |= zip(unlisted, _sort_keys(range(len(unlisted)), self._workload, rates), strict=True)
        return {
            number: WorkloadCost(None if is_unknown else cost / 10**COST_DIGITS, exceeds)
            for number, (is_unknown, exceeds, cost) in keys.items()
        }


def rank(
    numbers: Iterable[int],
    workload: Workload,
    *,
    offers: Sequence[Offer],
    rates: RateCards,
    offset: int = 0,
    limit: int | None = None,
) -> EstimateRanking:
    """Rank the offers with these document numbers by cost; equals keep the given order."""
    considered = list(numbers)
    sort_keys = _sort_keys(considered, workload, rates)
    order = sorted(range(len(considered)), key=sort_keys.__getitem__)
    places = order[offset:] if limit is None else order[offset : offset + limit]
    return EstimateRanking(
        len(considered),
        sum(not is_unknown for is_unknown, _, _ in sort_keys),
        tuple(estimate(offers[number], workload, rates.card(number)) for number in map(considered.__getitem__, places)),
        workload.at,
    )


def _sort_keys(
    numbers: Sequence[int], workload: Workload, rates: RateCards, *, cost_of: _Costs | None = None
) -> list[tuple[bool, bool, int]]:
    """The sort key of each estimate; costs are computed once per rate card, and fits once per set of limits."""
    known_limits = {it: rates.limits[it] for it in {rates.limits_numbers[number] for number in numbers}}
    contexts = {it: charged_context(workload, stated) for it, stated in known_limits.items()}
    exceeded = {it: fits(workload.tokens, stated) is False for it, stated in known_limits.items()}
    cost_of = cost_of or _Costs(workload, rates)
    keys = []
    for number in numbers:
        limits = rates.limits_numbers[number]
        cost = cost_of(rates.card_numbers[number], contexts[limits])
        keys.append((cost == UNKNOWN, exceeded[limits], cost))
    return keys


class _Costs:
    """The costs of a workload by rate card, with COST_DIGITS decimal places; UNKNOWN where there is none."""

    def __init__(self, workload: Workload, rates: RateCards) -> None:
        self._workload = workload
        self._cards = rates.cards
        self._bounds = rates.columns.bounds
        self._each = rates.columns.costs(workload.tokens)
        self._exact: dict[tuple[int, int], int] = {}
        self._services = rates.columns.services
        self._asked = reduce(or_, (rates.service_bit(service) for service, _ in workload.parts))

    def __call__(self, card: int, context: int) -> int:
        """The cost at a card, for a context of this size."""
        if context <= self._bounds[card] and not self._services[card] & self._asked:
            cost = self._each[card]
            return cost if cost == UNKNOWN else cost * self._workload.requests
        key = card, context
        exact = self._exact.get(key)
        if exact is None:
            self._exact[key] = exact = self._work_out(card, context)
        return exact

    def _work_out(self, card: int, context: int) -> int:
        total = total_of(self._cards[card], self._workload, context)
        return UNKNOWN if total is None else int(total.scaleb(COST_DIGITS).to_integral_value())


def _unknown_service(name: str, known: Collection[str]) -> InvalidParameters:
    message = f"No host has a price for the service {name!r}; the services are {', '.join(sorted(known))}"
    return InvalidParameters(f"{message}.", faults=(ParameterFault(("service",), message, "value_error"),))
