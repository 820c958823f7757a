"""The index of filters: looks up the offers that meet a query's conditions, in one numbering of the offers."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Any, Protocol

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Model
from llmanac.search.index.buffers import Bitmaps, Buffer, Floats, Numbers, Strings, bitmap, flat, joined, part_of
from llmanac.search.query.filter_kinds import Condition, Filter, Interval, LabelFilter, label_of
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.query import Query

STEPS = 128
"""Cumulative sets of a range; the values between two of them are read one by one."""
SMALLEST_STEP = 64
"""Minimum number of values between two cumulative sets."""

NONE = BitMap()


class FilterLookup(Protocol):
    """Looks up the offers that meet a condition of one filter; ``value`` is the condition's value."""

    def passing(self, value: Any) -> BitMap: ...

    def narrow(self, found: BitMap, value: Any) -> BitMap: ...

    def pack(self) -> Mapping[str, Buffer]: ...


class LabelLookup:
    """The offers of each label."""

    __slots__ = ("_bitmaps", "_names", "_numbers")

    def __init__(self, names: Strings, bitmaps: Bitmaps) -> None:
        self._names = names
        self._bitmaps = bitmaps
        self._numbers = {name: number for number, name in enumerate(names)}

    @classmethod
    def of(cls, labelled: Mapping[str, Iterable[int]]) -> LabelLookup:
        return cls(Strings.of(labelled), Bitmaps.of(map(bitmap, labelled.values())))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> LabelLookup:
        return cls(Strings.unpack(part_of(buffers, "names")), Bitmaps.unpack(part_of(buffers, "bitmaps")))

    def pack(self) -> Mapping[str, Buffer]:
        return joined({"names": self._names, "bitmaps": self._bitmaps})

    def __iter__(self) -> Iterator[str]:
        """Every label."""
        return iter(self._numbers)

    def items(self) -> Iterator[tuple[str, BitMap]]:
        """Every label with the offers that have it."""
        return ((name, self._bitmaps[number]) for name, number in self._numbers.items())

    def passing(self, value: str) -> BitMap:
        """The offers that have this label."""
        number = self._numbers.get(value)
        return NONE if number is None else self._bitmaps[number]

    def narrow(self, found: BitMap, value: str) -> BitMap:
        """The offers among ``found`` that have this label."""
        number = self._numbers.get(value)
        return NONE if number is None else found & self._bitmaps[number]


class RangeLookup:
    """The offers of each interval of a number; offers whose number is unknown are in none."""

    __slots__ = ("_cumulative", "_edges", "_numbers", "_values")

    def __init__(self, values: Floats, numbers: Numbers, *, edges: Numbers, cumulative: Bitmaps) -> None:
        self._values = values
        self._numbers = numbers
        self._edges = edges
        self._cumulative = cumulative

    @classmethod
    def of(cls, known: Sequence[tuple[float, int]]) -> RangeLookup:
        """Build from the known values, in ascending order, each with its offer."""
        values = array("d", [value for value, _ in known])
        numbers = array("I", [number for _, number in known])
        edges, below, cumulative = _edges(values), BitMap(), [BitMap()]
        for start, end in pairwise(edges):
            below |= bitmap(numbers[start:end])
            cumulative.append(bitmap(below))
        return cls(values, numbers, edges=edges, cumulative=Bitmaps.of(cumulative))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> RangeLookup:
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

    def passing(self, value: Interval) -> BitMap:
        """The offers in this interval; its bounds may be integers of any size."""
        start, end = self._extent(value)
        if end - start <= SMALLEST_STEP:
            return bitmap(self._numbers[start:end])
        return self._first(end) - self._first(start) if start else self._first(end)

    def narrow(self, found: BitMap, value: Interval) -> BitMap:
        """The offers among ``found`` in this interval; faster than an intersection with all of ``passing``."""
        start, end = self._extent(value)
        if end - start <= SMALLEST_STEP:
            return found & bitmap(self._numbers[start:end])
        whole, rest = self._parts(end)
        below = (found & whole) | (found & rest) if rest else found & whole
        if not start:
            return below
        whole, rest = self._parts(start)
        return below - whole - rest if rest else below - whole

    def _extent(self, interval: Interval) -> tuple[int, int]:
        """The places of the first value in the interval, and of the first after it."""
        lower, upper = interval
        start = 0 if lower is None else bisect_left(self._values, lower)
        return start, len(self._values) if upper is None else bisect_right(self._values, upper)

    def _first(self, count: int) -> BitMap:
        """The offers of the ``count`` smallest values."""
        whole, rest = self._parts(count)
        return whole | rest if rest else whole

    def _parts(self, count: int) -> tuple[BitMap, BitMap]:
        """The offers of the ``count`` smallest values in two disjoint sets: up to an edge, and the rest."""
        step = bisect_right(self._edges, count) - 1
        edge = self._edges[step]
        return self._cumulative[step], bitmap(self._numbers[edge:count]) if count > edge else NONE


