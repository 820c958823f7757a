"""Rate cards: the prices that offers can be charged by; offers with the same prices share one."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from llmanac.domain.pricing import PriceState, Service
from llmanac.domain.records import Limits, Offer
from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.build import Build
from llmanac.search.index.buffers import Numbers

STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class RateCard:
    """The state of a price, and the services with their rates, the standard one first."""

    state: PriceState
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCards:
    """The rate cards and limits of a catalog, and which of them each offer has."""

    cards: Sequence[RateCard]
    card_numbers: Numbers
    """By document number, the place of the offer's card among ``cards``."""
    limits: Sequence[Limits]
    limits_numbers: Numbers
    """By document number, the place of the offer's limits among ``limits``."""
    services: frozenset[str]
    """Every service that any host has a price for."""

    @classmethod
    def of(cls, build: Build) -> RateCards:
        """The rate cards of a build; offers with the same price and row share one."""
        cards: dict[tuple[int, int], tuple[int, RateCard]] = {}
        limits: dict[Limits, int] = {}
        limits_known: dict[int, int] = {}
        card_numbers, limits_numbers = array("I"), array("I")
        for offer in build.catalog.offers:
            row = build.rows.get(offer.id)
            key = id(offer.price), id(row)  # ids are unique, since all of them live as long as the build
            if key not in cards:
                cards[key] = len(cards), rate_card_of(offer, row)
            card_numbers.append(cards[key][0])
            number = limits_known.get(id(offer.limits))
            if number is None:
                limits_known[id(offer.limits)] = number = limits.setdefault(offer.limits, len(limits))
            limits_numbers.append(number)
        known = [card for _, card in cards.values()]
        row_services = {service.name for row in build.rows.values() for service in row.services}
        return cls(
            cards=known,
            card_numbers=card_numbers,
            limits=[*limits],
            limits_numbers=limits_numbers,
            services=frozenset({service.name for card in known for service in card.services} | row_services),
        )

    def card(self, number: int) -> RateCard:
        """The rate card of the offer with this document number."""
        return self.cards[self.card_numbers[number]]


def rate_card_of(offer: Offer, row: ModelClaims | None) -> RateCard:
    """The rate card of an offer; ``row`` is LiteLLM's row for it.

    Prices that only LiteLLM has, of batches above all, count where its row agrees on the standard price; elsewhere
    it is about another price.
    """
    price = offer.price
    rates, services = price.rates, price.services
    if row is not None and (row.rates.input, row.rates.output) == (rates.input, rates.output):
        known = {service.name for service in services}
        services = (*services, *(service for service in row.services if service.name not in known))
        if rates.cache_write_1h is None and row.rates.cache_write_1h is not None:
            rates = replace(rates, cache_write_1h=row.rates.cache_write_1h)
    return RateCard(price.state, (Service(STANDARD, rates, price.tiers), *services))
