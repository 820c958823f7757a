"""Bounds of prices: what anybody charges, and what others charge for the same model or at the same host.

The bounds of what anybody charges hold for every price that is new or has moved. What others charge is compared with a
price that has no price before it: of a new entry, or of one that had none. A figure in another unit, per token or per
thousand tokens in place of per million, is outside of them, in either direction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from statistics import median

from llmanac.domain.amounts import digits
from llmanac.ingest.layer import ModelClaims

LEAST, MOST = Decimal("0.0001"), Decimal(2000)
BOUNDS: Mapping[str, tuple[Decimal, Decimal]] = {
    "input": (LEAST, Decimal(1000)),
    "output": (LEAST, MOST),
    "reasoning": (LEAST, MOST),
    "cache_read": (Decimal("0.00001"), Decimal(1000)),
    "cache_write": (LEAST, MOST),
    "cache_write_1h": (LEAST, MOST),
    "cache_write_12h": (LEAST, MOST),
    "input_audio": (LEAST, MOST),
    "input_image": (LEAST, MOST),
    "output_audio": (LEAST, 2 * MOST),
    "output_image": (LEAST, 2 * MOST),
}
"""The lowest price above zero, and the highest, that is believed for each kind of token, in USD per million.

In the feeds of 2026 the dearest input costs 150, the dearest output 600, and the cheapest tokens 0.00013.
"""
FAR = 100
"""Maximum factor between a new price and those of the same model elsewhere, or of other models at the host.

In the feeds of 2026 a new price is at most 27 times as high or low as the median of its model.
"""
FEWEST_OFFERS = 2
"""Minimum number of other offers of a model that a new price is compared with."""
FEWEST_MODELS = 5
"""Minimum number of other models at a host that a new price is compared with."""
COMPARED = ("input", "output")


def beyond_bounds(prices: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Descriptions of the prices, by dotted name, that nobody charges."""
    return tuple(_beyond(prices))


def _beyond(prices: Mapping[str, Decimal]) -> Iterator[str]:
    for name, price in prices.items():
        least, most = BOUNDS.get(name.rpartition(".")[2], (Decimal(0), price))
        if price and not least <= price <= most:
            yield f"{name} is {digits(price)}, which is not between {digits(least)} and {digits(most)}"


class KnownPrices:
    """The prices of served entries, by model and by host; read when they are first asked for."""

    def __init__(self, records: Mapping[str, object]) -> None:
        self._records = records

    def outlying(self, entry: str, record: ModelClaims, prices: Mapping[str, Decimal]) -> tuple[str, ...]:
        """Descriptions of new base prices of an entry that are far from those of its model or of its host."""
        return tuple(self._outlying(entry, record, prices))

    def _outlying(self, entry: str, record: ModelClaims, prices: Mapping[str, Decimal]) -> Iterator[str]:
        for kind in COMPARED:
            price = prices.get(f"cost.rates.{kind}")
            if not price:
                continue
            offers = self._by_model.get((kind, _model_of(entry, record)), [])
            models = self._by_host.get((kind, _host_of(entry, record)), [])
            if len(offers) >= FEWEST_OFFERS and _is_far(price, [median(offers)]):
                yield f"{kind} is {digits(price)}, where the median of the model elsewhere is {digits(median(offers))}"
            elif len(models) >= FEWEST_MODELS and _is_far(price, models):
                span = f"{digits(min(models))} to {digits(max(models))}"
                yield f"{kind} is {digits(price)}, where other models of the host cost {span}"

    @cached_property
    def _by_model(self) -> Mapping[tuple[str, str], list[Decimal]]:
        return self._grouped(_model_of)

    @cached_property
    def _by_host(self) -> Mapping[tuple[str, str], list[Decimal]]:
        return self._grouped(_host_of)

    def _grouped(self, key_of: Callable[[str, ModelClaims], str]) -> Mapping[tuple[str, str], list[Decimal]]:
        found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
        for entry, record in self._records.items():
            if not isinstance(record, ModelClaims) or record.cost is None:
                continue
            for kind in COMPARED:
                if price := getattr(record.cost.rates, kind):
                    found[kind, key_of(entry, record)].append(price)
        return found


def _model_of(entry: str, record: ModelClaims) -> str:
    """The name by which a source knows a model at any host: upstream's own for it, else the last part of the id."""
    return (record.canonical or entry).rpartition("/")[2].lower()


def _host_of(entry: str, record: ModelClaims) -> str:
    return record.litellm_provider or entry.partition("/")[0]


def _is_far(price: Decimal, others: Iterable[Decimal]) -> bool:
    """Returns True if a price is far from every one of the others."""
    return all(max(price, it) >= FAR * min(price, it) for it in others)
