"""Estimates what a workload costs: at one offer, line by line, or at many, the cheapest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llmanac.domain.documented import ANSWER, Amount
from llmanac.domain.pricing import PriceState, Service
from llmanac.domain.records import Limits, Offer
from llmanac.domain.usage import EXACT, TokenKind, Usage, charges, cost_of, total
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.search.facets import Facets
from llmanac.search.query.query import Query
from llmanac.service.offers.rate_cards import STANDARD, RateCard, RateCards
from llmanac.service.offers.resolver import Resolver

NOTHING = Decimal(0)
BATCH = "batch"

MAX_REQUESTS = 10**9

UNPRICED = {
    PriceState.IN_PLAN: "A plan includes this model: it has no price per token.",
    PriceState.VARIABLE: "A router: the price is that of the model which it chooses.",
    PriceState.UNKNOWN: "No source knows a price.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A number of requests of one kind. Raises InvalidParameters where a number is out of bounds."""

    tokens: Usage
    """The tokens of each request."""
    requests: int = 1
    batch_share: Decimal = Decimal(0)
    """The part of the requests, 0 to 1, that can wait for a batch."""
    service: str = STANDARD
    """The service of the other requests: ``standard``, ``flex``, ``priority``, …"""

    def __post_init__(self) -> None:
        if not 1 <= self.requests <= MAX_REQUESTS:
            raise _out_of_bounds("requests", f"requests should be between 1 and {MAX_REQUESTS:,}")
        if not 0 <= self.batch_share <= 1:
            raise _out_of_bounds("batch_share", "batch_share should be between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateLine:
    """One line of the formula: tokens x rate / 1,000,000 = amount."""

    __pydantic_config__ = ANSWER

    kind: TokenKind
    service: str
    """The service of the requests of this line."""
    tokens: Amount
    """The tokens of all those requests together."""
    rate: Amount | None
    """USD per million tokens; null is unknown."""
    rate_of: TokenKind | None
    """The kind that the rate belongs to, itself or its stand-in: reasoning is mostly charged as output."""
    rate_service: str | None
    """The service that the rate belongs to; ``standard`` where the host has no price for the requested one."""
    above: int | None
    """The number of tokens of context above which the rate applies; null where it applies to any."""
    amount: Amount | None
    """USD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The cost of the workload with one model at one host."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    provider: str
    price_state: PriceState
    total: Amount | None
    """USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total; else null."""
    fits: bool | None
    """Whether a request is within the model's limits; null where they are unknown."""
    services: tuple[str, ...]
    """Services beside the standard one that have a known price here."""
    lines: tuple[EstimateLine, ...]


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


class Estimator:
    """Ranks the offers of one edition by the cost of a workload."""

    def __init__(self, offers: Sequence[Offer], rates: RateCards, *, resolver: Resolver, facets: Facets) -> None:
        self._offers = offers
        self._rates = rates
        self._resolver = resolver
        self._facets = facets

    def rank_named(
        self, ids: Iterable[str], workload: Workload, *, offset: int = 0, limit: int | None = None
    ) -> EstimateRanking:
        """Estimates at the offers of these ids, in any spelling, each offer once.

        Raises NotFound for an id that does not resolve to one offer, and InvalidParameters for a service that no host
        has.
        """
        self._require_service(workload.service)
        return self._rank(dict.fromkeys(map(self._resolver.number, ids)), workload, offset=offset, limit=limit)

    def rank_matching(
        self, query: Query, workload: Workload, *, offset: int = 0, limit: int | None = None
    ) -> EstimateRanking:
        """Estimates at all offers that match a query; its own page and order are ignored.

        Raises InvalidParameters for a service that no host has.
        """
        self._require_service(workload.service)
        return self._rank(self._facets.matching(query), workload, offset=offset, limit=limit)

    def _rank(self, numbers: Iterable[int], workload: Workload, *, offset: int, limit: int | None) -> EstimateRanking:
        return rank(numbers, workload, offers=self._offers, rates=self._rates, offset=offset, limit=limit)

    def _require_service(self, name: str) -> None:
        if name not in self._rates.services:
            raise _unknown_service(name, self._rates.services)


def _out_of_bounds(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))


