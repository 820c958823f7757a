"""Orderings: the orders in which results can be sorted, and the search for a set's first few numbers in one."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from pyroaring import BitMap

from llmanac.domain.records import Offer
from llmanac.search.index.buffers import Buffer, Numbers, flat
from llmanac.search.query.query import Sort

Value: TypeAlias = "str | float | None"

SORTED_BY: Mapping[Sort, Callable[[Offer], Value]] = {
    Sort.NAME: lambda offer: (offer.name or offer.model).casefold(),
    Sort.RELEASE_DATE: lambda offer: offer.release_date,
    Sort.CONTEXT: lambda offer: offer.limits.context,
    Sort.PRICE: lambda offer: _number(offer.price.bound),
    Sort.INPUT_PRICE: lambda offer: _number(offer.price.rates.input),
    Sort.OUTPUT_PRICE: lambda offer: _number(offer.price.rates.output),
}
"""The value that each sort compares; None, which is unknown, comes last in both directions."""

SCAN_STEP = 1
"""Cost of testing one number of the order for membership in a set, relative to SORT_STEP."""
SORT_STEP = 4
"""Cost of sorting a set, for each of its numbers."""


class Ordering:
    """An order of all offers: their ``numbers`` from first to last, and the ``places`` of each number in it."""

    __slots__ = ("_numbers", "_places")

    def __init__(self, numbers: Numbers, places: Numbers) -> None:
        self._numbers = numbers
        self._places = places

    @classmethod
    def of(cls, numbers: Sequence[int]) -> Ordering:
        places = array("I", bytes(4 * len(numbers)))
        for place, number in enumerate(numbers):
            places[number] = place
        return cls(array("I", numbers), places)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Ordering:
        return cls(buffers["numbers"].cast("I"), buffers["places"].cast("I"))

    def pack(self) -> Mapping[str, Buffer]:
        return {"numbers": flat(self._numbers), "places": flat(self._places)}

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def numbers(self) -> Numbers:
        """All numbers, in this order."""
        return self._numbers

    @property
    def places(self) -> Numbers:
        """The place of each number in this order."""
        return self._places

    def slice(self, chosen: BitMap | None, offset: int, limit: int, *, reverse: bool = False) -> list[int]:
        """The ``limit`` numbers from ``offset`` of a set in this order; None is the set of all numbers."""
        count = len(self._numbers) if chosen is None else len(chosen)
        if offset >= count:
            return []
        end = min(offset + limit, count)
        if chosen is None or count == len(self._numbers):
            numbers = self._numbers
            return list(numbers[::-1][offset:end] if reverse else numbers[offset:end])
        expected_steps = end * len(self._numbers) / count
        if SCAN_STEP * expected_steps < SORT_STEP * count:
            return self._scan(chosen, offset, end, reverse=reverse)
        return sorted(chosen, key=self._places.__getitem__, reverse=reverse)[offset:end]

    def _scan(self, chosen: BitMap, offset: int, end: int, *, reverse: bool) -> list[int]:
        found: list[int] = []
        for number in reversed(self._numbers) if reverse else self._numbers:
            if number in chosen:
                found.append(number)
                if len(found) == end:
                    break
        return found[offset:]


def orderings_of(
    offers: Sequence[Offer], documents: Ordering, *, sorts: Iterable[Sort] = SORTED_BY
) -> dict[tuple[Sort, bool], Ordering]:
    """The orderings of static ranks by each sort, ascending (False) and descending (True).

    ``offers`` are by document number, and ``documents`` their ranks. Equal values keep the order of documents in both.
    """
    orderings = {}
    for sort in sorts:
        equal: defaultdict[Value, list[int]] = defaultdict(list)
        for value, number in zip(map(SORTED_BY[sort], offers), documents.numbers, strict=True):
            equal[value].append(number)
        unknown = equal.pop(None, [])
        groups = [equal[value] for value in sorted(value for value in equal if value is not None)]
        for descending in (False, True):
            known = chain.from_iterable(reversed(groups) if descending else groups)
            orderings[sort, descending] = Ordering.of([*known, *unknown])
    return orderings


def _number(price: object) -> float | None:
    return None if price is None else float(price)  # type: ignore[arg-type]  # -- a Decimal
