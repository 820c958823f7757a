"""What a question could be narrowed to: counts by value, and why nothing was found.

A count says how many offers would match if the parameter that it belongs to had that value and everything else
stayed as it is. So those of ``capabilities``, which are combined with AND, only become smaller; those of
``provider`` say what another provider would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Offer
from llmanac.search.engine import run
from llmanac.search.index.index import Index
from llmanac.search.query.filters import Condition, Filter, Interval, LabelFilter, RangeFilter, label_of
from llmanac.search.query.query import Query
from llmanac.search.reading.interpreter import interpret

Value = TypeVar("Value", str, bool, float)

NEAREST = 5
"""Names that are suggested."""


@dataclass(frozen=True, slots=True)
class Count(Generic[Value]):
    """How many models have a value, or are within a bound."""

    __pydantic_config__ = ANSWER

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What one filter does to a question that finds nothing."""

    __pydantic_config__ = ANSWER

    filter: str
    """Its parameter, with the value of a capability; ``context`` and ``price`` are bounds."""
    passing: int
    """Models that match the text and this filter, whatever the others say."""
    without: int
    """Models that would be found if this filter were left out."""
    nearest: tuple[str, ...]
    """Values that there are, where the filter has one that there is not."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a question finds nothing."""

    __pydantic_config__ = ANSWER

    matching_text: int
    """Models that match the text alone; all of them where there is none."""
    filters: tuple[Removal, ...]
    nearest: tuple[str, ...]
    """Ids of the first models that match the text alone, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """The counts for one question."""

    total: int
    by_name: Mapping[str, tuple[Count[Any], ...]]
    """By parameter, then by each of ``FACETS``."""
    nothing: Nothing | None
    """Why nothing was found; None where something was."""

    def __getitem__(self, name: str) -> tuple[Count[Any], ...]:
        return self.by_name[name]

    @property
    def fields(self) -> dict[str, object]:
        """All of it on one level, as answers have it."""
        return {"total": self.total, **self.by_name, "nothing": self.nothing}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """What offers are counted by that is no parameter of queries."""

    name: str
    of: Callable[[Offer], Any]
    """A value of an offer, a tuple of them, or None where there is none."""
    description: str
    values: tuple[str, ...] = ()
    """All that there are, in the order in which they are counted; where it is empty, those that occur, by count."""


FACETS = (
    Facet(
        name="price_state",
        of=lambda offer: offer.price.state.value,
        description="known, free, in_plan, variable, unknown; no parameter",
        values=tuple(it.value for it in PriceState),
    ),
    Facet(
        name="input",
        of=lambda offer: offer.modalities.input,
        description="Kinds of media that go in; no parameter",
    ),
    Facet(
        name="output",
        of=lambda offer: offer.modalities.output,
        description="Kinds of media that come out; no parameter",
    ),
    Facet(name="family", of=lambda offer: offer.family, description="No parameter"),
    Facet(name="status", of=lambda offer: offer.status, description="Of models that have one; no parameter"),
)


def other_facets(rows: Iterable[Filter]) -> tuple[Facet, ...]:
    """The facets beside these filters: a value that is asked for by a filter is counted as its values are."""
    filtered = {row.facet.name for row in rows}
    return tuple(it for it in FACETS if it.name not in filtered)


class Facets:
    """The offers of each value. Frozen; belongs to the Index whose numbers it uses."""

    __slots__ = ("_catalog", "_index", "_numbers", "_others")

    def __init__(self, catalog: CatalogData, index: Index) -> None:
        self._catalog = catalog
        self._index = index
        numbers = [index.documents.numbers[document] for document in range(len(catalog.offers))]
        counted: list[LabelFilter | Facet] = [
            row for row in index.filters.rows if isinstance(row, LabelFilter) and not row.values
        ]
        self._others = other_facets(index.filters.rows)
        self._numbers: Mapping[str, Mapping[str, BitMap]] = {
            row.name: _by_value(map(row.of, catalog.offers), numbers) for row in (*counted, *self._others)
        }
        """By facet and value, the numbers of the offers that have it."""

    def count(self, query: Query) -> FacetCounts:
        """The counts for a question; its order and page don't matter."""
        text = self._text(query)
        passing = self._index.filters.by_name(query)
        found = _all(text, *passing.values())
        counts: dict[str, tuple[Count[Any], ...]] = {}
        for row in self._index.filters.rows:
            is_combined = isinstance(row, LabelFilter) and row.parameter.repeated
            among = found if is_combined else _without(text, passing, row.name)
            counts[row.facet.name] = tuple(self._count(row, among, query))
        for facet in self._others:
            counts[facet.name] = self._count_facet(facet, found)
        return FacetCounts(
            total=len(found), by_name=counts, nothing=None if found else self._explain(query, text, passing)
        )

    def _count(self, row: Filter, among: BitMap, query: Query) -> Iterable[Count[Any]]:
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
            yield from _counted(self._numbers[row.name], among)

    def _count_facet(self, facet: Facet, found: BitMap) -> tuple[Count[Any], ...]:
        numbers = self._numbers[facet.name]
        if not facet.values:
            return _counted(numbers, found)
        return tuple(
            Count(value, found.intersection_cardinality(numbers.get(value, BitMap()))) for value in facet.values
        )

    def matching(self, query: Query) -> tuple[int, ...]:
        """Document numbers of every offer that matches, in static order."""
        found = _all(self._text(query), *self._index.filters.by_name(query).values())
        documents = self._index.documents.places
        return tuple(sorted(documents[number] for number in found))

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
        offers = self._catalog.offers
        likely = run(Query(text=query.text, limit=NEAREST), self._index).numbers if query.text else ()
        return Nothing(len(text), tuple(removals), tuple(offers[number].id for number in likely))

    def _values_like(self, condition: Condition) -> tuple[str, ...]:
        """The labels that read like one that no offer has."""
        if isinstance(condition.value, Interval):
            return ()
        [row] = (it for it in self._index.filters.rows if it.name == condition.filter)
        known = (isinstance(row, LabelFilter) and row.values) or self._numbers[row.name]
        names = [value for value in known if isinstance(value, str)]
        return tuple(get_close_matches(condition.value, names, n=NEAREST))

    def _text(self, query: Query) -> BitMap:
        """What matches the text alone, or belongs to the featured set."""
        index = self._index
        if query.text is not None:
            return interpret(query.text, index).all
        if query.featured:
            return BitMap(index.documents.numbers[document] for document in index.featured)
        return BitMap(range(len(index)))


def _by_value(values: Iterable[Any], numbers: Iterable[int]) -> Mapping[str, BitMap]:
    """The numbers of each value, from each offer's value or tuple of them."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for those, number in zip(values, numbers, strict=True):
        for value in those if isinstance(those, tuple) else () if those is None else (those,):
            found[value].append(number)
    return {value: BitMap(those) for value, those in found.items()}


def _counted(by_value: Mapping[str, BitMap], found: BitMap) -> tuple[Count[Any], ...]:
    """Values that occur, the most frequent first."""
    counts = ((value, found.intersection_cardinality(those)) for value, those in by_value.items())
    return tuple(Count(value, count) for value, count in sorted(counts, key=lambda it: (-it[1], it[0])) if count)


def _all(*sets: BitMap) -> BitMap:
    return BitMap.intersection(*sets) if len(sets) > 1 else sets[0]


def _without(text: BitMap, passing: Mapping[str, BitMap], name: str) -> BitMap:
    return _all(text, *(those for other, those in passing.items() if other != name))
