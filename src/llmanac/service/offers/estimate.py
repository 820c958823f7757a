"""What a workload costs: at one offer, line by line, or at many, the cheapest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from llmanac.domain.pricing import PriceState, Service
from llmanac.domain.records import Limits, Offer
from llmanac.domain.usage import EXACT, TokenKind, Usage, charges, cost_of, total
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.ingest.pipeline import Build
from llmanac.search.facets import Facets
from llmanac.search.query import Query
from llmanac.service.offers.resolver import Resolver

STANDARD = "standard"
BATCH = "batch"

MAX_REQUESTS = 10**9

UNPRICED = {
    PriceState.IN_PLAN: "A plan includes this model: it has no price per token.",
    PriceState.VARIABLE: "A router: the price is that of the model which it chooses.",
    PriceState.UNKNOWN: "No source knows a price.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """So many requests of one kind."""

    tokens: Usage
    """Of each request."""
    requests: int = 1
    batch_share: Decimal = Decimal(0)
    """The part of the requests, 0 to 1, that can wait for a batch."""
    service: str = STANDARD
    """How the others are served: ``standard``, ``flex``, ``priority``, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the formula: ``tokens`` times ``rate`` per million is ``amount``."""

    kind: TokenKind
    service: str
    """Which of the requests: those served as asked, or in a batch."""
    tokens: Decimal
    """Of all those requests together."""
    rate: Decimal | None
    """USD per million tokens; None where it is unknown."""
    rate_of: TokenKind | None
    """Whose rate that is, of ``kind`` itself or of its stand-in: reasoning is mostly charged as output."""
    rate_service: str | None
    """The service whose rate that is: ``standard`` where the host has no price for the one that was asked for."""
    above: int | None
    """The context that the rate begins above; None for one that does not depend on it."""
    amount: Decimal | None
    """USD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the workload costs at one offer."""

    id: str
    name: str | None
    provider: str
    price_state: PriceState
    total: Decimal | None
    """USD; None where it cannot be told, and ``reason`` says why."""
    reason: str | None
    fits: bool | None
    """Whether a request is within the limits of the model; None where they are unknown."""
    services: tuple[str, ...]
    """Other services that have a known price here."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Estimates: where the requests fit, the cheapest first; then where they don't; then those without a total."""

    total: int
    """Offers that were asked about."""
    priced: int
    """Of those, offers whose cost is known."""
    models: tuple[Estimate, ...]
    """One page."""


class Estimator:
    """Ranks what a workload costs at the offers of one edition."""

    def __init__(self, build: Build, *, resolver: Resolver, facets: Facets) -> None:
        self._build = build
        self._resolver = resolver
        self._facets = facets

    def rank_named(
        self, ids: Iterable[str], workload: Workload, *, offset: int = 0, limit: int | None = None
    ) -> Ranking:
        """Estimates at the offers of these ids, in any spelling, each offer once.

        Raises NotFound for an id that stands for no one offer, and InvalidParameters for a service that nobody has.
        """
        self._require_service(workload.service)
        return self._rank(dict.fromkeys(map(self._resolver.number, ids)), workload, offset=offset, limit=limit)

    def rank_matching(self, query: Query, workload: Workload, *, offset: int = 0, limit: int | None = None) -> Ranking:
        """Estimates at all offers that match a query, whose own page and order don't matter.

        Raises InvalidParameters for a service that nobody has.
        """
        self._require_service(workload.service)
        return self._rank(self._facets.matching(query), workload, offset=offset, limit=limit)

    def _rank(self, numbers: Iterable[int], workload: Workload, *, offset: int, limit: int | None) -> Ranking:
        offers = self._build.catalog.offers
        return rank([offers[number] for number in numbers], workload, build=self._build, offset=offset, limit=limit)

    def _require_service(self, name: str) -> None:
        if name != STANDARD and name not in (known := service_names(self._build)):
            raise _unknown_service(name, known)


def _unknown_service(name: str, known: Collection[str]) -> InvalidParameters:
    message = f"{name!r} is no service that any host has a price for; there are {', '.join(sorted(known))}"
    return InvalidParameters(f"{message}.", faults=(ParameterFault(("service",), message, "value_error"),))


def rank(
    offers: Iterable[Offer], workload: Workload, *, build: Build, offset: int = 0, limit: int | None = None
) -> Ranking:
    """Estimates in order of what they cost; of equals, in the order given."""
    asked = list(offers)
    totals = _totals(asked, workload, build)
    order = sorted(range(len(asked)), key=lambda place: _standing(asked[place], totals[place], workload))
    page = order[offset:] if limit is None else order[offset : offset + limit]
    return Ranking(
        len(asked),
        sum(amount is not None for amount in totals),
        tuple(estimate(asked[place], workload, build=build) for place in page),
    )


