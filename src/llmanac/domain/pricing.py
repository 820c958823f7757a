"""Prices of a model at one host, in USD per million tokens. Unknown is None, free is 0."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum


class PriceState(StrEnum):
    """The meaning of a price, or of its absence."""

    KNOWN = "known"
    FREE = "free"
    IN_PLAN = "in_plan"
    VARIABLE = "variable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """USD per million tokens, by kind of token."""

    input: Decimal | None = None
    output: Decimal | None = None
    reasoning: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    """For a cache that is kept for minutes: five, where a host states it."""
    cache_write_1h: Decimal | None = None
    """For a cache that is kept for an hour."""
    input_audio: Decimal | None = None
    output_audio: Decimal | None = None


RATE_NAMES = tuple(field.name for field in fields(Rates))
"""The names of all rates, in the order in which responses list them."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Other rates for a request whose context is larger than ``above`` tokens."""

    above: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Service:
    """A service class of the same model, slower or faster, at other rates."""

    name: str
    """``batch``, ``flex``, ``priority`` and the like."""
    rates: Rates
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """The price of an offer: its rates, those for long contexts and other services, and their meaning."""

    rates: Rates
    tiers: tuple[Tier, ...] = ()
    state: PriceState = PriceState.UNKNOWN
    services: tuple[Service, ...] = ()
    """Services at other rates than ``rates`` and ``tiers``, which are those of the standard service."""

    @property
    def bound(self) -> Decimal | None:
        """The larger of input and output price: what ``min_price`` and ``max_price`` compare with."""
        return larger(self.rates.input, self.rates.output)


UNKNOWN_PRICE = Price(Rates())


def larger(input_price: Decimal | None, output_price: Decimal | None) -> Decimal | None:
    """The larger of two prices; where one is unknown, the other; None when both are."""
    if input_price is None or output_price is None:
        return output_price if input_price is None else input_price
    return max(input_price, output_price)
