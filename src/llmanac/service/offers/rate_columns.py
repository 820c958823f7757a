"""Rate columns: the base rates of all rate cards as integers, which rank a whole catalog in milliseconds.

Almost all cards have one layer of rates, where a kind of token is charged at the rate in its own column or, if that has
none, in the column of a stand-in (``domain.rate_layers``). Of a card for which a tier, a service or an hour counts, the
charges are worked out exactly, as for a single estimate.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from llmanac.domain.pricing import PriceState, Rates
from llmanac.domain.rate_layers import NOT_APART, ROOTS, STAND_INS
from llmanac.domain.usage import TokenKind, Usage
from llmanac.search.index.buffers import Buffer, Numbers, flat

UNKNOWN = -1
ALWAYS_EXACT = -1
"""The bound of a card whose costs always have to be worked out exactly."""
NO_BOUND = 2**62
RATE_DIGITS = 9
"""Decimal places of a rate in a column: it counts billionths of a USD per million tokens."""
COST_DIGITS = RATE_DIGITS + 6
"""Decimal places of a cost in USD: the product of a number of tokens and a rate in a column."""

_stated = attrgetter(*(kind.value for kind in TokenKind))
_PLACES = {kind: place for place, kind in enumerate(TokenKind)}
_APART = tuple((_PLACES[kind], _PLACES[ROOTS[kind]]) for kind in NOT_APART)


class RateColumns:
    """The base rates of cards, a column for each kind of token, and the sizes of contexts that they hold up to."""

    def __init__(self, columns: Mapping[TokenKind, Numbers], bounds: Numbers, services: Numbers) -> None:
        """``bounds`` are the sizes of contexts above which the costs of a card have to be worked out exactly.

        ``services`` has for each card a bit for each service that it has rates for.
        """
        self._columns = columns
        self.bounds = bounds
        self.services = services

    @classmethod
    def of(cls, prices: Iterable[tuple[Rates, int, int]]) -> RateColumns:
        """The columns of cards: the base rates, the bound and the services of each."""
        known: dict[Decimal | None, int] = {None: UNKNOWN}
        columns = [array("q") for _ in TokenKind]
        bounds, services = array("q"), array("Q")
        for rates, bound, bits in prices:
            row = [known[rate] if rate in known else known.setdefault(rate, _scaled(rate)) for rate in _stated(rates)]
            for place, root in _APART:
                if row[place] == 0 and row[root] > 0:
                    row[place] = UNKNOWN
            for column, value in zip(columns, row, strict=True):
                column.append(value)
            bounds.append(bound)
            services.append(bits)
        return cls(dict(zip(TokenKind, columns, strict=True)), bounds, services)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> RateColumns:
        """The columns in these buffers."""
        columns = {kind: buffers[kind.value].cast("q") for kind in TokenKind}
        return cls(columns, buffers["bounds"].cast("q"), buffers["services"].cast("Q"))

    def pack(self) -> Mapping[str, Buffer]:
        """The columns as buffers."""
        columns = {kind.value: flat(column) for kind, column in self._columns.items()}
        return {**columns, "bounds": flat(self.bounds), "services": flat(self.services)}

    def costs(self, usage: Usage) -> list[int]:
        """The cost of one request at the base rates of each card, with COST_DIGITS; UNKNOWN where it is unknown."""
        costs = [0] * len(self.bounds)
        for kind, tokens in usage.charged():
            rates = self._applied(kind)
            if kind is TokenKind.OUTPUT and usage.reasoning:
                thinking = self._applied(TokenKind.REASONING)
                pairs = zip(rates, thinking, strict=True)
                rates = [max(rate, thought) if rate >= 0 else rate for rate, thought in pairs]
            costs = [
                cost + tokens * rate if cost >= 0 and rate >= 0 else UNKNOWN
                for cost, rate in zip(costs, rates, strict=True)
            ]
        return costs

    def _applied(self, kind: TokenKind) -> Sequence[int]:
        """The rate of a kind on each card: its own, or that of its first stand-in with one."""
        rates: Sequence[int] = self._columns[kind]
        for stand_in in STAND_INS.get(kind, ()):
            if UNKNOWN in rates:
                others = self._columns[stand_in]
                rates = [rate if rate >= 0 else other for rate, other in zip(rates, others, strict=True)]
        if kind in {TokenKind.CACHE_WRITE_1H, TokenKind.CACHE_WRITE_12H}:
            rates = list(map(max, rates, self._applied(TokenKind.CACHE_WRITE)))
        return rates


def bound_of(state: PriceState, bounds: Iterable[int], *, is_plain: bool) -> int:
    """The bound of a card whose tiers have these; ALWAYS_EXACT for one that is not plain, or has no rates."""
    if not is_plain or state not in {PriceState.KNOWN, PriceState.FREE}:
        return ALWAYS_EXACT
    return min(bounds, default=NO_BOUND)


def _scaled(rate: Decimal) -> int:
    return int(rate.scaleb(RATE_DIGITS).to_integral_value())
