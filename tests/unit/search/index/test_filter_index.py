from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.unit.search.conftest import catalog_of, offer_of

from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Capability, Limits
from llmanac.search.index.filter_index import FilterIndex, FilterPostings, RangeLookup
from llmanac.search.query.filter_kinds import Interval
from llmanac.search.query.query import Query
from llmanac.search.query.schema import build_query

OFFERS = [
    offer_of("Acme/a", capabilities=(Capability.TOOL_CALL, Capability.VISION), open_weights=True),
    offer_of("acme-eu/b", capabilities=(Capability.TOOL_CALL,), open_weights=False, limits=Limits(context=1000)),
    offer_of("google-vertex/c", limits=Limits(context=2000), price=Price(Rates(input=Decimal(1), output=Decimal(4)))),
    offer_of("vertex/d", limits=Limits(context=4000), price=Price(Rates(input=Decimal(3)))),
    offer_of("google-vertex-anthropic/e", price=Price(Rates(input=Decimal(0), output=Decimal(0)))),
]
PREFIXES = {
    "Acme": "openai_like",
    "acme-eu": "acme",
    "google-vertex": "vertex_ai",
    "google-vertex-anthropic": "vertex_ai",
    "vertex": "vertex_ai",
}


@pytest.fixture(params=["built", "mapped"])
def filters(request: pytest.FixtureRequest) -> FilterIndex:
    built = FilterIndex.of(FilterPostings.of(catalog_of(OFFERS, prefixes=PREFIXES)))
    if request.param == "built":
        return built
    return FilterIndex.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})


def passing(filters: FilterIndex, query: Query) -> str:
    """The last letters of the ids of what passes."""
    ids = [offer.id for offer in catalog_of(OFFERS, prefixes=PREFIXES).offers]
    found = filters.matching(query)
    return "all" if found is None else "".join(sorted(ids[number][-1] for number in found))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (build_query(), "all"),
        (build_query(provider="ACME"), "a"),
        (build_query(provider="vertex_ai"), "cde"),
        (build_query(provider="openai_like"), "a"),
        (build_query(provider="nobody"), ""),
        (build_query(capabilities=["tools"]), "ab"),
        (build_query(capabilities=["tool_call,vision"]), "a"),
        (build_query(capabilities=["tool_call", "telepathy"]), ""),
        (build_query(open_weights=True), "a"),
        (build_query(open_weights=False), "b"),
        (build_query(min_context=2000), "cd"),
        (build_query(max_context=2000), "bc"),
        (build_query(min_context=1001, max_context=3999), "c"),
        (build_query(min_context=10**400), ""),
        (build_query(max_context=10**400), "bcd"),
        (build_query(max_price=3), "e"),
        (build_query(min_price=4), "c"),
        (build_query(max_price=0), "e"),
        (build_query(min_price=-1), "ce"),
        (build_query(open_weights=True, capabilities=["vision"], provider="acme"), "a"),
        (build_query(open_weights=True, max_price=100), ""),
    ],
    ids=str,
)
def test_filters_are_combined_and_unknown_passes_none(filters: FilterIndex, query: Query, expected: str) -> None:
    assert passing(filters, query) == expected


@pytest.mark.parametrize(
    "query",
    [build_query(), build_query(provider="vertex_ai", max_price=3), build_query(min_context=1, open_weights=False)],
)
def test_what_was_found_can_be_narrowed(filters: FilterIndex, query: Query) -> None:
    found = BitMap([1, 2, 4])
    through = filters.matching(query)
    assert filters.narrow(found, query) == (found if through is None else found & through)


def test_a_prefix_that_is_somebody_elses_id_is_not_accepted(filters: FilterIndex) -> None:
    assert passing(filters, build_query(provider="acme")) == "a"


def test_each_filter_can_be_asked_by_its_name(filters: FilterIndex) -> None:
    named = filters.by_name(
        build_query(provider="acme", capabilities=["vision", "tools"], max_price=1, open_weights=True)
    )
    assert list(named) == ["provider", "capabilities=tool_call", "capabilities=vision", "open_weights", "price"]


Values = st.lists(st.none() | st.integers(0, 50) | st.floats(0, 50), max_size=400)
Bounds = st.none() | st.integers(-5, 10**30) | st.floats(-1, 60)


@given(Values, Bounds, Bounds, st.sets(st.integers(0, 400)))
def test_ranges_agree_with_a_reading_of_all_values(
    values: list[float | None], lower: float | None, upper: float | None, found: set[int]
) -> None:
    expected = {
        number
        for number, value in enumerate(values)
        if value is not None and (lower is None or value >= lower) and (upper is None or value <= upper)
    }
    lookup, interval = RangeLookup.of(_known(values)), Interval(lower, upper)
    assert set(lookup.passing(interval)) == expected
    assert set(lookup.narrow(BitMap(found), interval)) == expected & found


def _known(values: Iterable[float | None]) -> list[tuple[float, int]]:
    return sorted((float(value), number) for number, value in enumerate(values) if value is not None)
