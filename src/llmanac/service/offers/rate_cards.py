"""Rate cards: the prices that offers can be charged by; offers with the same prices share one."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import or_

import msgspec

from llmanac.domain.pricing import REQUEST_UNITS, Fee, OffPeak, Price, PriceState, Rates, Service, is_same_price
from llmanac.domain.rate_layers import derive
from llmanac.domain.records import Limits, Offer
from llmanac.ingest.merge.build import Build
from llmanac.search.index.buffers import Numbers
from llmanac.service.offers.rate_columns import RateColumns, bound_of

STANDARD = "standard"
MOST_BITS = 64
"""Services that have a bit each."""


@dataclass(frozen=True, slots=True)
class RateCard:
    """The state of a price, the services with their rates, the standard one first, and what else costs."""

    state: PriceState
    services: tuple[Service, ...]
    off_peak: OffPeak | None = None
    fees: tuple[Fee, ...] = ()


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
    columns: RateColumns
    """The base rates of ``cards``."""

    @classmethod
    def of(cls, build: Build) -> RateCards:
        """The rate cards of a build; offers with the same price share one."""
        cards: dict[tuple[bytes, bytes], tuple[int, RateCard]] = {}
        limits: dict[Limits, int] = {}
        card_numbers, limits_numbers = array("I"), array("I")
        by_lab = rates_by_lab(build.catalog.offers)
        encoded: dict[int, bytes] = {}

        def encode(value: object) -> bytes:
            # Most are one object, and encoded once; ids are unique, since all of them live as long as the build.
            if id(value) not in encoded:
                encoded[id(value)] = msgspec.msgpack.encode(value)
            return encoded[id(value)]

        for offer in build.catalog.offers:
            lab = by_lab.get(offer.base)
            key = encode(offer.price), encode(lab)
            if key not in cards:
                cards[key] = len(cards), rate_card_of(offer.price, lab)
            card_numbers.append(cards[key][0])
            limits_numbers.append(limits.setdefault(offer.limits, len(limits)))
        known = [card for _, card in cards.values()]
        stated = {service.name for claims in build.rows.values() for service in claims.services}
        services = frozenset({service.name for card in known for service in card.services} | stated)
        return cls(
            cards=known,
            card_numbers=card_numbers,
            limits=[*limits],
            limits_numbers=limits_numbers,
            services=services,
            columns=_columns_of(known, services),
        )

    @classmethod
    def of_each(cls, cards: Sequence[RateCard], limits: Sequence[Limits], *, services: frozenset[str]) -> RateCards:
        """The rate cards and limits of some offers, one for each, in their order."""
        numbers = array("I", range(len(cards)))
        return cls(
            cards=cards,
            card_numbers=numbers,
            limits=limits,
            limits_numbers=numbers,
            services=services,
            columns=_columns_of(cards, services),
        )

    def service_bit(self, name: str) -> int:
        """The bit of a service in ``columns.services``; 0 for the standard one, and for one that no host has."""
        return _bits_of(self.services).get(name, 0)

    def card(self, number: int) -> RateCard:
        """The rate card of the offer with this document number."""
        return self.cards[self.card_numbers[number]]


def _columns_of(cards: Iterable[RateCard], services: Iterable[str]) -> RateColumns:
    bits = _bits_of(services)
    return RateColumns.of(
        (
            card.services[0].rates,
            bound_of(
                card.state,
                [tier.above for tier in card.services[0].tiers],
                is_plain=card.off_peak is None and not any(fee.unit in REQUEST_UNITS for fee in card.fees),
            ),
            reduce(or_, (bits[service.name] for service in card.services[1:]), 0),
        )
        for card in cards
    )


def _bits_of(services: Iterable[str]) -> Mapping[str, int]:
    """A bit for each service but the standard one, which needs none; the last one stands for all that are too many."""
    return {name: 1 << min(place, MOST_BITS - 1) for place, name in enumerate(sorted({*services} - {STANDARD}))}


def rates_by_lab(offers: Iterable[Offer]) -> Mapping[str, Rates]:
    """The rates of each base model at its lab's own host, where that has a price for a cache of an hour."""
    found: dict[str, Rates] = {}
    for offer in offers:
        if offer.first_party and offer.price.rates.cache_write_1h is not None:
            found.setdefault(offer.base, offer.price.rates)
    return found


def rate_card_of(price: Price, lab: Rates | None = None) -> RateCard:
    """The rate card of a price. ``lab`` are the rates of the same model at its lab's own host.

    A host that passes on how its lab prices a cache of minutes does so with a cache of an hour, too.
    """
    standard = Service(STANDARD, _with_hour(price.rates, lab) if lab else price.rates, price.tiers)
    return RateCard(price.state, (standard, *price.services), price.off_peak, price.fees)


def _with_hour(rates: Rates, lab: Rates) -> Rates:
    """The rates with the lab's ratio of an hour to minutes, where the lab's ratio of minutes to input is theirs."""
    if rates.cache_write_1h is not None or not rates.input or not rates.cache_write:
        return rates
    if not lab.input or not lab.cache_write or not lab.cache_write_1h:
        return rates
    expected: Decimal = derive(lab.cache_write, rates.input, of=lab.input)
    if not is_same_price(expected, rates.cache_write):
        return rates
    return replace(rates, cache_write_1h=derive(lab.cache_write_1h, rates.cache_write, of=lab.cache_write))
