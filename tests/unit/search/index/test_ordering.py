from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.unit.search.conftest import offer_of

from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Limits
from llmanac.search.index.ordering import Ordering, orderings_of
from llmanac.search.query.query import Sort

OFFERS = [
    offer_of("x/0", name="Beta", release_date="2026-02", limits=Limits(context=100)),
    offer_of("x/1", name="alpha", release_date="2026-02-10", price=Price(Rates(input=Decimal(2), output=Decimal(1)))),
    offer_of("x/2", limits=Limits(context=100), price=Price(Rates(input=Decimal(2)))),
    offer_of(
        "x/3", name="Gamma", release_date="2025-01-01", limits=Limits(context=50), price=Price(Rates(output=Decimal(9)))
    ),
]
STATIC = [3, 2, 1, 0]
"""The static order of these, by their numbers."""


@pytest.mark.parametrize(
    ("sort", "ascending", "descending"),
    [
        (Sort.NAME, [2, 1, 0, 3], [3, 0, 1, 2]),
        (Sort.RELEASE_DATE, [3, 0, 1, 2], [1, 0, 3, 2]),
        (Sort.CONTEXT, [3, 2, 0, 1], [2, 0, 3, 1]),
        (Sort.PRICE, [1, 3, 2, 0], [1, 3, 2, 0]),
        (Sort.INPUT_PRICE, [2, 1, 3, 0], [2, 1, 3, 0]),
        (Sort.OUTPUT_PRICE, [1, 3, 2, 0], [3, 1, 2, 0]),
    ],
)
def test_unknown_comes_last_and_equals_stand_in_static_order(
    sort: Sort, ascending: list[int], descending: list[int]
) -> None:
    orderings = orderings_of([OFFERS[number] for number in STATIC], Ordering.of(STATIC))
    assert list(orderings[sort, False].numbers) == ascending
    assert list(orderings[sort, True].numbers) == descending


@given(st.permutations(range(60)), st.none() | st.sets(st.integers(0, 59)), st.integers(0, 70), st.integers(1, 70))
def test_a_slice_agrees_with_sorting_everything(
    numbers: list[int], chosen: set[int] | None, offset: int, limit: int
) -> None:
    ordering = Ordering.of(numbers)
    mapped = Ordering.unpack({name: memoryview(bytes(it)) for name, it in ordering.pack().items()})
    expected = [number for number in numbers if chosen is None or number in chosen]
    bitmap = None if chosen is None else BitMap(chosen)
    for it in (ordering, mapped):
        assert it.slice(bitmap, offset, limit) == expected[offset : offset + limit]
        assert it.slice(bitmap, offset, limit, reverse=True) == expected[::-1][offset : offset + limit]


def test_an_offset_of_any_size_is_past_the_end() -> None:
    assert Ordering.of([0, 1]).slice(None, 10**30, 5) == []