def estimate(offer: Offer, workload: Workload, *, build: Build) -> Estimate:
    """What a workload costs at an offer, and how that comes about."""
    services = services_of(offer, build)
    lines = () if offer.price.state in UNPRICED else tuple(_lines(workload, services))
    amount = _total(offer, workload, build)
    return Estimate(
        id=offer.id,
        name=offer.name,
        provider=offer.provider,
        price_state=offer.price.state,
        total=amount,
        reason=None if amount is not None else _reason(offer, lines),
        fits=fits(workload.tokens, offer.limits),
        services=tuple(service.name for service in services[1:]),
        lines=lines,
    )


def services_of(offer: Offer, build: Build) -> tuple[Service, ...]:
    """What an offer can be charged as, the standard service first.

    What only LiteLLM knows, prices of batches above all, counts where it agrees on the standard price:
    elsewhere it speaks of another.
    """
    price, row = offer.price, build.rows.get(offer.id)
    rates, services = price.rates, price.services
    if row is not None and (row.rates.input, row.rates.output) == (rates.input, rates.output):
        known = {service.name for service in services}
        services = (*services, *(service for service in row.services if service.name not in known))
        if rates.cache_write_1h is None and row.rates.cache_write_1h is not None:
            rates = replace(rates, cache_write_1h=row.rates.cache_write_1h)
    return (Service(STANDARD, rates, price.tiers), *services)


def service_names(build: Build) -> frozenset[str]:
    """Every service that any host has a price for."""
    services = [
        *(service for offer in build.catalog.offers for service in offer.price.services),
        *(service for row in build.rows.values() for service in row.services),
    ]
    return frozenset({STANDARD, *(service.name for service in services)})


def fits(tokens: Usage, limits: Limits) -> bool | None:
    """Whether a request is within the limits of a model; None where its context is unknown."""
    if limits.output is not None and tokens.output > limits.output:
        return False
    if limits.input is not None and tokens.input > limits.input:
        return False
    return None if limits.context is None else tokens.input + tokens.output <= limits.context


def _totals(offers: Iterable[Offer], workload: Workload, build: Build) -> list[Decimal | None]:
    """Of each offer; many share their rates, and what those come to is worked out once."""
    known: dict[tuple[object, ...], Decimal | None] = {}
    totals = []
    for offer in offers:
        price = offer.price
        key = (price, build.rows.get(offer.id))
        if key not in known:
            known[key] = _total(offer, workload, build)
        totals.append(known[key])
    return totals


def _total(offer: Offer, workload: Workload, build: Build) -> Decimal | None:
    """What the lines of an estimate come to, without writing them out."""
    if offer.price.state in UNPRICED:
        return None
    amount = Decimal(0)
    for _, requests, charged_as in _parts(workload, services_of(offer, build)):
        cost = total(charges(workload.tokens, charged_as))
        if cost is None:
            return None
        amount = EXACT.add(amount, EXACT.multiply(cost, requests))
    return amount


def _parts(workload: Workload, services: Sequence[Service]) -> Iterator[tuple[str, Decimal, Sequence[Service]]]:
    """The requests that are served as asked and those in a batch: how many, and what they are charged as."""
    requests = Decimal(workload.requests)
    batched = EXACT.multiply(requests, workload.batch_share)
    for name, count in ((workload.service, EXACT.subtract(requests, batched)), (BATCH, batched)):
        if count:
            own = [service for service in services[1:] if service.name == name]
            yield name, count, (*own, services[0])


def _lines(workload: Workload, services: Sequence[Service]) -> Iterator[Line]:
    for name, requests, charged_as in _parts(workload, services):
        for charge in charges(workload.tokens, charged_as):
            tokens = EXACT.multiply(requests, Decimal(charge.tokens))
            yield Line(
                kind=charge.kind,
                service=name,
                tokens=tokens,
                rate=charge.rate,
                rate_of=charge.rate_of,
                rate_service=charge.service,
                above=charge.above,
                amount=None if charge.rate is None else cost_of(tokens, charge.rate),
            )


def _standing(offer: Offer, amount: Decimal | None, workload: Workload) -> tuple[bool, bool, Decimal]:
    return amount is None, fits(workload.tokens, offer.limits) is False, Decimal(0) if amount is None else amount


def _reason(offer: Offer, lines: Iterable[Line]) -> str:
    """Why there is no total."""
    missing = sorted({line.kind.value for line in lines if line.rate is None})
    if offer.price.state in UNPRICED:
        return UNPRICED[offer.price.state]
    return f"The price of {' and '.join(missing)} tokens is unknown."