def _edges(values: Sequence[float]) -> array[int]:
    """The places where the cumulative sets of a range end: at roughly even steps, between two values that differ.

    So a value that many offers share, which is the most common bound of queries, lies at an edge and leaves no rest.
    """
    step = max(SMALLEST_STEP, -(-len(values) // STEPS))
    edges = array("I", (0,))
    while edges[-1] < len(values):
        last = min(edges[-1] + step, len(values)) - 1
        edges.append(bisect_right(values, values[last], lo=last))
    return edges


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPostings:
    """The numbers of the offers with each label or value, by the name of the filter."""

    labels: Mapping[str, Mapping[str, Sequence[int]]]
    values: Mapping[str, Sequence[tuple[float, int]]]
    """Pairs of value and offer in ascending order, without offers whose value is unknown."""

    @classmethod
    def of(cls, catalog: CatalogData, rows: Iterable[Filter] = FILTERS) -> FilterPostings:
        """The postings of a catalog for these filters, by document number."""
        labels, values, rows = {}, {}, tuple(rows)
        models = catalog.models_of_offers() if rows else ()
        for row in rows:
            if isinstance(row, LabelFilter):
                labels[row.name] = _labelled(row, catalog, models)
            else:
                known = enumerate(map(row.of, catalog.offers, models))
                values[row.name] = sorted((float(value), number) for number, value in known if value is not None)
        return cls(labels=labels, values=values)

    def renumbered(self, places: Sequence[int]) -> FilterPostings:
        """The postings with each offer's number replaced by its place."""
        return FilterPostings(
            labels={
                name: {label: [places[number] for number in numbers] for label, numbers in labelled.items()}
                for name, labelled in self.labels.items()
            },
            values={
                name: [(value, places[number]) for value, number in valued] for name, valued in self.values.items()
            },
        )


class FilterIndex:
    """The lookup of every filter, for offers numbered in one order."""

    __slots__ = ("_lookups", "rows")

    def __init__(self, rows: Iterable[Filter], lookups: Mapping[str, FilterLookup]) -> None:
        self.rows = tuple(rows)
        self._lookups = lookups

    @classmethod
    def of(cls, postings: FilterPostings, rows: Iterable[Filter] = FILTERS) -> FilterIndex:
        """The filter index of these postings."""
        return cls(rows, _lookups_of(postings))

    def with_postings(self, postings: FilterPostings) -> FilterIndex:
        """The filter index with the lookups of these postings in place of its own; all others are shared."""
        return FilterIndex(self.rows, {**self._lookups, **_lookups_of(postings)})

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview], rows: Sequence[Filter] = FILTERS) -> FilterIndex:
        """The filter index that was packed into these buffers."""
        kinds = {row.name: LabelLookup if isinstance(row, LabelFilter) else RangeLookup for row in rows}
        return cls(rows, {name: kind.unpack(part_of(buffers, name)) for name, kind in kinds.items()})

    def pack(self) -> Mapping[str, Buffer]:
        """The buffers of every lookup, by name."""
        return joined(self._lookups)

    def labelled(self, name: str, label: str) -> BitMap:
        """The offers that have a label, in normal form, of the filter of this name."""
        return self._lookups[name].passing(label)

    def labels(self, name: str) -> Iterable[str]:
        """Every label, in normal form, of the filter of this name, and its aliases."""
        lookup = self._lookups[name]
        return lookup if isinstance(lookup, LabelLookup) else ()

    def passing(self, condition: Condition) -> BitMap:
        """The offers that meet a condition."""
        return self._lookups[condition.filter].passing(condition.value)

    def by_name(self, query: Query) -> dict[str, BitMap]:
        """The offers that meet each condition of a query, by the condition's name."""
        return {condition.name: self.passing(condition) for condition in query.conditions}

    def narrow(self, found: BitMap, query: Query) -> BitMap:
        """The offers among ``found`` that meet all conditions of a query."""
        for name, value, _ in query.conditions:
            found = self._lookups[name].narrow(found, value)
        return found

    def matching(self, query: Query) -> BitMap | None:
        """The offers that meet all conditions of a query; None where it has none."""
        sets = sorted(map(self.passing, query.conditions), key=len)
        return reduce(and_, sets) if sets else None


def _lookups_of(postings: FilterPostings) -> dict[str, FilterLookup]:
    labels = {name: LabelLookup.of(labelled) for name, labelled in postings.labels.items()}
    ranges = {name: RangeLookup.of(valued) for name, valued in postings.values.items()}
    return {**labels, **ranges}


def _labelled(row: LabelFilter, catalog: CatalogData, models: Sequence[Model]) -> Mapping[str, Sequence[int]]:
    """The document numbers of the offers of each label and alias; ``models`` has the base model of each offer."""
    # Many offers share a combination of labels; each combination is processed once.
    alike: defaultdict[Any, list[int]] = defaultdict(list)
    for number, value in enumerate(map(row.of, catalog.offers, models)):
        alike[value].append(number)
    numbers: defaultdict[str, list[int]] = defaultdict(list, {label_of(value): [] for value in row.values})
    for value, those in alike.items():
        for label in row.labels(value):
            numbers[label] += those
    aliases = {
        alias: [number for label in labels for number in numbers.get(label, ())]
        for alias, labels in row.aliases(catalog).items()
        if alias not in numbers
    }
    return {**numbers, **{alias: those for alias, those in aliases.items() if those}}
