"""Facets: counts of the values that a query could be narrowed to, and the reasons why one finds nothing.

A count is the number of offers that would match if its parameter had that value and everything else stayed the same.
So the counts of ``capabilities``, which are combined with AND, are never above the total; those of ``provider`` are
what another provider would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Generic, Self, TypeVar

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Model, Offer
from llmanac.search.engine import run
from llmanac.search.index.buffers import Buffer, joined, part_of
from llmanac.search.index.filter_index import LabelLookup
from llmanac.search.index.index import Index
from llmanac.search.index.revision import Revision
from llmanac.search.query.filter_kinds import (
    Condition,
    Filter,
    Interval,
    LabelFilter,
    LimitFilter,
    RangeFilter,
    label_of,
)
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.query import Query
from llmanac.search.reading.interpreter import interpret

Value = TypeVar("Value", str, bool, float)

NEAREST = 5
"""Maximum number of names that are suggested."""


@dataclass(frozen=True, slots=True)
class Count(Generic[Value]):
    """The number of models that have a value, or are within a bound."""

    __pydantic_config__ = ANSWER

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class Removal:
    """The effect of one filter on a query that finds nothing."""

    __pydantic_config__ = ANSWER

    filter: str
    """Its parameter, with the value of one that may be repeated; for bounds, the name of what they bound."""
    passing: int
    """Models that match the text and this filter, whatever the others say."""
    without: int
    """Models that would be found if this filter were left out."""
    nearest: tuple[str, ...]
    """Existing values that are similar, where no model has the filter's value."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The reasons why a query finds nothing."""

    __pydantic_config__ = ANSWER

    matching_text: int
    """Models that match the text alone; all of them where there is none."""
    filters: tuple[Removal, ...]
    nearest: tuple[str, ...]
    """Ids of the first models that match the text alone, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """The counts for one query."""

    total: int
    by_name: Mapping[str, tuple[Count[Any], ...]]
    """Counts of the filters' parameters, then of each of ``FACETS``."""
    nothing: Nothing | None
    """The reasons why nothing was found; None where something was."""

    def __getitem__(self, name: str) -> tuple[Count[Any], ...]:
        return self.by_name[name]

    @property
    def fields(self) -> dict[str, object]:
        """All fields on one level, as in the response."""
        return {"total": self.total, **self.by_name, "nothing": self.nothing}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property that offers are counted by, and that is not a query parameter."""

    name: str
    of: Callable[[Offer, Model], Any]
    """The value of an offer, from it and its base model: one, a tuple of several, or None."""
    description: str
    values: tuple[str, ...] = ()
    """All values, in the order in which they are listed; if empty, the values that occur, most frequent first."""


FACETS = (
    Facet(
        name="price_state",
        of=lambda offer, _: offer.price.state.value,
        description="known, free, in_plan, variable, unknown; no parameter",
        values=tuple(it.value for it in PriceState),
    ),
    Facet(
        name="input",
        of=lambda offer, _: offer.modalities.input,
        description="Kinds of media that go in; no parameter",
    ),
    Facet(
        name="output",
        of=lambda offer, _: offer.modalities.output,
        description="Kinds of media that come out; no parameter",
    ),
    Facet(name="family", of=lambda offer, _: offer.family, description="No parameter"),
    Facet(name="status", of=lambda offer, _: offer.status, description="Of models that have one; no parameter"),
)


BY_FREQUENCY = frozenset(
    {it.facet.name for it in FILTERS if isinstance(it, LabelFilter) and not it.values}
    | {it.name for it in FACETS if not it.values}
)
"""The facets whose values are listed by frequency."""


def counted_filters(rows: Iterable[Filter]) -> Iterator[LabelFilter | RangeFilter]:
    """The filters whose values are counted: of days, and of some labels, there are too many."""
    return (
        row for row in rows if not isinstance(row, LimitFilter) and (isinstance(row, RangeFilter) or row.is_counted)
    )


def other_facets(rows: Iterable[Filter]) -> tuple[Facet, ...]:
    """The facets that are not already counted as values of these filters."""
    filtered = {row.facet.name for row in rows}
    return tuple(it for it in FACETS if it.name not in filtered)


class FacetIndex:
    """The offers of each value that occurs, by facet, in the numbering of an Index."""

    __slots__ = ("_lookups",)

    def __init__(self, lookups: Mapping[str, LabelLookup]) -> None:
        self._lookups = lookups

    @classmethod
    def of(cls, catalog: CatalogData, index: Index) -> FacetIndex:
        """The facet index of a catalog."""
        return cls(_lookups_of(_counted_rows(index), catalog, index))

    def revised(self, catalog: CatalogData, index: Index, revision: Revision) -> Self:
        """The facet index of a revision of the catalog, which has the index with the same documents in their order."""
        rows = [row for row in _counted_rows(index) if not revision.keeps(row.of)]
        return type(self)({**self._lookups, **_lookups_of(rows, catalog, index)})

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview], index: Index) -> FacetIndex:
        """The facet index that was packed into these buffers."""
        return cls({row.name: LabelLookup.unpack(part_of(buffers, row.name)) for row in _counted_rows(index)})

    def pack(self) -> Mapping[str, Buffer]:
        """The buffers of every facet, by name."""
        return joined(self._lookups)

    def __getitem__(self, name: str) -> LabelLookup:
        return self._lookups[name]


def _lookups_of(rows: Iterable[LabelFilter | Facet], catalog: CatalogData, index: Index) -> Mapping[str, LabelLookup]:
    """The offers of each value that occurs, by facet."""
    numbers, models = index.documents.numbers, catalog.models_of_offers()
    values = {row.name: map(row.of, catalog.offers, models) for row in rows}
    return {name: LabelLookup.of(_by_value(those, numbers)) for name, those in values.items()}


def _counted_rows(index: Index) -> list[LabelFilter | Facet]:
    """The filters without a fixed list of values, and the facets that are not filters."""
    return [
        *(row for row in index.filters.rows if isinstance(row, LabelFilter) and row.is_counted and not row.values),
        *other_facets(index.filters.rows),
    ]


class Facets:
    """Counts the values that a query could be narrowed to. Frozen; belongs to one edition."""

    __slots__ = ("_facets", "_index", "_offers", "_others")

    def __init__(self, offers: Sequence[Offer], index: Index, facets: FacetIndex) -> None:
        self._offers = offers
        self._index = index
        self._facets = facets
        self._others = other_facets(index.filters.rows)

    def count(self, query: Query) -> FacetCounts:
        """The counts for a query; its sort and page do not matter."""
        text = self._text(query)
        passing = self._index.filters.by_name(query)
        found = _all(text, *passing.values())
        counts: dict[str, tuple[Count[Any], ...]] = {}
        for row in counted_filters(self._index.filters.rows):
            is_combined = isinstance(row, LabelFilter) and row.parameter.repeated
            among = found if is_combined else _without(text, passing, row.name)
            counts[row.facet.name] = tuple(self._count(row, among, query))
        for facet in self._others:
            counts[facet.name] = self._count_facet(facet, found)
        return FacetCounts(
            total=len(found), by_name=counts, nothing=None if found else self._explain(query, text, passing)
        )

    def _count(self, row: LabelFilter | RangeFilter, among: BitMap, query: Query) -> Iterable[Count[Any]]:
        """The counts of a filter's values among these offers."""
        filters = self._index.filters
        if isinstance(row, RangeFilter):
            for step, condition in row.stepped(query.interval(row.name)):
                yield Count(step, among.intersection_cardinality(filters.passing(condition)))
        elif row.values:
            for value in row.values:
                having = filters.labelled(row.name, label_of(value))
                yield Count(value, among.intersection_cardinality(having))
        else:
            yield from _counted(self._facets[row.name], among)

    def _count_facet(self, facet: Facet, found: BitMap) -> tuple[Count[Any], ...]:
        values = self._facets[facet.name]
        if not facet.values:
            return _counted(values, found)
        return tuple(Count(value, found.intersection_cardinality(values.passing(value))) for value in facet.values)

    def matching(self, query: Query) -> tuple[int, ...]:
        """Document numbers of every offer that matches, in static order."""
        documents = self._index.documents.places
        return tuple(sorted(documents[number] for number in self.found(query)))

    def found(self, query: Query) -> BitMap:
        """The static ranks of every offer that matches."""
        return _all(self._text(query), *self._index.filters.by_name(query).values())

    def having(self, facet: str, value: str) -> BitMap:
        """The static ranks of the offers with a value of a facet that is no filter, whether visible or not."""
        return self._facets[facet].passing(value)

    def having_any(self, facet: str) -> BitMap:
        """The static ranks of the offers with any value of such a facet, whether visible or not."""
        return BitMap.union(BitMap(), *(those for _, those in self._facets[facet].items()))

    def _explain(self, query: Query, text: BitMap, passing: Mapping[str, BitMap]) -> Nothing:
        removals = (
            Removal(
                condition.name,
                text.intersection_cardinality(passing[condition.name]),
                len(_without(text, passing, condition.name)),
                () if passing[condition.name] else self._values_like(condition),
            )
            for condition in query.conditions
        )
        offers = self._offers
        likely = run(Query(text=query.text, limit=NEAREST), self._index).numbers if query.text else ()
        return Nothing(len(text), tuple(removals), tuple(offers[number].id for number in likely))

    def _values_like(self, condition: Condition) -> tuple[str, ...]:
        """The existing labels most similar to one that no offer has."""
        if isinstance(condition.value, Interval):
            return ()
        [row] = (it for it in self._index.filters.rows if it.name == condition.filter)
        known: Iterable[Any] = self._index.filters.labels(row.name)
        if isinstance(row, LabelFilter) and row.is_counted:
            everything = self._index.everything
            known = row.values or [it for it, those in self._facets[row.name].items() if those.intersect(everything)]
        names = [value for value in known if isinstance(value, str)]
        return tuple(get_close_matches(condition.value, names, n=NEAREST))

    def _text(self, query: Query) -> BitMap:
        """The offers that match the text alone, or belong to the featured set."""
        index = self._index
        if query.text is not None:
            return interpret(query.text, index).all
        if query.featured:
            return BitMap(index.documents.numbers[document] for document in index.featured)
        return index.everything


