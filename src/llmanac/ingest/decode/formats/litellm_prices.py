"""Reads the prices in a row of LiteLLM's map: every key that speaks of money.

- Rates per token, by kind: ``input_cost_per_token``, ``cache_read_input_token_cost``, …
- The same above a size of the context: ``…_above_200k_tokens``; or as ``tiered_pricing``, by ranges of it.
- The same of another service: ``…_batches``, ``…_flex``, ``…_above_272k_tokens_priority``; a service whose prices are
  all the same factor may be in ``provider_specific_entry``: ``{"fast": 2.0}``.
- The same in some hours: ``off_peak_pricing``.
- Fees: any other key with ``cost`` in its name, and factors for regions.

What is in Databricks' own units (``…dbu_cost…``) is stated in USD, too, and not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from llmanac.domain.peak_hours import EVERY_DAY, MINUTES_A_DAY, WeeklyWindow
from llmanac.domain.pricing import RATE_NAMES, Fee, OffPeak, Rates, Service, Tier
from llmanac.ingest.decode.reader import RecordReader, field_path
from llmanac.ingest.layer import NO_RATES, Cost

RATE_KEYS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "reasoning": "output_cost_per_reasoning_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "cache_write_12h": "cache_creation_input_token_cost_above_12hr",
    "input_audio": "input_cost_per_audio_token",
    "input_image": "input_cost_per_image_token",
    "output_audio": "output_cost_per_audio_token",
    "output_image": "output_cost_per_image_token",
}
OLD_CACHE_READ = "input_cost_per_token_cache_hit"
"""An older key of the rate of cache reads."""
RATE_KEY = re.compile(
    rf"(?P<rate>{'|'.join(RATE_KEYS.values())})(?:_above_(?P<thousands>\d+)k_tokens)?(?:_(?P<service>[a-z]+))?"
)
"""Keys of rates per token: of a kind, above a size of the context, of a service."""
SERVICES = {"batches": "batch"}
"""Names of services, where they differ from the suffix of their keys."""
STANDARD = ""

TIERED, OFF_PEAK, BY_PROVIDER = "tiered_pricing", "off_peak_pricing", "provider_specific_entry"
FACTOR_KEY = re.compile(r"regional_\w+_uplift_multiplier(?:_\w+)?")
FEE_KEY = re.compile(r"(?:.+_)?cost(?:_.+)?")
DBU_KEY = re.compile(r"(?:input|output)_dbu_cost_per_token")

UNITS = (
    (re.compile(r".*(?:search_context|grounding).*"), "search"),
    (re.compile(r".*_per_1k_tokens"), "1,000 tokens"),
    (re.compile(r".*_per_1k_calls"), "1,000 calls"),
    (re.compile(r".*_per_gb_per_day"), "GB and day"),
    (re.compile(r".*(?:token_cost|_per_\w*token)(?:_.+)?"), "1,000,000 tokens"),
    (re.compile(r".*_per_video_per_second.*"), "second of video"),
    (re.compile(r".*_per_audio_per_second.*"), "second of audio"),
    (re.compile(r".*cost_per_([a-z]+(?:_[a-z]+)*?)(?:_\d.*|_above_.*|_batches)?"), ""),
)
"""Patterns of fees' keys, with the unit that each is charged by; the last one takes it from the key."""
MILLION = "1,000,000 tokens"
FACTOR = "factor"

SPEEDS = frozenset({"fast"})
"""Services whose prices are a factor in ``provider_specific_entry``."""
REGION = re.compile(r"[a-z]{2}")
"""Regions whose prices are a factor there."""

HOURS = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RateKey:
    """A key of a rate per token, taken apart."""

    rate: str
    """A field of Rates."""
    place: tuple[str, int]
    """The service, which may be STANDARD, and the size of the context above which it holds; 0 for any."""


@dataclass(frozen=True, slots=True)
class FeeKey:
    """A key of a fee."""

    unit: str


StatedRates: TypeAlias = dict[str, tuple[str, Any]]
"""The key and value that a row has for each field of Rates."""


