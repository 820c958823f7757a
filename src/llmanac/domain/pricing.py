"""Prices of a model at one host, in USD per million tokens. Unknown is None, free is 0."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from llmanac.domain.peak_hours import Hours, WeeklyWindow

SAME_PRICE = Decimal("0.005")
"""Maximum difference of two equal prices, relative to the larger."""


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
    cache_write_12h: Decimal | None = None
    """For a cache that is kept for twelve hours or longer."""
    input_audio: Decimal | None = None
    input_image: Decimal | None = None
    output_audio: Decimal | None = None
    output_image: Decimal | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OffPeak:
    """Off-peak pricing: the rates inside and outside of some hours. Either may be the base rates of an offer."""

    windows: tuple[WeeklyWindow, ...]
    """The off-peak hours; all others are peak hours."""
    rates: Rates
    """The rates in off-peak hours."""
    peak: Rates
    """The rates in peak hours."""

    def hours(self, at: datetime) -> Hours:
        """The hours that a time is in."""
        return Hours.OFF_PEAK if any(window.has(at) for window in self.windows) else Hours.PEAK

    def rates_in(self, hours: Hours) -> Rates:
        """The rates in these hours."""
        return self.rates if hours is Hours.OFF_PEAK else self.peak


@dataclass(frozen=True, slots=True)
class Fee:
    """A price for anything but the kinds of tokens that Rates has: an image, a second, a search, a region."""

    name: str
    """The source's own name for it."""
    unit: str
    """The unit that is charged: ``image``, ``second``, ``request``, …; a ``factor`` multiplies all other prices."""
    price: Decimal
    """USD per unit; for a ``factor``, the factor."""


REQUEST_UNITS = frozenset({"request", "query"})
"""Units of fees of which every request has one."""


@dataclass(frozen=True, slots=True)
class DecidedRate:
    """A rate that is served from another source than the first that states it, and the reason."""

    name: str
    source: str
    reason: str
    """A sentence, with the days since when both sources have stated their figures."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of an offer: its rates, those for long contexts, services and hours, its fees, and their meaning."""

    rates: Rates
    tiers: tuple[Tier, ...] = ()
    state: PriceState = PriceState.UNKNOWN
    services: tuple[Service, ...] = ()
    """Services at other rates than ``rates`` and ``tiers``, which are those of the standard service."""
    off_peak: OffPeak | None = None
    fees: tuple[Fee, ...] = ()
    decided: tuple[DecidedRate, ...] = ()
    """The rates that are not served by the order of the sources."""

    def source_of(self, name: str) -> str | None:
        """The source of a rate that is not served by the order of the sources; else None."""
        return next((it.source for it in self.decided if it.name == name), None)

    @property
    def bound(self) -> Decimal | None:
        """The larger of input and output price: what ``min_price`` and ``max_price`` compare with."""
        return larger(self.rates.input, self.rates.output)


UNKNOWN_PRICE = Price(Rates())


def larger(input_price: Decimal | None, output_price: Decimal | None) -> Decimal | None:
    """The larger of two prices; None where either is unknown, since that one may be the larger."""
    return None if input_price is None or output_price is None else max(input_price, output_price)


def is_same_price(one: Decimal | None, other: Decimal | None) -> bool:
    """Returns True if two prices are equal within SAME_PRICE, or both are unknown."""
    if one is None or other is None:
        return one is other
    return one == other or abs(one - other) <= SAME_PRICE * max(one, other)