def _unknown_service(name: str, known: Collection[str]) -> InvalidParameters:
    message = f"No host has a price for the service {name!r}; the services are {', '.join(sorted(known))}"
    return InvalidParameters(f"{message}.", faults=(ParameterFault(("service",), message, "value_error"),))


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
    )


def estimate(offer: Offer, workload: Workload, card: RateCard) -> Estimate:
    """Estimate what a workload costs at an offer, line by line."""
    lines = () if card.state in UNPRICED else tuple(_lines(workload, card.services))
    amount = _total(card, workload)
    return Estimate(
        id=offer.id,
        name=offer.name,
        provider=offer.provider,
        price_state=offer.price.state,
        total=amount,
        reason=None if amount is not None else _reason(offer, lines),
        fits=fits(workload.tokens, offer.limits),
        services=tuple(service.name for service in card.services[1:]),
        lines=lines,
    )


def fits(tokens: Usage, limits: Limits) -> bool | None:
    """Whether a request is within the limits of a model; None where its context is unknown."""
    if limits.output is not None and tokens.output > limits.output:
        return False
    if limits.input is not None and tokens.input > limits.input:
        return False
    return None if limits.context is None else tokens.input + tokens.output <= limits.context


def _sort_keys(numbers: Sequence[int], workload: Workload, rates: RateCards) -> list[tuple[bool, bool, Decimal]]:
    """The sort key of each estimate; totals are computed once per rate card, and fits once per set of limits."""
    cards = [rates.card_numbers[number] for number in numbers]
    limits = [rates.limits_numbers[number] for number in numbers]
    totals = {card: _total(rates.cards[card], workload) for card in set(cards)}
    exceeded = {it: fits(workload.tokens, rates.limits[it]) is False for it in set(limits)}
    return [
        ((amount := totals[card]) is None, exceeded[it], NOTHING if amount is None else amount)
        for card, it in zip(cards, limits, strict=True)
    ]


def _total(card: RateCard, workload: Workload) -> Decimal | None:
    """The sum of an estimate's lines, without building them; None where a price is unknown."""
    if card.state in UNPRICED:
        return None
    amount = NOTHING
    for _, requests, charged_as in _parts(workload, card.services):
        cost = total(charges(workload.tokens, charged_as))
        if cost is None:
            return None
        amount = EXACT.add(amount, EXACT.multiply(cost, requests))
    return amount


def _parts(workload: Workload, services: Sequence[Service]) -> Iterator[tuple[str, Decimal, Sequence[Service]]]:
    """The requests of the workload's service and those in a batch: service, number, and services to charge by."""
    requests = Decimal(workload.requests)
    batched = EXACT.multiply(requests, workload.batch_share)
    for name, count in ((workload.service, EXACT.subtract(requests, batched)), (BATCH, batched)):
        if count:
            own = [service for service in services[1:] if service.name == name]
            yield name, count, (*own, services[0])


def _lines(workload: Workload, services: Sequence[Service]) -> Iterator[EstimateLine]:
    for name, requests, charged_as in _parts(workload, services):
        for charge in charges(workload.tokens, charged_as):
            tokens = EXACT.multiply(requests, Decimal(charge.tokens))
            yield EstimateLine(
                kind=charge.kind,
                service=name,
                tokens=tokens,
                rate=charge.rate,
                rate_of=charge.rate_of,
                rate_service=charge.service,
                above=charge.above,
                amount=None if charge.rate is None else cost_of(tokens, charge.rate),
            )


def _reason(offer: Offer, lines: Iterable[EstimateLine]) -> str:
    """The reason that there is no total."""
    missing = sorted({line.kind.value for line in lines if line.rate is None})
    if offer.price.state in UNPRICED:
        return UNPRICED[offer.price.state]
    return f"The price of {' and '.join(missing)} tokens is unknown."