@cache
def price_key(name: str) -> RateKey | FeeKey | None:
    """The meaning of a key; None for one that is no plain price."""
    if name == OLD_CACHE_READ or DBU_KEY.fullmatch(name):
        return None
    if found := RATE_KEY.fullmatch(name):
        service = found["service"] or STANDARD
        rate = next(field for field, key in RATE_KEYS.items() if key == found["rate"])
        return RateKey(rate, (SERVICES.get(service, service), 1000 * int(found["thousands"] or 0)))
    if FACTOR_KEY.fullmatch(name):
        return FeeKey(FACTOR)
    return FeeKey(unit_of(name)) if FEE_KEY.fullmatch(name) else None


def unit_of(name: str) -> str:
    """The unit that a fee is charged by, from its key."""
    for pattern, unit in UNITS:
        if found := pattern.fullmatch(name):
            return unit or found[1].replace("_", " ")
    return "unit"


class PriceReader:
    """Reads the prices of rows; equal rates are the same object."""

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        self._rates: dict[tuple[object, ...], Rates] = {}

    def read(self, values: Mapping[str, Any], where: str) -> Cost:
        """Everything that a row says about money."""
        row = _RowPrices(self.reader, where)
        for name, value in values.items():
            key = price_key(name)
            if key is None:
                continue
            if type(key) is RateKey:
                row.layers[key.place][key.rate] = (name, value)
            elif type(key) is FeeKey:
                row.add_fees(name, value, key.unit)
        if OLD_CACHE_READ in values:
            row.layers[STANDARD, 0].setdefault("cache_read", (OLD_CACHE_READ, values[OLD_CACHE_READ]))
        if TIERED in values:
            row.add_ranges(values[TIERED])
        rates = {key: self._rates_of(stated, where) for key, stated in row.layers.items()}
        base, off_peak = rates.get((STANDARD, 0), NO_RATES), None
        if OFF_PEAK in values and (stated := row.off_peak(values[OFF_PEAK])):
            # LiteLLM's base is the peak; ours is the other, as hosts list it.
            off_peak = OffPeak(windows=stated.windows, rates=self._rates_of(stated.rates, where), peak=base)
            base = off_peak.rates
        services = _services(rates)
        if BY_PROVIDER in values:
            services += row.services_by_factor(values[BY_PROVIDER], base)
        return Cost(base, _tiers(rates, STANDARD), tuple(services), off_peak=off_peak, fees=tuple(row.fees))

    def _rates_of(self, stated: StatedRates, where: str) -> Rates:
        return self.reader.once(self._rates, tuple(sorted(stated.items())), lambda: self._new_rates(stated, where))

    def _new_rates(self, stated: StatedRates, where: str) -> Rates:
        price = self.reader.price
        return Rates(**{rate: per_million(price({name: value}, name, where)) for rate, (name, value) in stated.items()})


@dataclass(frozen=True, slots=True)
class _StatedOffPeak:
    """The rates and windows of ``off_peak_pricing``."""

    rates: StatedRates
    windows: tuple[WeeklyWindow, ...]