def joined_counts(first: FacetCounts, second: FacetCounts) -> FacetCounts:
    """The counts for the offers of two indexes together; values that are not in a fixed order are sorted anew."""
    by_name = {name: _added(name, counts, second[name]) for name, counts in first.by_name.items()}
    total = first.total + second.total
    return FacetCounts(total=total, by_name=by_name, nothing=_nothing_in(first.nothing, second.nothing))


def _nothing_in(first: Nothing | None, second: Nothing | None) -> Nothing | None:
    """The reasons why nothing was found in two indexes; None where one of them found something."""
    if first is None or second is None:
        return None
    filters = tuple(
        replace(
            it,
            passing=it.passing + other.passing,
            without=it.without + other.without,
            nearest=tuple(dict.fromkeys((*it.nearest, *other.nearest)))[:NEAREST],
        )
        for it, other in zip(first.filters, second.filters, strict=True)
    )
    nearest = tuple(dict.fromkeys((*first.nearest, *second.nearest)))[:NEAREST]
    return Nothing(first.matching_text + second.matching_text, filters, nearest)


def _added(name: str, first: Sequence[Count[Any]], second: Sequence[Count[Any]]) -> tuple[Count[Any], ...]:
    others = {it.value: it.count for it in second}
    counts = [Count(it.value, it.count + others.pop(it.value, 0)) for it in first]
    counts += [Count(value, count) for value, count in others.items()]
    if name in BY_FREQUENCY:
        counts.sort(key=lambda it: (-it.count, it.value))
    return tuple(counts)


def _by_value(values: Iterable[Any], numbers: Iterable[int]) -> Mapping[str, list[int]]:
    """The numbers of each value, from each offer's value or tuple of values."""
    # Many offers share a combination of values; each combination is taken apart once.
    alike: defaultdict[Any, list[int]] = defaultdict(list)
    for those, number in zip(values, numbers, strict=True):
        alike[those].append(number)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for those, of_them in alike.items():
        for value in those if isinstance(those, tuple) else () if those is None else (those,):
            found[value] += of_them
    return found


def _counted(values: LabelLookup, found: BitMap) -> tuple[Count[Any], ...]:
    """The counts of values that occur, the most frequent first."""
    counts = ((value, found.intersection_cardinality(those)) for value, those in values.items())
    return tuple(Count(value, count) for value, count in sorted(counts, key=lambda it: (-it[1], it[0])) if count)


def _all(*sets: BitMap) -> BitMap:
    return BitMap.intersection(*sets) if len(sets) > 1 else sets[0]


def _without(text: BitMap, passing: Mapping[str, BitMap], name: str) -> BitMap:
    return _all(text, *(those for other, those in passing.items() if other != name))
