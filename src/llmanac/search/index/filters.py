"""Which offers pass the filters of a question, in one numbering of the offers."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Capability
from llmanac.search.index.buffers import Bitmaps, Buffer, Floats, Numbers, Strings, bitmap, flat, joined, part_of
from llmanac.search.query import Query

STEPS = 128
"""Cumulative sets that a range keeps; what lies between two of them is read number by number."""
SMALLEST_STEP = 64

NONE = BitMap()


class Labels:
    """Sets of offers by a name."""

    __slots__ = ("_bitmaps", "_names", "_numbers")

    def __init__(self, names: Strings, bitmaps: Bitmaps) -> None:
        self._names = names
        self._bitmaps = bitmaps
        self._numbers = {name: number for number, name in enumerate(names)}

    @classmethod
    def of(cls, labelled: Mapping[str, Iterable[int]]) -> Labels:
        return cls(Strings.of(labelled), Bitmaps.of(map(bitmap, labelled.values())))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Labels:
        return cls(Strings.unpack(part_of(buffers, "names")), Bitmaps.unpack(part_of(buffers, "bitmaps")))

    def pack(self) -> Mapping[str, Buffer]:
        return joined({"names": self._names, "bitmaps": self._bitmaps})

    def __getitem__(self, name: str) -> BitMap:
        number = self._numbers.get(name)
        return NONE if number is None else self._bitmaps[number]


class Range:
    """The offers whose value, where it is known, lies between bounds."""

    __slots__ = ("_cumulative", "_edges", "_numbers", "_values")

    def __init__(self, values: Floats, numbers: Numbers, *, edges: Numbers, cumulative: Bitmaps) -> None:
        self._values = values
        self._numbers = numbers
        self._edges = edges
        self._cumulative = cumulative

    @classmethod
    def of(cls, known: Sequence[tuple[float, int]]) -> Range:
        """From the values that are known, in order, each with its offer."""
        values = array("d", [value for value, _ in known])
        numbers = array("I", [number for _, number in known])
        edges, below, cumulative = _edges(values), BitMap(), [BitMap()]
        for start, end in pairwise(edges):
            below |= bitmap(numbers[start:end])
            cumulative.append(bitmap(below))
        return cls(values, numbers, edges=edges, cumulative=Bitmaps.of(cumulative))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Range:
        return cls(
            buffers["values"].cast("d"),
            buffers["numbers"].cast("I"),
            edges=buffers["edges"].cast("I"),
            cumulative=Bitmaps.unpack(part_of(buffers, "cumulative")),
        )

    def pack(self) -> Mapping[str, Buffer]:
        return {
            **joined({"cumulative": self._cumulative}),
            "values": flat(self._values),
            "numbers": flat(self._numbers),
            "edges": flat(self._edges),
        }

    def between(self, lower: float | None, upper: float | None) -> BitMap:
        """Both bounds belong to it; None is no bound. Integers may be of any size."""
        start, end = self._extent(lower, upper)
        if end - start <= SMALLEST_STEP:
            return bitmap(self._numbers[start:end])
        return self._first(end) - self._first(start) if start else self._first(end)

    def narrow(self, found: BitMap, lower: float | None, upper: float | None) -> BitMap:
        """Of what was found, what lies between the bounds: sooner had than all of ``between``."""
        start, end = self._extent(lower, upper)
        if end - start <= SMALLEST_STEP:
            return found & bitmap(self._numbers[start:end])
        whole, rest = self._parts(end)
        below = (found & whole) | (found & rest) if rest else found & whole
        if not start:
            return below
        whole, rest = self._parts(start)
        return below - whole - rest if rest else below - whole

    def _extent(self, lower: float | None, upper: float | None) -> tuple[int, int]:
        """Which of the values lie between the bounds, by their places."""
        start = 0 if lower is None else bisect_left(self._values, lower)
        return start, len(self._values) if upper is None else bisect_right(self._values, upper)

    def _first(self, count: int) -> BitMap:
        """The offers of the ``count`` least values."""
        whole, rest = self._parts(count)
        return whole | rest if rest else whole

    def _parts(self, count: int) -> tuple[BitMap, BitMap]:
        """The same in two sets that have nothing in common: up to an edge, and what is left."""
        step = bisect_right(self._edges, count) - 1
        edge = self._edges[step]
        return self._cumulative[step], bitmap(self._numbers[edge:count]) if count > edge else NONE


def _edges(values: Sequence[float]) -> array[int]:
    """Where the cumulative sets of a range end: about every so many values, where one value ends and the next begins.

    So what is asked most, the values that many offers have, lies at an edge, and nothing is left to be added.
    """
    step = max(SMALLEST_STEP, -(-len(values) // STEPS))
    edges = array("I", (0,))
    while edges[-1] < len(values):
        last = min(edges[-1] + step, len(values)) - 1
        edges.append(bisect_right(values, values[last], lo=last))
    return edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What filters ask, of offers numbered in some order; an offer of which something is unknown is not there."""

    providers: Mapping[str, Sequence[int]]
    """By either spelling of a provider's id, in lower case."""
    capabilities: Mapping[str, Sequence[int]]
    open_weights: Mapping[str, Sequence[int]]
    """By ``str`` of the answer."""
    context: Sequence[tuple[float, int]]
    price: Sequence[tuple[float, int]]

    @classmethod
    def of(cls, catalog: CatalogData) -> Facts:
        """Of the offers of a catalog, by document number."""
        providers: defaultdict[str, list[int]] = defaultdict(list)
        alike: dict[int, tuple[tuple[Capability, ...], list[int]]] = {}
        open_weights: dict[str, list[int]] = {str(True): [], str(False): []}
        context: list[tuple[float, int]] = []
        price: list[tuple[float, int]] = []
        for number, offer in enumerate(catalog.offers):
            providers[offer.provider].append(number)
            alike.setdefault(id(offer.capabilities), (offer.capabilities, []))[1].append(number)
            if offer.open_weights is not None:
                open_weights[str(offer.open_weights)].append(number)
            if offer.limits.context is not None:
                context.append((offer.limits.context, number))
            if (bound := offer.price.bound) is not None:
                price.append((float(bound), number))
        capabilities: dict[str, list[int]] = {capability: [] for capability in Capability}
        for of_each, numbers in alike.values():
            for capability in of_each:
                capabilities[capability] += numbers
        return cls(
            providers=_by_spelling(providers, catalog),
            capabilities=capabilities,
            open_weights=open_weights,
            context=sorted(context),
            price=sorted(price),
        )

    def renumbered(self, places: Sequence[int]) -> Facts:
        """The same of offers numbered by their places."""

        def labels(labelled: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
            return {label: [places[number] for number in numbers] for label, numbers in labelled.items()}

        return Facts(
            providers=labels(self.providers),
            capabilities=labels(self.capabilities),
            open_weights=labels(self.open_weights),
            context=[(value, places[number]) for value, number in self.context],
            price=[(value, places[number]) for value, number in self.price],
        )


class Filters:
    """Every filter's lookup, for offers numbered in one order."""

    __slots__ = ("_capabilities", "_context", "_open_weights", "_price", "_providers")

    def __init__(
        self, *, providers: Labels, capabilities: Labels, open_weights: Labels, context: Range, price: Range
    ) -> None:
        self._providers = providers
        self._capabilities = capabilities
        self._open_weights = open_weights
        self._context = context
        self._price = price

    @classmethod
    def of(cls, facts: Facts) -> Filters:
        """The lookups of these facts."""
        return cls(
            providers=Labels.of(facts.providers),
            capabilities=Labels.of(facts.capabilities),
            open_weights=Labels.of(facts.open_weights),
            context=Range.of(facts.context),
            price=Range.of(facts.price),
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Filters:
        return cls(
            providers=Labels.unpack(part_of(buffers, "providers")),
            capabilities=Labels.unpack(part_of(buffers, "capabilities")),
            open_weights=Labels.unpack(part_of(buffers, "open_weights")),
            context=Range.unpack(part_of(buffers, "context")),
            price=Range.unpack(part_of(buffers, "price")),
        )

    def pack(self) -> Mapping[str, Buffer]:
        return joined(
            {
                "providers": self._providers,
                "capabilities": self._capabilities,
                "open_weights": self._open_weights,
                "context": self._context,
                "price": self._price,
            }
        )

    def provider(self, name: str) -> BitMap:
        """The offers of a provider, by either spelling of its id, in lower case."""
        return self._providers[name]

    def by_name(self, query: Query) -> dict[str, BitMap]:
        """For each filter that the question sets, by its parameter, the offers that pass it."""
        passing = {}
        if query.provider is not None:
            passing["provider"] = self._providers[query.provider]
        for name in query.capabilities:
            passing[f"capabilities={name}"] = self._capabilities[name]
        if query.open_weights is not None:
            passing["open_weights"] = self._open_weights[str(query.open_weights)]
        if query.min_context is not None or query.max_context is not None:
            passing["context"] = self._context.between(query.min_context, query.max_context)
        if query.min_price is not None or query.max_price is not None:
            passing["price"] = self._price.between(query.min_price, query.max_price)
        return passing

    def narrow(self, found: BitMap, query: Query) -> BitMap:
        """Of what was found, the offers that pass all filters of the question."""
        if query.provider is not None:
            found = found & self._providers[query.provider]
        for name in query.capabilities:
            found = found & self._capabilities[name]
        if query.open_weights is not None:
            found = found & self._open_weights[str(query.open_weights)]
        if query.min_context is not None or query.max_context is not None:
            found = self._context.narrow(found, query.min_context, query.max_context)
        if query.min_price is not None or query.max_price is not None:
            found = self._price.narrow(found, query.min_price, query.max_price)
        return found

    def passing(self, query: Query) -> BitMap | None:
        """The offers that pass all filters of the question; None where it sets none."""
        sets = sorted(self.by_name(query).values(), key=len)
        return reduce(and_, sets) if sets else None


def _by_spelling(providers: Mapping[str, list[int]], catalog: CatalogData) -> dict[str, list[int]]:
    """By models.dev's id, and by LiteLLM's prefix where that is no models.dev id; both in lower case."""
    spelt: defaultdict[str, list[int]] = defaultdict(list)
    for provider, numbers in providers.items():
        spelt[provider.lower()] += numbers
    ids = {provider.lower() for provider in (*providers, *catalog.providers)}
    for provider, numbers in providers.items():
        known = catalog.providers.get(provider)
        prefix = known.litellm_prefix.lower() if known and known.litellm_prefix else None
        if prefix is not None and prefix not in ids:
            spelt[prefix] += numbers
    return dict(spelt)