class _RowPrices:
    """Collects the prices of one row."""

    def __init__(self, reader: RecordReader, where: str) -> None:
        self._reader = reader
        self._where = where
        self.layers: defaultdict[tuple[str, int], StatedRates] = defaultdict(dict)
        """Rates by service, and by the size of the context above which they hold."""
        self.fees: list[Fee] = []

    def add_fees(self, name: str, value: object, unit: str) -> None:
        """Add the fee of a key; an object has one for each of its own keys."""
        if type(value) is dict:
            for inner, each in value.items():
                self.add_fees(f"{name}.{inner}", each, unit)
        elif type(value) in {int, float}:
            price = self._reader.price({name: value}, name, self._where)
            if price:
                self.fees.append(Fee(name, unit, (per_million(price) or price) if unit == MILLION else price))
        elif value is not None:
            self._reject(name, "not a price: a number is expected")

    def add_ranges(self, stated: object) -> None:
        """Add ``tiered_pricing``: rates by range of the context's size; by range of anything else they are fees."""
        for each in stated if type(stated) is list else [None]:
            item: dict[str, Any] = each if type(each) is dict else {}
            keys = {name: price_key(name) for name in item}
            above = _lower_bound(item.get("range"))
            if above is None and not any(isinstance(key, FeeKey) for key in keys.values()):
                self._reject(TIERED, "not a range with prices; it is left out")
                continue
            for name, key in keys.items():
                if isinstance(key, RateKey) and above is not None:
                    self.layers[STANDARD, above].setdefault(key.rate, (name, item[name]))
                elif isinstance(key, FeeKey):
                    self.add_fees(f"{TIERED}.{name}", item[name], key.unit)

    def off_peak(self, stated: object) -> _StatedOffPeak | None:
        """The rates and windows of ``off_peak_pricing``; None where they cannot be read."""
        if type(stated) is dict:
            rates = {it.rate: (name, stated[name]) for name in stated if isinstance(it := price_key(name), RateKey)}
            items = stated.get("windows")
            zone = stated.get("weekday_timezone", "UTC")
            windows = [window for item in items for window in _windows(item, zone)] if type(items) is list else []
            if rates and windows and all(windows):
                return _StatedOffPeak(rates, tuple([it for it in windows if it]))
        self._reject(OFF_PEAK, "not rates with windows of 'hours_utc' and 'weekdays'; they are left out")
        return None

    def services_by_factor(self, stated: object, base: Rates) -> list[Service]:
        """The services in ``provider_specific_entry``; factors of regions are added as fees."""
        services = []
        for name, value in stated.items() if type(stated) is dict else ():
            if type(value) not in {int, float} or not (name in SPEEDS or REGION.fullmatch(name)):
                continue  # not a price
            factor = self._reader.price({name: value}, name, self._where)
            if factor is not None and name in SPEEDS:
                services.append(Service(name, _times(base, factor)))
            elif factor is not None:
                self.fees.append(Fee(f"{BY_PROVIDER}.{name}", FACTOR, factor))
        return services

    def _reject(self, name: str, reason: str) -> None:
        self._reader.reject(field_path(self._where, name), reason)


def _lower_bound(stated: object) -> int | None:
    bound = stated[0] if type(stated) is list and stated else None
    return int(bound) if isinstance(bound, int | float) and bound >= 0 else None


def _tiers(rates: Mapping[tuple[str, int], Rates], service: str) -> tuple[Tier, ...]:
    """The tiers of a service, by size."""
    return tuple([Tier(above, rates[name, above]) for name, above in sorted(rates) if name == service and above])


def _services(rates: Mapping[tuple[str, int], Rates]) -> list[Service]:
    """The services other than the standard one, by name."""
    names = sorted({name for name, _ in rates if name != STANDARD})
    return [Service(name, rates.get((name, 0), NO_RATES), _tiers(rates, name)) for name in names]


def _times(rates: Rates, factor: Decimal) -> Rates:
    return Rates(**{name: rate * factor for name in RATE_NAMES if (rate := getattr(rates, name)) is not None})


def _windows(stated: object, timezone: object) -> list[WeeklyWindow | None]:
    """The windows of an item of ``windows``; None for each that cannot be read."""
    if type(stated) is not dict:
        return [None]
    hours, weekdays = stated.get("hours_utc"), stated.get("weekdays", [*EVERY_DAY])
    is_known = type(weekdays) is list and all(day in EVERY_DAY for day in weekdays) and _is_timezone(timezone)
    spans = [hours] if type(hours) is str else hours if type(hours) is list else [None]
    return [_window(span, tuple(weekdays), timezone) if is_known and weekdays else None for span in spans]


def _window(span: object, weekdays: tuple[int, ...], timezone: object) -> WeeklyWindow | None:
    found = HOURS.fullmatch(span) if type(span) is str else None
    if found is None or not _is_timezone(timezone):
        return None
    start, end = 60 * int(found[1]) + int(found[2]), 60 * int(found[3]) + int(found[4])
    if start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        return None
    return WeeklyWindow(start=start, end=end or MINUTES_A_DAY, weekdays=weekdays, timezone=timezone)


def _is_timezone(name: object) -> TypeGuard[str]:
    try:
        return type(name) is str and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError):
        return False


def per_million(per_token: Decimal | None) -> Decimal | None:
    """The price per million tokens, in plain digits: adding zero turns 1E+1 into 10."""
    return None if per_token is None else per_token.scaleb(6) + Decimal(0)
