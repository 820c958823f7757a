"""What a question could be narrowed to: counts by value, and why nothing was found.

A count says how many offers would match if the parameter that it belongs to had that value and everything else
stayed as it is. So those of ``capabilities``, which are combined with AND, only become smaller; those of
``provider`` say what another provider would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Capability
from llmanac.search.engine import run
from llmanac.search.index.index import Index
from llmanac.search.query import Query
from llmanac.search.reading.interpreter import interpret

Value: TypeAlias = "str | bool | int | float"

CONTEXT_STEPS = (8_000, 32_000, 128_000, 200_000, 400_000, 1_000_000)
"""Values of ``min_context`` that are counted."""
PRICE_STEPS = (0.0, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0)
"""Values of ``max_price`` that are counted; 0 is what costs nothing."""
NEAREST = 5
"""Names that are suggested."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many offers have a value."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What one filter does to a question that finds nothing."""

    filter: str
    """Its parameter; ``context`` and ``price`` stand for both bounds."""
    passing: int
    """Offers that match the text and this filter, whatever the others say."""
    without: int
    """Offers that would be found if this filter were left out."""
    nearest: tuple[str, ...]
    """Values that there are, where the filter has one that there is not."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a question finds nothing."""

    matching_text: int
    """Offers that match the text alone; all of them where there is none."""
    filters: tuple[Removal, ...]
    nearest: tuple[str, ...]
    """Ids of the first offers that match the text alone, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """The counts for one question: of parameters first, then of what is no parameter."""

    total: int
    provider: tuple[Count, ...]
    capabilities: tuple[Count, ...]
    """In their own order; all others by count."""
    open_weights: tuple[Count, ...]
    min_context: tuple[Count, ...]
    max_price: tuple[Count, ...]
    price_state: tuple[Count, ...]
    input: tuple[Count, ...]
    """By kind of medium that goes in."""
    output: tuple[Count, ...]
    family: tuple[Count, ...]
    status: tuple[Count, ...]
    """Of offers that have one, such as ``deprecated``."""
    nothing: Nothing | None
    """Why nothing was found; None where something was."""


class Facets:
    """The offers of each value. Frozen; belongs to the Index whose numbers it uses."""

    __slots__ = ("_catalog", "_family", "_index", "_input", "_output", "_provider", "_state", "_status")

    def __init__(self, catalog: CatalogData, index: Index) -> None:
        self._catalog = catalog
        self._index = index
        offers = [(index.documents.numbers[document], offer) for document, offer in enumerate(catalog.offers)]
        self._provider = _by_value((offer.provider, number) for number, offer in offers)
        self._state = _by_value((offer.price.state.value, number) for number, offer in offers)
        self._family = _by_value((offer.family, number) for number, offer in offers)
        self._status = _by_value((offer.status, number) for number, offer in offers)
        self._input = _by_value((medium, number) for number, offer in offers for medium in offer.modalities.input)
        self._output = _by_value((medium, number) for number, offer in offers for medium in offer.modalities.output)

    def count(self, query: Query) -> FacetCounts:
        """The counts for a question; its order and page don't matter."""
        index, text = self._index, self._text(query)
        passing = index.filters.by_name(query)
        found = _all(text, *passing.values())
        other_providers = _without(text, passing, "provider")
        other_weights = _without(text, passing, "open_weights")
        other_context = _without(text, passing, "context")
        other_price = _without(text, passing, "price")
        return FacetCounts(
            total=len(found),
            provider=_counted(self._provider, other_providers),
            capabilities=tuple(
                Count(
                    it.value, len(found & index.filters.by_name(Query(capabilities=(it.value,)))[f"capabilities={it}"])
                )
                for it in Capability
            ),
            open_weights=tuple(
                Count(it, len(other_weights & index.filters.by_name(Query(open_weights=it))["open_weights"]))
                for it in (True, False)
            ),
            min_context=tuple(
                Count(it, len(other_context & index.filters.by_name(query._replace(min_context=it))["context"]))
                for it in CONTEXT_STEPS
                if query.max_context is None or it <= query.max_context
            ),
            max_price=tuple(
                Count(it, len(other_price & index.filters.by_name(query._replace(max_price=it))["price"]))
                for it in PRICE_STEPS
                if query.min_price is None or it >= query.min_price
            ),
            price_state=tuple(Count(it.value, len(found & self._state.get(it.value, BitMap()))) for it in PriceState),
            input=_counted(self._input, found),
            output=_counted(self._output, found),
            family=_counted(self._family, found),
            status=_counted(self._status, found),
            nothing=None if found else self._explain(query, text, passing),
        )

    def matching(self, query: Query) -> tuple[int, ...]:
        """Document numbers of every offer that matches, in static order."""
        found = _all(self._text(query), *self._index.filters.by_name(query).values())
        documents = self._index.documents.places
        return tuple(sorted(documents[number] for number in found))

    def _explain(self, query: Query, text: BitMap, passing: Mapping[str, BitMap]) -> Nothing:
        removals = (
            Removal(
                name,
                text.intersection_cardinality(those),
                len(_without(text, passing, name)),
                () if those else self._values_like(name, query),
            )
            for name, those in passing.items()
        )
        offers = self._catalog.offers
        likely = run(Query(text=query.text, limit=NEAREST), self._index).numbers if query.text else ()
        return Nothing(len(text), tuple(removals), tuple(offers[number].id for number in likely))

    def _values_like(self, name: str, query: Query) -> tuple[str, ...]:
        """Of a filter by name that nothing passes: the names that there are, and that read alike."""
        if name == "provider":
            return tuple(get_close_matches(query.provider or "", self._provider, n=NEAREST))
        _, _, capability = name.partition("=")
        return tuple(get_close_matches(capability, [it.value for it in Capability], n=NEAREST))

    def _text(self, query: Query) -> BitMap:
        """What matches the text alone, or belongs to the featured set."""
        index = self._index
        if query.text is not None:
            return interpret(query.text, index).all
        if query.featured:
            return BitMap(index.documents.numbers[document] for document in index.featured)
        return BitMap(range(len(index)))


def _by_value(pairs: Iterable[tuple[str | None, int]]) -> Mapping[str, BitMap]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for value, number in pairs:
        if value is not None:
            numbers[value].append(number)
    return {value: BitMap(those) for value, those in numbers.items()}


def _counted(by_value: Mapping[str, BitMap], found: BitMap) -> tuple[Count, ...]:
    """Values that occur, the most frequent first."""
    counts = ((value, found.intersection_cardinality(those)) for value, those in by_value.items())
    return tuple(Count(value, count) for value, count in sorted(counts, key=lambda it: (-it[1], it[0])) if count)


def _all(*sets: BitMap) -> BitMap:
    return BitMap.intersection(*sets) if len(sets) > 1 else sets[0]


def _without(text: BitMap, passing: Mapping[str, BitMap], name: str) -> BitMap:
    return _all(text, *(those for other, those in passing.items() if other != name))
